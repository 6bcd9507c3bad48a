"""POST images that are refused: every message in its place, and nothing left behind."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest
from tests.boards import drawn, drawn_png
from tests.contract.conftest import Workshop

from polybooru.library.actors import Role
from polybooru.library.images import hide_image

UPLOAD = "/api/v1/json/images"
SEEDS = count(90_000)
BLANK = ["can't be blank"]
CORRUPT = "contents corrupt, not recognized, or dimensions are too large to process"
FILE_FIELDS = (
    "image",
    "image_aspect_ratio",
    "image_duration",
    "image_format",
    "image_height",
    "image_is_animated",
    "image_mime_type",
    "image_orig_sha512_hash",
    "image_orig_size",
    "image_sha512_hash",
    "image_size",
    "image_width",
    "uploaded_image",
)
NO_FILE = dict.fromkeys(FILE_FIELDS, BLANK) | {"image": [CORRUPT, *BLANK]}


def refused(
    workshop: Workshop, content: bytes | None = None, name: str = "a.png", **image: Any
) -> dict[str, list[str]]:
    """The errors of an upload; of a good new picture if no content is given."""
    fields = {"key": workshop.key, "image[tag_input]": "safe, cat, cute"}
    fields |= {f"image[{field}]": value for field, value in image.items()}
    picture = drawn_png(next(SEEDS)) if content is None else content
    answer = workshop.client.post(UPLOAD, data=fields, files={"image[image]": (name, picture)})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert list(answer.json()) == ["errors"]
    return answer.json()["errors"]


# --- tags ---

FEW, NO_RATING = "must contain at least 3 tags", "must contain at least one rating tag"
NOT_ONLY_SAFE = "may not contain any other rating if safe"
ONE_SEXUAL, ONE_GRIM = "may contain at most one sexual rating", "may contain at most one grim rating"


@pytest.mark.parametrize(
    ("tags", "messages"),
    [
        ("alpha, beta", [NO_RATING, FEW]),
        ("", [NO_RATING, FEW]),
        (" , ,, ", [NO_RATING, FEW]),
        ("safe, cat", [FEW]),
        ("safe, cat, CAT, cat ", [FEW]),
        ("a, b, c", [NO_RATING]),
        ("safe, explicit, cat", [NOT_ONLY_SAFE]),
        ("safe, grotesque, cat", [NOT_ONLY_SAFE]),
        ("suggestive, questionable, cat", [ONE_SEXUAL]),
        ("questionable, explicit, suggestive", [ONE_SEXUAL]),
        ("semi-grimdark, grimdark, cat", [ONE_GRIM]),
        ("safe, suggestive, explicit, grimdark, semi-grimdark", [ONE_GRIM, ONE_SEXUAL, NOT_ONLY_SAFE]),
        ("tagme, cat, cute", [NO_RATING, "contains forbidden tag `tagme'"]),
        (
            "tagme, Solo  OC",
            [NO_RATING, "contains forbidden tag `solo oc'", "contains forbidden tag `tagme'", FEW],
        ),
    ],
)
def test_tags_that_break_rules_are_all_named_newest_rule_first(
    workshop: Workshop, tags: str, messages: list[str]
) -> None:
    assert refused(workshop, tag_input=tags) == {"tag_input": messages}


def test_the_documents_example_is_answered_byte_by_byte(workshop: Workshop) -> None:
    answer = workshop.client.post(
        UPLOAD,
        data={"key": workshop.key, "image[tag_input]": "alpha, beta"},
        files={"image[image]": ("a.png", drawn_png(next(SEEDS)))},
    )
    assert answer.text == (
        '{"errors":{"tag_input":["must contain at least one rating tag","must contain at least 3 tags"]}}'
    )


def test_too_many_tags_are_refused(workshop: Workshop) -> None:
    tags = "safe, " + ",".join(f"t{number}" for number in range(2000))
    assert refused(workshop, tag_input=tags) == {"tag_input": ["must contain at most 2000 tags"]}


def test_names_over_255_bytes_do_not_count(workshop: Workshop) -> None:
    assert refused(workshop, tag_input=f"safe, cat, {'x' * 256}") == {"tag_input": [FEW]}


# --- texts ---


def test_a_description_is_measured_in_bytes(workshop: Workshop) -> None:
    message = {"description": ["should be at most 50000 byte(s)"]}
    assert refused(workshop, description="x" * 50_001) == message
    assert refused(workshop, description="\u00e9" * 25_000 + "x") == message


@pytest.mark.parametrize(
    "address", ["ftp://a.example/", "example.org", " https://a.example/", "HTTP//x", "javascript:1"]
)
def test_a_source_needs_http(workshop: Workshop, address: str) -> None:
    assert refused(workshop, source_url=address) == {"source_url": ["has invalid format"]}
    listed = {"sources][0][source": "https://a.example/", "sources][1][source": address}
    assert refused(workshop, **listed) == {"sources": ["has invalid format"]}


def test_sources_that_break_several_rules_are_all_named_newest_rule_first(workshop: Workshop) -> None:
    listed = {f"sources][{n}][source": f"https://a.example/{n}" for n in range(14)}
    listed |= {"sources][14][source": "ftp://x", "sources][15][source": "https://a.example/" + "x" * 256}
    assert refused(workshop, source_url="gopher://x", **listed) == {
        "source_url": ["has invalid format"],
        "sources": [
            "should be at most 255 character(s)",
            "has invalid format",
            "should have at most 15 item(s)",
        ],
    }


@pytest.mark.parametrize("name", ["x" * 256, "\u00e9" * 128])
def test_a_file_name_is_measured_in_bytes(workshop: Workshop, name: str) -> None:
    assert refused(workshop, name=name) == {"image_name": ["should be at most 255 byte(s)"]}


# --- files ---


def test_without_a_file_every_file_field_is_blank(workshop: Workshop) -> None:
    good: dict[str, Any] = {"tag_input": "safe, cat, cute"}
    key = workshop.key
    for sent in (
        {"json": {"key": key, "image": good}},
        {"json": {"key": key, "image": good, "url": ""}},
        {"json": {"key": key, "image": good, "url": None}},
        {"json": {"key": key, "image": good, "url": ["http://x"]}},
        {"json": {"key": key, "image": good | {"image": "text"}}},
        {"data": {"key": key, "image[tag_input]": "safe, cat, cute"}},
        {"data": {"key": key, "image[tag_input]": "safe, cat, cute"}, "files": {"image[image]": ("", b"x")}},
        {"data": {"key": key, "image[tag_input]": "safe, cat, cute"}, "files": {"image": ("a.png", b"x")}},
        {"data": {"key": key, "image[tag_input]": "safe, cat, cute"}, "files": {"other": ("a.png", b"x")}},
    ):
        answer = workshop.client.post(UPLOAD, **sent)  # type: ignore[arg-type]
        assert answer.status_code == 400
        wanted = dict(NO_FILE)
        if "image" in sent.get("files", {}):  # a file where the other fields belong replaces them
            wanted["tag_input"] = [NO_RATING, FEW]
        assert answer.json()["errors"] == wanted, sent


@pytest.mark.parametrize("image", ["text", 5, None, [], ["a"], {}])
def test_an_image_that_is_no_object_has_no_fields(workshop: Workshop, image: Any) -> None:
    answer = workshop.client.post(UPLOAD, json={"key": workshop.key, "image": image})
    assert answer.json()["errors"] == NO_FILE | {"tag_input": [NO_RATING, FEW]}


def test_fields_of_another_type_are_read_as_missing(workshop: Workshop) -> None:
    image = {
        "tag_input": ["safe"],
        "description": 5,
        "sources": ["ftp://x"],
        "source_url": {"a": 1},
        "anonymous": [],
    }
    answer = workshop.client.post(UPLOAD, json={"key": workshop.key, "image": image})
    assert answer.json()["errors"] == NO_FILE | {"tag_input": [NO_RATING, FEW]}


def test_an_empty_file_is_too_small(workshop: Workshop) -> None:
    assert refused(workshop, b"") == NO_FILE | {"image_size": ["must be greater than 0"]}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (drawn(np.zeros((9, 9, 3), dtype=np.uint8)).write_to_buffer(".webp"), "image/webp"),
        (b"This is not a picture.", "text/plain"),
        (b"<html><body>404</body></html>", "text/html"),
        (b"%PDF-1.4 ...", "application/pdf"),
        (b"PK\x03\x04" + b"\0" * 60, "application/zip"),
        (b"\x80\x81\xfe\xff" * 9, "application/octet-stream"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\n", "text/plain"),
    ],
)
def test_an_unsupported_kind_is_named_and_every_other_file_field_is_blank(
    workshop: Workshop, content: bytes, kind: str
) -> None:
    wanted = NO_FILE | {"image_mime_type": [f"({kind}) is invalid"]}
    assert refused(workshop, content, name="cat.png") == wanted


@pytest.mark.parametrize("extension", [".avif"])
def test_kinds_that_only_other_edges_take_are_unsupported_here(workshop: Workshop, extension: str) -> None:
    content = drawn(np.zeros((64, 64, 3), dtype=np.uint8)).write_to_buffer(extension)
    assert refused(workshop, content)["image_mime_type"] == ["(image/avif) is invalid"]


@pytest.mark.parametrize(
    "content",
    [
        drawn_png(1)[:100],
        drawn_png(1)[:8],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
        b"\xff\xd8\xff\xe0" + b"x" * 200,
        b"GIF89a" + b"\xff" * 4,
    ],
)
def test_a_damaged_picture_is_corrupt(workshop: Workshop, content: bytes) -> None:
    assert refused(workshop, content) == {"image": [CORRUPT]}


def test_dimensions_over_the_limit_are_refused_by_the_header_alone(workshop: Workshop) -> None:
    png = bytearray(drawn_png(2))
    for width, height in ((32_768, 1), (1, 32_768), (20_000, 20_000)):
        png[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        png[29:33] = zlib.crc32(bytes(png[12:29])).to_bytes(4, "big")
        assert refused(workshop, bytes(png)) == {"image": ["dimensions are too large to process"]}


def test_a_file_over_the_limit_is_refused_with_the_limit(workshop: Workshop) -> None:
    library = workshop.opened.library
    before = library.policy
    content = drawn_png(next(SEEDS))
    library.policy = replace(before, max_file_bytes=len(content) - 1)
    try:
        message = f"must be less than or equal to {len(content) - 1}"
        assert refused(workshop, content) == {"image_size": [message]}
    finally:
        library.policy = before


def test_all_broken_rules_are_reported_together(workshop: Workshop) -> None:
    found = refused(
        workshop, b"nothing", name="x" * 300, tag_input="a", description="x" * 50_001, source_url="x"
    )
    assert found == NO_FILE | {
        "image_mime_type": ["(text/plain) is invalid"],
        "image_name": ["should be at most 255 byte(s)"],
        "description": ["should be at most 50000 byte(s)"],
        "source_url": ["has invalid format"],
        "tag_input": [NO_RATING, FEW],
    }


@pytest.fixture(scope="module")
def known(workshop: Workshop) -> list[tuple[int, bytes]]:
    """A visible and a hidden image with their files."""
    opened = workshop.opened
    contents = [drawn_png(next(SEEDS)), drawn_png(next(SEEDS))]
    found = [(opened.make_image(workshop.uploader, picture=content), content) for content in contents]
    moderator = opened.make_user("harriet", Role.MODERATOR)
    with opened.library.work() as work:
        hide_image(work, moderator, found[1][0], reason="test")
    return found


@pytest.fixture
def _nothing_changes(known: list[tuple[int, bytes]], changing_nothing) -> Iterator[None]:
    with changing_nothing():
        yield


pytestmark = pytest.mark.usefixtures("_nothing_changes")


def test_a_known_file_is_named_under_both_keys(workshop: Workshop, known: list[tuple[int, bytes]]) -> None:
    for image_id, content in known:
        assert refused(workshop, content, name="other.png", tag_input="safe, other, tags") == {
            "image": [f"has already been uploaded: it's image {image_id}"],
            "image_orig_sha512_hash": ["has already been taken"],
        }


def test_a_known_file_is_looked_for_only_when_all_else_is_well(
    workshop: Workshop, known: list[tuple[int, bytes]]
) -> None:
    assert refused(workshop, known[0][1], tag_input="safe, cat") == {"tag_input": [FEW]}


def test_a_bad_filter_id_is_refused_before_anything_is_stored(workshop: Workshop) -> None:
    for query in ("filter_id=x", "filter_id[]=1"):
        answer = workshop.client.post(
            f"{UPLOAD}?{query}",
            data={"key": workshop.key, "image[tag_input]": "safe, cat, cute"},
            files={"image[image]": ("a.png", drawn_png(next(SEEDS)))},
        )
        assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')


def test_a_full_disk_is_said_before_anything_is_stored(workshop: Workshop) -> None:
    store = workshop.opened.library.store
    store._free_floor_bytes = 2**62
    try:
        for sent in (
            {"files": {"image[image]": ("a.png", drawn_png(next(SEEDS)))}},
            {"params": {"url": "http://127.0.0.1:1/a.png"}},
        ):
            data = {"key": workshop.key, "image[tag_input]": "safe, cat, cute"}
            answer = workshop.client.post(UPLOAD, data=data, **sent)  # type: ignore[arg-type]
            assert (answer.status_code, answer.text) == (507, '{"error":"There is no room for the file."}')
    finally:
        store._free_floor_bytes = workshop.opened.settings.upload.free_floor_bytes
