"""`/img/…`: types, ranges, entity tags, lifetime, downloads, and what is never shown."""

import hashlib
import time

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient
from tests.boards import drawn_png
from tests.contract.conftest import Workshop
from tests.contract.raw import ask
from tests.contract.worlds import ANIMATION, DELETED, DRAWING, MERGED, PHOTO, UNPROCESSED

from polybooru.db.tables import images
from polybooru.library.accounts import acting_as
from polybooru.library.actors import Role
from polybooru.library.approval import approve_image
from polybooru.library.images import hide_image, unhide_image

IMAGES = "/api/v1/json/images"
DAY = "/img/2026/1/2"
FULL = f"{DAY}/{PHOTO}/full.png"
KINDS = {
    "png": "image/png",
    "gif": "image/gif",
    "webm": "video/webm",
    "mp4": "video/mp4",
    "jpg": "image/jpeg",
}


def image(client: TestClient, image_id: int) -> dict:
    return client.get(f"{IMAGES}/{image_id}").json()["image"]


@pytest.mark.parametrize("image_id", [PHOTO, ANIMATION, DRAWING])
def test_every_address_of_an_object_answers_with_its_type(client: TestClient, image_id: int) -> None:
    shown = image(client, image_id)
    for url in {shown["view_url"], *shown["representations"].values()}:
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert answer.headers["content-type"] == KINDS[url.rpartition(".")[2]]
        assert int(answer.headers["content-length"]) == len(answer.content) > 0
        assert answer.headers["cache-control"] == "public, max-age=31536000"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["accept-ranges"] == "bytes"
        assert "set-cookie" not in answer.headers
        assert "content-disposition" not in answer.headers


@pytest.mark.parametrize("image_id", [PHOTO, ANIMATION])
def test_the_hash_is_that_of_the_full_file(client: TestClient, image_id: int) -> None:
    shown = image(client, image_id)
    content = client.get(shown["representations"]["full"]).content
    assert hashlib.sha512(content).hexdigest() == shown["sha512_hash"]
    assert len(content) == shown["size"]


def test_what_follows_the_id_is_decoration(client: TestClient) -> None:
    wanted = client.get(FULL).content
    for name in (f"{PHOTO}", f"{PHOTO}__safe_cat", f"{PHOTO}__", f"{PHOTO}__x.y.z", f"{PHOTO}__%F0%9F%90%88"):
        assert client.get(f"/img/view/2026/1/2/{name}.png").content == wanted
        download = client.get(f"/img/download/2026/1/2/{name}.png")
        assert download.content == wanted
        assert download.headers["content-disposition"] == f'attachment; filename="{PHOTO}.png"'


# --- drawings ---


def test_a_drawing_is_viewed_as_a_raster_and_downloaded_as_itself(client: TestClient) -> None:
    shown = image(client, DRAWING)
    view = shown["representations"]["full"]
    assert client.get(view).content.startswith(b"\x89PNG")
    for url in (
        view.replace(".png", ".svg"),
        shown["view_url"].replace(".png", ".svg"),
        view.replace("/view/", "/download/"),
        shown["view_url"].replace("/view/", "/download/"),
        shown["view_url"].replace("/view/", "/download/").replace(".png", ".svg"),
        f"{DAY}/{DRAWING}/full.svg",
    ):
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert hashlib.sha512(answer.content).hexdigest() == shown["sha512_hash"]
        assert answer.headers["content-type"] == "image/svg+xml"


def test_a_drawing_opened_by_itself_may_do_nothing(client: TestClient) -> None:
    answer = client.get(f"/img/view/2026/1/2/{DRAWING}.svg")
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer.headers["content-security-policy"] == policy
    assert answer.headers["content-disposition"] == f'attachment; filename="{DRAWING}.svg"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert b"script" not in answer.content


# --- what is not shown ---


@pytest.mark.parametrize("image_id", [DELETED, MERGED, UNPROCESSED, 999, 0])
def test_what_is_hidden_unprocessed_or_unknown_looks_the_same(client: TestClient, image_id: int) -> None:
    missing = client.get(f"{DAY}/999/full.png")
    del missing.headers["x-request-id"]
    for url in (
        f"{DAY}/{image_id}/full.png",
        f"{DAY}/{image_id}/thumb.png",
        f"/img/view/2026/1/2/{image_id}.png",
        f"/img/download/2026/1/2/{image_id}.png",
    ):
        answer = client.get(url)
        del answer.headers["x-request-id"]
        assert (answer.status_code, answer.content) == (404, b"Not Found")
        assert answer.headers == missing.headers
        assert answer.headers["cache-control"] == "no-store"


def test_what_waits_for_approval_is_there_for_its_uploader_and_staff_and_its_files_for_nobody(
    workshop: Workshop,
) -> None:
    opened, asking = workshop.opened, workshop.client
    opened.make_user("approving", Role.MODERATOR)
    keys = {"uploader": workshop.key, "staff": opened.make_token("approving"), "nobody": ""}
    image_id = opened.make_image(workshop.uploader, picture=drawn_png(30_002), process=True)
    urls = list(image(asking, image_id)["representations"].values())
    with opened.library.work() as work:  # as if it had come in so
        work.execute(update(images).where(images.c.id == image_id).values(is_approved=False))
        work.changed("image", image_id)

    def answers() -> dict[str, int]:
        found = {
            name: asking.get(f"{IMAGES}/{image_id}", params={"key": key}).status_code
            for name, key in keys.items()
        }
        return found | {"files": asking.get(urls[0], params={"key": keys["staff"]}).status_code}

    waiting = {"uploader": 200, "staff": 200, "nobody": 404, "files": 404}
    assert (answers(), answers()) == (waiting, waiting)  # also from the documents kept meanwhile
    missing = asking.get(f"{IMAGES}/2147483647")
    assert asking.get(f"{IMAGES}/{image_id}").content == missing.content
    with opened.library.work() as work:
        approve_image(work, acting_as(work, "approving"), image_id)
    assert answers() == dict.fromkeys(waiting, 200)


def test_hiding_takes_the_files_away_at_once_and_unhiding_brings_them_back(workshop: Workshop) -> None:
    opened, asking = workshop.opened, workshop.client
    image_id = opened.make_image(workshop.uploader, picture=drawn_png(30_001), process=True)
    shown = image(asking, image_id)
    moderator = opened.make_user("felix", Role.MODERATOR)
    urls = {shown["view_url"], *shown["representations"].values()}
    tag = asking.get(shown["view_url"]).headers["etag"]
    with opened.library.work() as work:
        hide_image(work, moderator, image_id, reason="test")
    for url in urls:
        assert asking.get(url).status_code == 404
        assert asking.get(url, headers={"if-none-match": tag}).status_code == 404
        assert asking.get(f"{url}?key={workshop.key}").status_code == 404
    with opened.library.work() as work:
        unhide_image(work, moderator, image_id)
    assert {asking.get(url).status_code for url in urls} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/2026/1/2",
        f"/2026/1/2/{PHOTO}",
        f"/2026/1/3/{PHOTO}/full.png",
        f"/2026/01/02/{PHOTO}/full.jpg",
        f"/2026/1/2/{PHOTO}/original.png",
        f"/2026/1/2/{PHOTO}/full",
        f"/2026/1/2/{PHOTO}/full.svg",
        f"/2026/1/2/{PHOTO}/full.exe",
        f"/2026/1/2/{PHOTO}/rendered.png",
        f"/2026/1/2/{PHOTO}/medium.png",
        f"/2026/1/2/{PHOTO}/thumb.jpg",
        f"/2026/1/2/{PHOTO}/../{PHOTO}/full.png",
        f"/2026/1/2/{PHOTO}/..%2f..%2fpolybooru.sqlite3",
        f"/2026/1/2/{PHOTO}/full.png/",
        f"/2026/1/2/{PHOTO}/full.png%00",
        f"/2026/1/2/{PHOTO}/full.PNG",
        "/2026/1/2/99999999999/full.png",
        "/2026/1/2/4294967297/full.png",
        "/2026/1/2/\u0661/full.png",
        f"/view/2026/1/2/{PHOTO}",
        f"/view/2026/1/2/{PHOTO}.gif",
        f"/view/2026/1/2/x{PHOTO}.png",
        f"/view/2026/1/2/-{PHOTO}.png",
        "/../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
    ],
)
def test_what_is_no_address_is_not_found(client: TestClient, path: str) -> None:
    answer = ask(client, f"/img{path}".encode())
    assert answer.status == 404
    assert b"\x89PNG" not in answer.body


def test_a_date_may_be_padded(client: TestClient) -> None:
    assert client.get(f"/img/2026/01/02/{PHOTO}/full.png").status_code == 200


# --- entity tags ---


def test_an_entity_tag_spares_the_second_transfer(client: TestClient) -> None:
    first = client.get(FULL)
    tag = first.headers["etag"]
    for wanted in (tag, f'"other", {tag}', f"W/{tag}", "*", f' {tag} , "x"'):
        answer = client.get(FULL, headers={"if-none-match": wanted})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"] == first.headers["cache-control"]
    for wanted in ('"other"', tag.strip('"'), ""):
        assert client.get(FULL, headers={"if-none-match": wanted}).status_code == 200
    assert client.get(f"{DAY}/{PHOTO}/thumb.png").headers["etag"] != tag


def test_head_has_the_headers_and_no_body(client: TestClient) -> None:
    head, got = client.head(FULL), client.get(FULL)
    del head.headers["x-request-id"], got.headers["x-request-id"]
    assert (head.status_code, head.headers, head.content) == (200, got.headers, b"")


@pytest.mark.parametrize("path", [FULL, f"{DAY}/{PHOTO}/thumb.png", "/img/nothing"])
def test_pages_of_every_origin_may_read_files_and_ask_before(client: TestClient, path: str) -> None:
    told = {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, OPTIONS",
        "access-control-allow-headers": "DNT, Keep-Alive, User-Agent, X-Requested-With, If-Modified-Since, "
        "Cache-Control, Content-Type",
    }
    tag = client.get(path).headers.get("etag", "none")
    for answer in (client.get(path), client.head(path), client.get(path, headers={"if-none-match": tag})):
        assert {name: answer.headers.get_list(name) for name in told} == {n: [v] for n, v in told.items()}
        assert "access-control-max-age" not in answer.headers
    asked = client.options(path)
    assert (asked.status_code, asked.content, asked.headers["content-length"]) == (200, b"", "0")
    assert {name: asked.headers[name] for name in told} == told
    assert asked.headers["access-control-max-age"] == "1728000"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_files_are_only_read(client: TestClient, method: str) -> None:
    assert client.request(method, FULL).status_code == 405


# --- ranges ---


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-7", -7, None),
        ("bytes=5-999999999", 5, None),
        ("bytes=-999999999", 0, None),
        ("BYTES=2-3", 2, 4),
        ("bytes= 2-3 ", 2, 4),
        ("bytes=0-10,5-20", 0, 21),
        ("bytes=0-10, 11-20", 0, 21),
    ],
)
def test_a_range_is_served_alone(client: TestClient, wanted: str, start: int, end: int | None) -> None:
    whole = client.get(FULL).content
    answer = client.get(FULL, headers={"range": wanted})
    part = whole[start:end]
    assert (answer.status_code, answer.content) == (206, part)
    first = start % len(whole) if start < 0 else start
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(part) - 1}/{len(whole)}"
    assert answer.headers["content-length"] == str(len(part))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_two_ranges_come_in_parts(client: TestClient) -> None:
    whole = client.get(FULL).content
    answer = client.get(FULL, headers={"range": "bytes=0-9,100-109"})
    assert answer.status_code == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert whole[:10] in answer.content
    assert whole[100:110] in answer.content
    assert len(answer.content) == int(answer.headers["content-length"]) < 500


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-1,5-6,9-10",
        "items=0-5",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=0-1;5-6",
        "bytes=\u0661-\u0662",
        "0-5",
        "bytes=0-" + "9" * 5000,
        "bytes=" + ",".join(["0-0"] * 2000),
    ],
    ids=lambda text: text[:20],
)
def test_more_than_two_ranges_or_none_that_can_be_read_mean_the_whole_file(
    client: TestClient, wanted: str
) -> None:
    whole = client.get(FULL).content
    started = time.perf_counter()
    answer = ask(client, FULL.encode(), headers=[(b"range", wanted.encode())])
    assert (answer.status, answer.body) == (200, whole)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("wanted", ["bytes=999999999-", "bytes=999999999-999999999999", "bytes=-0"])
def test_a_range_past_the_end_cannot_be_had(client: TestClient, wanted: str) -> None:
    answer = client.get(FULL, headers={"range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(client.get(FULL).content)}"


def test_a_range_of_another_version_is_the_whole_file(client: TestClient) -> None:
    first = client.get(FULL)
    for guard, status in (
        (first.headers["etag"], 206),
        ('"other"', 200),
        (f"W/{first.headers['etag']}", 200),
    ):
        answer = client.get(FULL, headers={"range": "bytes=0-9", "if-range": guard})
        assert answer.status_code == status
