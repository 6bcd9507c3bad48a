"""POST images that succeed: the answer, and every way in which the same things can be said."""

import hashlib
from itertools import count
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from tests.boards import drawn, drawn_png
from tests.contract.conftest import Workshop
from tests.contract.philomena.test_images import FIELDS
from tests.contract.worlds import SVG

from polybooru.application import application
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.settings import DialectSettings, PhilomenaSettings, Settings

UPLOAD = "/api/v1/json/images"
SEEDS = count(50_000)
TAGS = "safe, cat, cute"


def picture() -> bytes:
    return drawn_png(next(SEEDS))


def sent(
    workshop: Workshop,
    data: dict[str, Any] | None = None,
    *,
    name: str = "cat.png",
    content: bytes = b"",
    **more,
) -> dict[str, Any]:
    """Upload a new picture as multipart, or the content given; returns the image of the answer."""
    fields = {"key": workshop.key, "image[tag_input]": TAGS, **(data or {})}
    files = {"image[image]": (name, content or picture(), "application/x-whatever")}
    answer = workshop.client.post(UPLOAD, data=fields, files=files, **more)
    assert answer.status_code == 200, answer.text
    assert answer.json()["interactions"] == []
    return answer.json()["image"]


def test_a_success_is_200_with_the_whole_image_not_yet_processed(workshop: Workshop) -> None:
    content = picture()
    image = sent(
        workshop,
        {"image[description]": "Hello", "image[source_url]": "https://example.org/cat"},
        content=content,
    )
    assert list(image) == list(FIELDS)
    sha512 = hashlib.sha512(content).hexdigest()
    now = workshop.opened.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    expected = {
        "created_at": now,
        "updated_at": now,
        "first_seen_at": now,
        "width": 40,
        "height": 30,
        "mime_type": "image/png",
        "format": "png",
        "size": len(content),
        "name": "cat.png",
        "sha512_hash": sha512,
        "orig_sha512_hash": sha512,
        "tags": ["safe", "cat", "cute"],
        "uploader": "ursula",
        "uploader_id": workshop.uploader.user_id,
        "wilson_score": 0.0,
        "intensities": None,
        "score": 0,
        "description": "Hello",
        "source_url": "https://example.org/cat",
        "source_urls": ["https://example.org/cat"],
        "thumbnails_generated": False,
        "processed": False,
        "spoilered": False,
    }
    assert {name: image[name] for name in expected} == expected


def test_an_upload_is_seen_by_the_next_request(workshop: Workshop) -> None:
    image = sent(workshop, {"image[tag_input]": "safe, just now, cute"})
    assert workshop.client.get(f"{UPLOAD}/{image['id']}").json()["image"] == image
    found = workshop.client.get("/api/v1/json/search?q=just now").json()
    assert [one["id"] for one in found["images"]] == [image["id"]]


def test_a_picture_can_be_uploaded_without_a_user_agent(workshop: Workshop) -> None:
    agent = workshop.client.headers.pop("user-agent")
    try:
        sent(workshop)
    finally:
        workshop.client.headers["user-agent"] = agent


@pytest.mark.parametrize(
    ("kind", "name", "mime_type", "file_format"),
    [
        (".png", "x.jpg", "image/png", "png"),
        (".jpg", "x.png", "image/jpeg", "jpg"),
        (".gif", "x.webp", "image/gif", "gif"),
        (".svg", "x.html", "image/svg+xml", "svg"),
    ],
)
def test_the_content_decides_never_the_name(
    workshop: Workshop, kind: str, name: str, mime_type: str, file_format: str
) -> None:
    pixels = np.random.default_rng(next(SEEDS)).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    content = SVG + b"<!-- %d -->" % next(SEEDS) if kind == ".svg" else drawn(pixels).write_to_buffer(kind)
    image = sent(workshop, name=name, content=content)
    assert (image["mime_type"], image["format"], image["name"]) == (mime_type, file_format, name)


def test_an_anonymous_upload_names_nobody(workshop: Workshop) -> None:
    for value in ("true", "1", "on"):
        image = sent(workshop, {"image[anonymous]": value})
        assert (image["uploader"], image["uploader_id"]) == (None, None)
    for value in ("false", "0", "", "no"):
        assert sent(workshop, {"image[anonymous]": value})["uploader"] == "ursula"


@pytest.mark.parametrize(("value", "is_anonymous"), [(True, True), (False, False), (None, False)])
def test_an_upload_by_address_is_anonymous_if_its_json_says_so(
    workshop: Workshop, value: bool | None, is_anonymous: bool
) -> None:
    known = workshop.opened.make_image(workshop.uploader, picture=picture(), process=True)
    url = workshop.client.get(f"{UPLOAD}/{known}").json()["image"]["representations"]["full"]
    fields = {"tag_input": TAGS} | ({} if value is None else {"anonymous": value})
    answer = workshop.client.post(f"{UPLOAD}?key={workshop.key}", json={"image": fields, "url": url})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["image"]["uploader"] is None) is is_anonymous


def test_tags_are_cleaned_aliased_implied_and_in_display_order(workshop: Workshop) -> None:
    opened = workshop.opened
    admin = workshop.uploader.__class__(user_id=workshop.uploader.user_id, role="admin")  # type: ignore[arg-type]
    with opened.library.work() as work:
        alias_tag(work, admin, "pussycat", "cat")
        imply_tag(work, admin, "kitten", "young")
    image = sent(
        workshop, {"image[tag_input]": " SAFE,, kitten ,Artist: Some_One,pussycat,cat,  two   words,"}
    )
    assert image["tags"] == ["safe", "artist:some_one", "cat", "kitten", "two words", "young"]
    assert image["tag_count"] == 6


def test_a_description_is_kept_as_sent(workshop: Workshop) -> None:
    text = "*bold*\r\n[bq]old[/bq] \u00e9\U0001f408 <b>x</b> " + "y" * 100
    assert sent(workshop, {"image[description]": text})["description"] == text
    longest = "\u00e9" * 25_000
    assert sent(workshop, {"image[description]": longest})["description"] == longest


# --- sources ---


def test_source_url_comes_first_then_sources_without_blanks_and_repeats(workshop: Workshop) -> None:
    image = sent(
        workshop,
        {
            "image[source_url]": "https://a.example/",
            "image[sources][0][source]": "http://b.example/",
            "image[sources][1][source]": "",
            "image[sources][2][source]": "https://a.example/",
            "image[sources][3][source]": "  ",
            "image[sources][4][source]": "https://c.example/",
            "image[sources][5][other]": "https://d.example/",
        },
    )
    assert image["source_urls"] == ["https://a.example/", "http://b.example/", "https://c.example/"]
    assert image["source_url"] == "https://a.example/"


def test_without_a_source_the_field_is_empty(workshop: Workshop) -> None:
    image = sent(workshop, {"image[source_url]": ""})
    assert (image["source_url"], image["source_urls"]) == ("", [])


def test_fifteen_sources_of_255_characters_are_taken(workshop: Workshop) -> None:
    sources = [f"https://example.org/{number:02d}/".ljust(255, "x") for number in range(15)]
    fields = {f"image[sources][{number}][source]": source for number, source in enumerate(sources)}
    assert sent(workshop, fields)["source_urls"] == sources


# --- the ways in ---


def test_a_file_name_is_data_and_may_be_odd(workshop: Workshop) -> None:
    for name in ("../../etc/passwd", "\u202ecat\u00e9.png", "a" * 255, "'; --"):
        assert sent(workshop, name=name)["name"] == name


def test_the_key_may_be_in_the_query(workshop: Workshop) -> None:
    files = {"image[image]": ("a.png", picture())}
    answer = workshop.client.post(
        UPLOAD, params={"key": workshop.key}, data={"image[tag_input]": TAGS}, files=files
    )
    assert answer.status_code == 200


def test_a_nested_body_replaces_a_nested_query_whole(workshop: Workshop) -> None:
    files = {"image[image]": ("a.png", picture())}
    parameters = {"key": workshop.key, "image[tag_input]": TAGS, "image[description]": "from the query"}
    answer = workshop.client.post(UPLOAD, params=parameters, data={"image[tag_input]": TAGS}, files=files)
    assert answer.json()["image"]["description"] == ""


def test_a_file_part_wins_over_an_address(workshop: Workshop) -> None:
    image = sent(workshop, {"url": "http://127.0.0.1:1/other.png"}, name="mine.png")
    assert image["name"] == "mine.png"


def test_parts_over_the_spool_limit_are_taken_and_closed(workshop: Workshop) -> None:
    content = drawn_png(next(SEEDS), width_px=800, height_px=700)
    assert len(content) > 1024 * 1024
    assert sent(workshop, content=content)["size"] == len(content)


def test_a_filter_of_the_request_decides_spoilered(workshop: Workshop) -> None:
    tags = {"image[tag_input]": "questionable, cat, cute"}
    assert sent(workshop, tags)["spoilered"] is True
    assert sent(workshop, tags | {"filter_id": "2"})["spoilered"] is False
    assert sent(workshop, tags | {"filter_id": "56027"})["spoilered"] is True


def test_other_kinds_are_taken_where_the_operator_lets_them_in(workshop: Workshop) -> None:
    opened = workshop.opened
    lenient = Settings(dialect=DialectSettings(philomena=PhilomenaSettings(accepts_every_format=True)))
    webp = drawn(np.full((20, 30, 3), next(SEEDS) % 251, dtype=np.uint8)).write_to_buffer(".webp")
    with TestClient(application(opened.board, lenient)) as asking:
        answer = asking.post(
            UPLOAD,
            data={"key": workshop.key, "image[tag_input]": TAGS},
            files={"image[image]": ("x.webp", webp)},
        )
    assert answer.status_code == 200
    assert (answer.json()["image"]["format"], answer.json()["image"]["mime_type"]) == ("webp", "image/webp")


def test_extra_fields_are_shown_only_by_a_setting(workshop: Workshop) -> None:
    newer = Settings(dialect=DialectSettings(philomena=PhilomenaSettings(shows_extra_fields=True)))
    image = sent(workshop)
    with TestClient(application(workshop.opened.board, newer)) as asking:
        shown = asking.get(f"{UPLOAD}/{image['id']}").json()["image"]
    assert shown.keys() - image.keys() == {"orig_size", "hides"}
    assert (shown["orig_size"], shown["hides"]) == (image["size"], 0)
