"""Single requests of the dialect's document, and what nobody is shown who did not ask."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient
from tests.contract.nekos.conftest import BASE, SAFE_IMAGES, Shown, bearer

from polybooru.library.actors import OPERATOR
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.images import hide_image
from polybooru.library.tag_descriptions import describe_tag

NOWHERE = "00000000-0000-0000-0000-000000000000"
STATUSES = {
    "/artist?search=sample%25": 200,
    "/category?search=%25%3Fsky%25%3F&limit=25": 200,
    "/character?search=%28": 400,
    "/artist?limit=26": 400,
    "/artist?limit=0": 400,
    "/artist?limit=ten": 400,
    "/artist?offset=-1": 400,
    "/artist?offset=100000": 200,
    "/image/not-a-uuid": 400,
    f"/image/{NOWHERE}": 404,
    f"/artist/{NOWHERE}/images": 404,
    f"/set/{NOWHERE}": 404,
    "/set/1": 400,
    "/image/random?categories=Scenery,Sky&limit=5": 200,
    "/image/random?categories=Nonexistent": 400,
    "/image/random?expiry=60": 401,
    "/token": 401,
}


def data(client: TestClient, path: str, **headers: str) -> Any:
    answer = client.get(BASE + path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@pytest.mark.parametrize(("path", "status"), STATUSES.items())
def test_requests_of_the_document(nekos: TestClient, path: str, status: int) -> None:
    assert nekos.get(BASE + path).status_code == status


def test_a_short_token_is_refused(nekos: TestClient) -> None:
    assert nekos.get(f"{BASE}/artist", headers={"Authorization": "Bearer short"}).status_code == 401


def test_the_first_check_that_fails_is_answered(shown: Shown) -> None:
    plain = bearer(shown.tokens["plain"])
    with shown.client(require_image_list=True) as client:
        for path, headers, status in (
            ("/image/x?expiry=60", {}, 400),  # the id before the expiry
            (f"/image/{NOWHERE}?expiry=60", {}, 401),  # the expiry before the existence
            (f"/image/{NOWHERE}?expiry=60", plain, 403),
            ("/image?expiry=x&limit=x", plain, 403),  # the scope before all of them
            ("/image/random?expiry=60&limit=x", {}, 401),
            (f"/artist/{NOWHERE}/images?limit=x", {}, 400),
            ("/image/random?limit=x&categories=nothing", {}, 400),
        ):
            answer = client.get(BASE + path, headers=headers)
            assert answer.status_code == status, (path, answer.text)
        assert "limit" in client.get(f"{BASE}/image/random?limit=x&categories=nothing").json()["message"]
        assert "offset" in client.get(f"{BASE}/artist?offset=x&search=(").json()["message"]


def test_random_images_have_all_categories_and_differ(nekos: TestClient) -> None:
    found = data(nekos, "/image/random?categories=SCENERY,,%20sky%20,sky&limit=25")
    assert len({one["id"] for one in found}) == len(found) == SAFE_IMAGES // 2
    for one in found:
        assert {"scenery", "sky"} <= {category["name"] for category in one["categories"]}
    assert len(data(nekos, "/image/random?categories=&limit=25")) == SAFE_IMAGES
    answer = nekos.get(f"{BASE}/image/random?categories=sky,cat")
    assert answer.status_code == 404
    assert "categories" in answer.json()["message"]
    wrong = nekos.get(f"{BASE}/image/random?categories=sky,Nothing,nowhere")
    assert wrong.status_code == 400
    assert "nothing, nowhere" in wrong.json()["message"]
    draws = {data(nekos, "/image/random")[0]["id"] for _ in range(80)}
    assert len(draws) > SAFE_IMAGES // 2


def test_an_empty_board_has_no_random_image(shown: Shown) -> None:
    with shown.client(ratings=()) as client:
        assert client.get(f"{BASE}/image/random").status_code == 404
        assert client.get(f"{BASE}/image").json()["data"] == []


def test_hidden_adult_and_unprocessed_images_are_missing(nekos: TestClient, shown: Shown) -> None:
    with shown.client(ratings=("sfw", "questionable", "nsfw")) as everything:
        all_of_them = data(everything, "/image?limit=25")
    assert [one["nsfw"] for one in all_of_them][-2:] == ["nsfw", "questionable"]
    assert len(all_of_them) == SAFE_IMAGES + 2  # neither the hidden one nor the one that waits
    for one in all_of_them[-2:]:
        assert nekos.get(f"{BASE}/image/{one['id']}").status_code == 404
        assert (
            nekos.get(f"{BASE}/image/{one['id']}", headers=bearer(shown.tokens["plain"])).status_code == 404
        )
    names = [one["name"] for one in data(nekos, "/artist?limit=25")]
    assert names == ["sample 0", "sample 1", "sample 2", "lonely", "late"]  # `secret` has a hidden image only
    late = data(nekos, "/artist?search=late")[0]
    assert data(nekos, f"/artist/{late['id']}")["images"] == 0
    assert data(nekos, f"/artist/{late['id']}/images") == []
    [gallery] = data(nekos, "/set")
    shown_ids = [one["id"] for one in data(nekos, "/image?limit=25")]
    assert gallery["images"] == [shown_ids[place - 1] for place in (5, 2, 9)]
    assert data(nekos, f"/set/{gallery['id']}") == gallery
    stats = data(nekos, "/stats")
    assert stats["images"]["count"] == SAFE_IMAGES
    assert stats["images"]["nsfw"] == {"nsfw": 0, "questionable": 0, "sfw": SAFE_IMAGES}


def test_numbers_of_everything(nekos: TestClient) -> None:
    assert data(nekos, "/stats") == {
        "images": {
            "count": 12,
            "nsfw": {"nsfw": 0, "questionable": 0, "sfw": 12},
            "original": {"yes": 0, "no": 0, "unknown": 12},
            "resolution": {"sd": 0, "hd": 0, "fhd": 0, "uhd": 0},
            "orientation": {"portrait": 4, "landscape": 4, "square": 4},
        },
        "categories": {
            "count": 3,
            "type": {"settings": 2, "character": 1, "format": 0},
            "nsfw": {"nsfw": 0, "sfw": 3},
        },
        "artists": {"count": 5},
        "characters": {"count": 1, "sources": 1},
    }


def test_numbers_are_at_most_five_minutes_old(shown: Shown) -> None:
    began = shown.opened.clock.now
    with shown.client() as client:
        first = data(client, "/stats")
        moderator = shown.opened.make_user(f"m{began.timestamp()}")
        shown.opened.make_image(moderator, "safe, scenery, artist:fresh", process=True)
        try:
            shown.opened.clock.advance(299)
            assert data(client, "/stats") == first
            shown.opened.clock.advance(1)
            assert data(client, "/stats")["images"]["count"] == first["images"]["count"] + 1
        finally:
            _destroy_newest(shown)


def _destroy_newest(shown: Shown) -> None:
    """The other tests want the board as it was."""
    newest = max(shown.opened.library.replica.index.ids)
    with shown.opened.library.work() as work:
        hide_image(work, OPERATOR, newest, reason="Was for one test")


def test_an_image_that_was_hidden_changes_no_answer(shown: Shown) -> None:
    """Nor do its new artist, its new category, and a gallery of its own."""
    paths = (
        *(f"/{kind}?limit=25" for kind in ("image", "artist", "category", "character", "set")),
        *(f"/{kind}?limit=25&search=%25%3F" for kind in ("artist", "category", "character")),
        *("/stats", "/image/random?limit=25&categories=scenery", "/image/random?categories=brand%20new"),
    )

    def answers() -> dict[str, Any]:
        with shown.client() as client:
            told = {path: client.get(BASE + path).json() for path in paths}
            for artist in told["/artist?limit=25"]["data"]:
                for end in ("", "/images"):
                    path = f"/artist/{artist['id']}{end}"
                    told[path] = client.get(BASE + path).json()
        return {path: _in_order(told[path]) for path in told}

    before = answers()
    alice = shown.opened.make_user("hider")
    with shown.opened.library.work() as work:
        describe_tag(
            work, OPERATOR, "brand new", description="Nobody saw it.", short_description="", category=None
        )
    tags = "safe, scenery, sky, brand new, artist:brand new, artist:sample 0, old thistle, oc:brand new"
    image_id = shown.opened.make_image(alice, tags, process=True)
    with shown.opened.library.work() as work:
        gallery = create_gallery(work, alice, GalleryText(title="Hidden things"))
        add_images(work, alice, gallery, [image_id])
    assert answers() != before
    _destroy_newest(shown)
    assert answers() == before


def _in_order(answer: dict[str, Any]) -> Any:
    """Random images come in any order."""
    data = answer.get("data")
    if isinstance(data, list) and data and isinstance(data[0], dict) and "meta" not in answer:
        return sorted(data, key=lambda one: one["id"])
    return answer


def test_percent_may_be_set_to_mean_maybe_nothing(shown: Shown, nekos: TestClient) -> None:
    path = "/artist?search=%25lonely%25"
    assert data(nekos, path) == []
    with shown.client(percent="zero-or-more") as client:
        assert [one["name"] for one in data(client, path)] == ["lonely"]


def test_files_are_served_while_their_address_is_good(nekos: TestClient, shown: Shown) -> None:
    image = data(nekos, "/image?limit=1")[0]
    meta = image["meta"]
    address = image["url"].removeprefix("https://board.example")
    answer = nekos.get(address)
    assert answer.status_code == 200
    assert (len(answer.content), answer.headers["etag"]) == (meta["size"], meta["eTag"])
    assert answer.headers["content-type"] == meta["mimetype"]
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert answer.headers["x-content-type-options"] == "nosniff"
    part = nekos.get(address, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, answer.content[:10])
    assert nekos.get(address, headers={"If-None-Match": meta["eTag"]}).status_code == 304
    assert nekos.head(address).status_code == 200
    began = shown.opened.clock.now
    shown.opened.clock.advance(3_599)
    assert nekos.get(address).status_code == 200
    shown.opened.clock.advance(1)
    late = nekos.get(address)
    shown.opened.clock.now = began
    assert (late.status_code, late.json()["success"], late.json()["code"]) == (403, False, 403)
    assert meta["expires"].startswith((began + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S"))


def test_addresses_of_files_are_not_made_up(nekos: TestClient) -> None:
    first, second = data(nekos, "/image?limit=2")
    parts = urlsplit(first["url"])
    other = urlsplit(second["url"]).path
    for path in (
        parts.path,
        f"{parts.path}?{parts.query}x",
        f"{other}?{parts.query}",
        f"/nekos/file/{NOWHERE}.png?{parts.query}",
        f"{parts.path}?expires=99999999999&signature={'0' * 32}",
        "/nekos/file/x",
    ):
        assert nekos.get(path).status_code == 403, path
    assert nekos.get(f"{parts.path.removesuffix('.png')}.jpg?{parts.query}").status_code == 404


def test_a_good_address_of_an_image_that_was_hidden_finds_nothing(shown: Shown, nekos: TestClient) -> None:
    uploader = shown.opened.make_user("passing")
    shown.opened.make_image(uploader, "safe, scenery, artist:passing", process=True)
    [image] = [one for one in data(nekos, "/image?limit=25") if one["artist"]["name"] == "passing"]
    address = image["url"].removeprefix("https://board.example")
    assert nekos.get(address).status_code == 200
    _destroy_newest(shown)
    assert nekos.get(address).status_code == 404
    assert nekos.get(f"{BASE}/image/{image['id']}").status_code == 404
    assert "passing" not in [one["name"] for one in data(nekos, "/artist?limit=25")]
    assert nekos.get(f"{BASE}/artist/{image['artist']['id']}").status_code == 404
