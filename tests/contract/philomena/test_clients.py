"""What published clients were seen to need beyond the words of the documents, one test for each thing."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from tests.boards import drawn_png
from tests.contract.conftest import LOOPBACK, Workshop
from tests.contract.philomena.test_images import FIELDS
from tests.contract.worlds import ANIMATION, DRAWING, JPEG, PHOTO, ROWS, UNPROCESSED, World

API = "/api/v1/json"
JSON = "application/json; charset=utf-8"
UPLOAD = f"{API}/images"
GALLERY_FIELDS = {"id", "title", "thumbnail_id", "spoiler_warning", "description", "user", "user_id"}


def image(client: TestClient, image_id: int) -> dict[str, Any]:
    return client.get(f"{API}/images/{image_id}").json()["image"]


def search(client: TestClient, q: str, **more: str | int) -> list[dict[str, Any]]:
    answer = client.get(f"{API}/search/images", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["images"]


# --- objects ---


@pytest.mark.parametrize(
    "path",
    [
        "images/1",
        "images/999",
        "images/x",
        "search/images?q=safe",
        "search/images?q=(",
        "search/comments?q=*",
        "search/galleries?q=*",
        "search/posts?q=*",
        "search/tags?q=*",
        "search/filters?q=*",
        "tags/safe",
        "tags/nothing",
        "comments/1",
        "posts/1",
        "profiles/1",
        "filters/1",
        "filters/system",
        "forums",
        "forums/dis/topics",
        "oembed?url=/1",
        "nothing",
    ],
)
def test_the_content_type_is_exactly_this_one(client: TestClient, path: str) -> None:
    assert client.get(f"{API}/{path}").headers["content-type"] == JSON


@pytest.mark.parametrize("image_id", [PHOTO, ANIMATION, DRAWING, JPEG, UNPROCESSED])
def test_every_field_of_an_image_is_there_and_no_other(client: TestClient, image_id: int) -> None:
    found = image(client, image_id)
    assert found.keys() == set(FIELDS)
    assert not found.keys() & {"image", "file_url", "rating", "source", "sources"}
    assert found["representations"].keys() >= {
        "thumb_tiny",
        "thumb_small",
        "thumb",
        "small",
        "medium",
        "large",
        "tall",
        "full",
    }


def test_every_field_of_a_gallery_is_there_and_no_other(client: TestClient) -> None:
    galleries = client.get(f"{API}/search/galleries?q=*").json()["galleries"]
    assert galleries
    for gallery in galleries:
        assert gallery.keys() == GALLERY_FIELDS


def test_numbers_documented_as_floats_are_written_as_floats(client: TestClient) -> None:
    text = client.get(f"{API}/search/images?q=id.lte:9&filter_id=2").text
    for name in ("aspect_ratio", "duration", "wilson_score", "nw", "ne", "sw", "se"):
        found = re.findall(rf'"{name}":([^,}}]+)', text)
        assert found
        assert [number for number in found if not re.fullmatch(r"-?\d+\.\d+(e-?\d+)?", number)] == []


def test_each_tag_stands_beside_its_id(client: TestClient) -> None:
    for found in search(client, "*", per_page=50, filter_id=2):
        assert len(found["tags"]) == len(found["tag_ids"]) == found["tag_count"]
    by_name = {
        tag["name"]: tag["id"] for tag in client.get(f"{API}/search/tags?q=*&per_page=50").json()["tags"]
    }
    photo = image(client, PHOTO)
    assert photo["tag_ids"] == [by_name[name] for name in photo["tags"]]


@pytest.mark.parametrize("image_id", [PHOTO, ANIMATION, DRAWING])
def test_every_address_is_absolute_and_shows_a_file(client: TestClient, image_id: int) -> None:
    found = image(client, image_id)
    for address in (found["view_url"], *found["representations"].values()):
        assert address.startswith("https://board.example/img/")
        assert client.get(address.removeprefix("https://board.example")).status_code == 200


def test_the_file_at_full_has_one_of_the_two_hashes(client: TestClient) -> None:
    for image_id in (PHOTO, ANIMATION):
        found = image(client, image_id)
        path = found["representations"]["full"].removeprefix("https://board.example")
        hashed = hashlib.sha512(client.get(path).content).hexdigest()
        assert hashed in {found["sha512_hash"], found["orig_sha512_hash"]}


def test_of_a_drawing_full_is_a_picture_and_two_ways_lead_to_the_drawing(client: TestClient) -> None:
    found = image(client, DRAWING)
    full = found["representations"]["full"].removeprefix("https://board.example")
    assert client.get(full).content.startswith(b"\x89PNG")
    drawings = {
        client.get(path).content
        for path in (full.removesuffix(".png") + ".svg", full.replace("/view/", "/download/"))
    }
    assert len(drawings) == 1
    [drawing] = drawings
    assert b"<svg" in drawing
    assert hashlib.sha512(drawing).hexdigest() == found["sha512_hash"]


# --- parameters ---


@pytest.mark.parametrize("filter_id", [2, 56_027, 100_073, 0, ""])
def test_filters_that_clients_send_blindly_are_no_error(client: TestClient, filter_id: int | str) -> None:
    assert search(client, "safe", filter_id=filter_id)
    assert client.get(f"{API}/images/1", params={"filter_id": filter_id}).status_code == 200


@pytest.mark.parametrize("name", ["wilson", "relevance", "comments", "created_at", "", "nothing"])
def test_a_sort_that_nobody_knows_falls_back_silently(client: TestClient, name: str) -> None:
    assert search(client, "safe", sf=name) == search(client, "safe")


@pytest.mark.parametrize(
    "query",
    [
        "q=safe&&",
        "&&q=safe",
        "q=safe&key=",
        "q=safe&limit=10&min_score=5",
        "q=safe&page=&per_page=",
        "q=safe&=&x",
    ],
)
def test_unknown_and_empty_parameters_are_ignored(client: TestClient, query: str) -> None:
    answer = client.get(f"{API}/search/images?{query}")
    assert answer.json()["images"] == search(client, "safe")


@pytest.mark.parametrize("sort", ["id", "first_seen_at", "score", "width", "comment_count", "wilson_score"])
@pytest.mark.parametrize("size", [1, 7, 49, 50])
def test_pages_are_whole_until_the_last_and_nothing_comes_twice(
    client: TestClient, sort: str, size: int
) -> None:
    if size == 1 and sort != "score":
        size = 13
    seen, page = [], 1
    while found := search(client, "rows", sf=sort, per_page=size, page=page):
        seen += [one["id"] for one in found]
        assert len(found) == min(size, ROWS - (page - 1) * size)
        page += 1
    assert len(seen) == len(set(seen)) == ROWS


@pytest.mark.parametrize(
    "q",
    [
        "a,b",
        "a || b",
        "safe AND cat",
        "safe OR cat",
        "(safe, cat) || (rows, -even)",
        "safe,-cat",
        "*",
        "artist:*",
        "width.gte:9",
        "id.eq:5",
        "first_seen_at.gt:3 days ago",
        "namespace:?*",
        "category:origin",
        "name:x~1.0",
        "slug:a-colon-b",
        "my:faves",
        "faved_by_id:1",
        "uploader_id:1",
        "mime_type:image/png",
    ],
)
def test_queries_met_in_the_wild_are_answered(client: TestClient, world: World, q: str) -> None:
    for key in ("", world.keys["alice"]):
        answer = client.get(f"{API}/search/images", params={"q": q, "key": key, "sf": "gallery_id:5"})
        assert answer.status_code == 200, answer.text
    for noun in ("tags", "galleries", "comments", "posts", "filters"):
        assert client.get(f"{API}/search/{noun}", params={"q": q}).status_code in {200, 400}


@pytest.mark.parametrize(
    "slug",
    [
        "artist-colon-mary-dash-lou-fwslash-2-dot-0",
        "artist%2Dcolon%2Dmary-dash-lou-fwslash-2-dot-0",
        "artist%252Dcolon-mary-dash-lou-fwslash-2-dot-0",
    ],
)
def test_slugs_arrive_encoded_and_literal(client: TestClient, slug: str) -> None:
    assert client.get(f"{API}/tags/{slug}").json()["tag"]["name"] == "artist:mary-lou/2.0"


@pytest.mark.parametrize("slug", ["100%25", "100%2525", "c-plus--plus-", quote("c-plus--plus-")])
def test_slugs_with_signs_arrive_encoded_and_literal(client: TestClient, slug: str) -> None:
    assert client.get(f"{API}/tags/{slug}").json()["tag"]["name"] in {"100%", "c++"}


# --- what is sent ---


@pytest.fixture
def unfetched(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A board that fetches nothing: it would be a bug of the test's."""

    def fetch(*_: object, **__: object) -> None:
        raise AssertionError("the board fetches from itself")

    monkeypatch.setattr(workshop.opened.library, "fetcher", type("Fetcher", (), {"fetch": fetch})())
    with TestClient(workshop.opened.application(), client=LOOPBACK) as client:
        yield Workshop(workshop.opened, client, workshop.uploader, workshop.key)


@pytest.mark.parametrize("version", ["full", "tall"])
@pytest.mark.parametrize("where", ["query", "json"])
def test_reverse_search_reads_the_boards_own_addresses_from_its_store(
    unfetched: Workshop, version: str, where: str
) -> None:
    opened = unfetched.opened
    picture = drawn_png(700_000 + opened.library.replica.applied, width_px=300, height_px=260)
    image_id = opened.make_image(unfetched.uploader, picture=picture, process=True)
    sent = {"url": image(unfetched.client, image_id)["representations"][version], "key": unfetched.key}
    asked: dict[str, Any] = {"params": sent} if where == "query" else {"json": sent}
    answer = unfetched.client.post(f"{API}/search/reverse", **asked)
    assert answer.status_code == 200
    assert image_id in [one["id"] for one in answer.json()["images"]]


@pytest.mark.parametrize("where", ["query", "json"])
def test_an_upload_takes_url_and_key_from_the_query_and_from_a_body(unfetched: Workshop, where: str) -> None:
    opened = unfetched.opened
    picture = drawn_png(710_000 + opened.library.replica.applied)
    image_id = opened.make_image(unfetched.uploader, picture=picture, process=True)
    sent = {"url": image(unfetched.client, image_id)["representations"]["full"], "key": unfetched.key}
    fields = {"image": {"tag_input": "safe, cat, cute"}}
    asked: dict[str, Any] = {"params": sent, "json": fields} if where == "query" else {"json": fields | sent}
    taken = unfetched.client.post(UPLOAD, **asked)
    assert taken.status_code == 200  # another file than the original, which was cleaned
    assert taken.json()["image"]["name"] == f"{image_id}.png"
    again = unfetched.client.post(UPLOAD, **asked).json()["errors"]["image"]
    assert again == [f"has already been uploaded: it's image {taken.json()['image']['id']}"]


def test_a_successful_upload_answers_200(workshop: Workshop) -> None:
    answer = workshop.client.post(
        UPLOAD,
        data={"key": workshop.key, "image[tag_input]": "safe, cat, cute"},
        files={"image[image]": ("a.png", drawn_png(720_000 + workshop.opened.library.replica.applied))},
    )
    assert answer.status_code == 200


# --- HTTP ---


@pytest.mark.parametrize(
    "agent", ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "x", "a" * 4_000]
)
def test_clients_call_themselves_what_they_like(client: TestClient, agent: str) -> None:
    assert client.get(f"{API}/images/1", headers={"user-agent": agent}).status_code == 200
