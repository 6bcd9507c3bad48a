"""The examples of the dialect's document, word for word, and what else its clients are known to send."""

import re

import pytest
from tests.contract.waifu.conftest import Kiosk

from polybooru.db.tables import image_sources
from polybooru.library.actors import OPERATOR
from polybooru.library.artist_links import request_artist_link, verify_artist_link
from polybooru.library.images import find_image

MEMBERS = {
    "signature", "extension", "image_id", "favorites", "dominant_color", "source", "artist", "uploaded_at",
    "liked_at", "is_nsfw", "width", "height", "byte_size", "url", "preview_url", "tags",
}  # fmt: skip


def test_an_image_has_the_documented_members(kiosk: Kiosk) -> None:
    image_id = kiosk.add(
        "safe", "waifu", "maid", "artist:sample-artist", width_px=1537, height_px=2305, size_bytes=3_299_586
    )
    with kiosk.opened.library.work() as work:
        tag = next(tag for tag in find_image(work, image_id).tags if tag.namespace == "artist")
        link = request_artist_link(work, kiosk.people["alice"], tag.id, "https://twitter.com/sample")
        verify_artist_link(work, OPERATOR, link.id)
        row = {
            "url": "https://example.org/posts/78224476",
            "folded_url": "https://example.org/posts/78224476",
        }
        work.execute(image_sources.insert().values(image_id=image_id, position=0, **row))
        work.changed("image", image_id)
    answer = kiosk.ask(
        "GET",
        "/search?included_tags=waifu&included_tags=maid&height=%3E%3D2305&many=true",
        headers={"accept-version": "v5"},
    )
    assert (answer.status_code, answer.headers["version"]) == (200, "v5")
    [image] = answer.json()["images"]
    assert image.keys() == MEMBERS
    assert re.fullmatch("[0-9a-f]{16}", image["signature"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", image["uploaded_at"])
    listed = {one["name"]: one for one in kiosk.ask("GET", "/tags?full=true").json()["versatile"]}
    artist = {"artist_id": tag.id, "name": "sample-artist", "patreon": None, "pixiv": None}
    expected = {
        "extension": ".png",
        "image_id": image_id,
        "favorites": 0,
        "dominant_color": "#bbb7b2",
        "source": "https://example.org/posts/78224476",
        "artist": artist | {"twitter": "https://twitter.com/sample", "deviant_art": None},
        "liked_at": None,
        "is_nsfw": False,
        "width": 1537,
        "height": 2305,
        "byte_size": 3_299_586,
        "url": f"https://board.example/waifu/cdn/{image_id}.png",
        "preview_url": f"https://board.example/waifu/preview/{image_id}/",
        "tags": [listed["maid"], listed["waifu"]],
    }
    assert {name: image[name] for name in expected} == expected
    assert listed["maid"].keys() == {"tag_id", "name", "description", "is_nsfw"}
    assert listed["maid"]["description"] == "About maid."


def test_tags_by_the_images_that_they_are_for(kiosk: Kiosk) -> None:
    names = kiosk.ask("GET", "/tags").json()
    assert names == {"versatile": ["maid", "waifu", "uniform", "selfies"], "nsfw": ["restricted-sample"]}
    for value in ("False", "", "0"):
        assert kiosk.ask("GET", f"/tags?full={value}").json() == names
    whole = kiosk.ask("GET", "/tags?full=True").json()
    assert {group: [tag["name"] for tag in whole[group]] for group in whole} == names
    ids = [tag["tag_id"] for tag in whole["versatile"]]
    assert ids == sorted(ids)
    assert [tag["is_nsfw"] for tag in whole["nsfw"]] == [True]
    assert kiosk.ask("GET", "/tags?full=maybe").json() == {
        "detail": "Bad Request: full must be one of true, false"
    }


@pytest.mark.parametrize(
    ("request_line", "status", "told"),
    [
        ("GET /search?width=2000", 400, "width"),
        ("GET /search?order_by=favourites", 400, "order_by"),
        ("GET /search?included_tags=no-such-tag", 404, ""),
        ("GET /search?full=true", 401, ""),
        ("GET /fav", 401, ""),
        (
            "GET /search/?gif=False&many=False&order_by=RANDOM&included_tags=waifu%2Cmaid",
            400,
            "included_tags",
        ),
        ("GET /search?order_by=favorites&many=T", 200, ""),
        ("GET /search?included_tags=waifu&unknown=1&INCLUDED_TAGS=nope&is_nsfw=false&is_nsfw=wrong", 200, ""),
    ],
)
def test_requests_of_the_document(kiosk: Kiosk, request_line: str, status: int, told: str) -> None:
    method, _, path = request_line.partition(" ")
    answer = kiosk.ask(method, path)
    assert answer.status_code == status, answer.text
    if status != 200:
        assert told in answer.json()["detail"]


def test_calls_of_the_document_with_its_own_token_are_plain_401(kiosk: Kiosk) -> None:
    printed = ("Aa0-_" * 40)[:171]
    for method, path in (
        ("GET", "/fav"),
        ("POST", "/fav/insert"),
        ("POST", "/fav/delete"),
        ("DELETE", "/fav/delete"),
        ("POST", "/fav/toggle"),
    ):
        body = {} if method == "GET" else {"json": {"image_id": 8008}}
        answer = kiosk.ask(method, path, printed, headers={"accept-version": "v5"}, **body)
        assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})


def test_the_first_failure_wins(kiosk: Kiosk) -> None:
    """In the order of the document."""

    def status(path: str, token: str | None = None) -> int:
        return kiosk.ask("GET", path, token).status_code

    assert status("/search?full=maybe&width=wrong") == 400
    assert status("/search?full=true&width=wrong") == 401
    assert status("/search?full=true&width=wrong", "alice") == 403
    assert status("/search?full=true&width=wrong", "admin") == 400
    assert status("/fav?user_id=x") == 401
    assert status("/fav?user_id=x&full=true", "alice") == 400
    assert status("/fav?full=maybe&user_id=1", "alice") == 400
    assert status(f"/fav?user_id={kiosk.user_id('bob')}&width=wrong", "alice") == 403
    assert status("/fav?full=true&width=wrong", "alice") == 403
    assert status("/fav?width=wrong", "alice") == 400
    wrong_both = kiosk.ask("GET", "/search?byte_size=1&height=1&is_nsfw=maybe&included_files=%2F").json()
    assert "is_nsfw" in wrong_both["detail"]
    assert "included_files" in kiosk.ask("GET", "/search?byte_size=1&included_files=%2F").json()["detail"]
    assert "byte_size" in kiosk.ask("GET", "/search?limit=1&byte_size=1").json()["detail"]
    for wrong in ("x", "1.5", str(2**63), "+", "9" * 5_000):
        assert status(f"/fav?user_id={wrong}", "alice") == 400


def test_a_long_list_is_sent_in_parts(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "/search?full=true&is_nsfw=null&order_by=UPLOADED_AT"
    whole = kiosk.ask("GET", asked, "admin")
    assert len(whole.json()["images"]) > 40
    monkeypatch.setattr("polybooru.api.waifu.shown_images.AT_ONCE", 7)
    in_parts = kiosk.ask("GET", asked, "admin")
    assert in_parts.json() == whole.json()
    assert in_parts.headers["content-type"] == whole.headers["content-type"]
    assert in_parts.headers["version"] == "v5"
