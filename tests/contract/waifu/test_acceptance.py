"""The checklist of the dialect's document (docs/reference/waifu.md), in its order."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest
from starlette.testclient import TestClient
from tests.contract.waifu.conftest import CROWD, Kiosk

from polybooru.library.actors import OPERATOR
from polybooru.library.granted import Granted
from polybooru.library.grants import add_grant
from polybooru.library.images import find_image, hide_image
from polybooru.settings import WaifuSettings

ALREADY = "The image you provided is already in the user favorites, consider using /fav/toggle instead."
POSTS = ("/fav/insert", "/fav/delete", "/fav/toggle", "/report")


def is_failure(answer: httpx2.Response, status: int, phrase: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["version"] == "v5"
    body = answer.json()
    assert [*body] == ["detail"]
    assert body["detail"] == phrase or body["detail"].startswith(f"{phrase}: "), body


# 1. Every error on every route is JSON with a string `detail`.


def test_every_error_is_json_with_a_detail(kiosk: Kiosk) -> None:
    for path in (
        "",
        "/",
        "/nope",
        "/searchx",
        "/fav/nope",
        "/search//",
        "/cdnx/1.png",
        "/tags/1",
        "/%00",
        "/%0A",
    ):
        is_failure(kiosk.ask("GET", path), 404, "Not Found")
        is_failure(kiosk.ask("OPTIONS", path), 404, "Not Found")
    for path in ("/search", "/fav", "/tags"):
        for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"):
            is_failure(kiosk.ask(method, path), 405, "Method Not Allowed")
    for path in POSTS:
        for method in ("GET", "PUT", "PATCH", "HEAD", *(["DELETE"] if path != "/fav/delete" else [])):
            answer = kiosk.ask(method, path)
            assert answer.status_code == 405
            assert answer.headers["allow"] == (
                "DELETE, OPTIONS, POST" if path == "/fav/delete" else "OPTIONS, POST"
            )
        is_failure(kiosk.ask("POST", path), 401, "Unauthorized")
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
            answer = kiosk.ask("POST", path, "alice", content=b"image_id=1", headers={"content-type": kind})
            is_failure(answer, 415, "Unsupported Media Type")
        for body in (
            b"",
            b" ",
            b"{}",
            b"{",
            b"[]",
            b"7",
            b'"x"',
            b"null",
            b"\xff",
            b'{"image_id": NaN}',
            b"[" * 999,
        ):
            answer = kiosk.ask(
                "POST", path, "alice", content=body, headers={"content-type": "application/json"}
            )
            is_failure(answer, 400, "Bad Request")
        answer = kiosk.ask(
            "POST", path, "alice", content=b" " * 1_100_000, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 413
        assert isinstance(answer.json()["detail"], str)


# 2. The table of `is_nsfw`, all eight cells, with a tag flagged nsfw.


@pytest.mark.parametrize("route", ["/search", "/fav"])
def test_the_table_of_is_nsfw(kiosk: Kiosk, route: str) -> None:
    who = kiosk.newcomer()
    both = [kiosk.images[name] for name in ("landscape", "adult")]
    marked = kiosk.add("safe", "waifu", "restricted sample")
    for image_id in (*both, marked, kiosk.images["restricted"]):
        kiosk.ask("POST", "/fav/insert", who, json={"image_id": image_id})
    few = "&".join(f"included_files={image_id}" for image_id in (*both, marked))

    def found(text: str) -> set[int]:
        return set(kiosk.found(f"{route}?{few}&{text}", who)) & {*both, marked}

    absent = {both[0], marked} if route == "/search" else {*both, marked}
    for text, expected in {
        "": absent,
        "is_nsfw=false": {both[0], marked},
        "is_nsfw=False": {both[0], marked},
        "is_nsfw=TRUE": {both[1]},
        "is_nsfw=null": {*both, marked},
        "is_nsfw=NuLL": {*both, marked},
    }.items():
        assert found(text) == expected, text
        assert found(f"{text}&excluded_tags=no-such-tag&included_tags=waifu") == expected
    for value in ("", "is_nsfw=false", "is_nsfw=true", "is_nsfw=null"):
        assert found(f"{value}&included_tags=restricted-sample") == {marked}, "the filter is off"
        assert found(f"{value}&included_tags=Restricted-Sample&included_tags=waifu") == {marked}
        alone = kiosk.found(
            f"{route}?{value}&included_tags=restricted-sample&included_files={kiosk.images['restricted']}",
            who,
        )
        assert alone == [kiosk.images["restricted"]]
    assert found("is_nsfw=false&excluded_tags=restricted-sample") == {both[0]}
    for wrong in ("", "0", "yes", "1", "nul", "\u0130"):
        is_failure(kiosk.ask("GET", f"{route}?is_nsfw={wrong}", who), 400, "Bad Request")


# 3. All tags required, ignoring case; duplicates in different case behave as one.


def test_all_tags_are_required_in_any_letter_case(kiosk: Kiosk) -> None:
    portrait = kiosk.images["portrait"]
    for text in (
        "maid&included_tags=waifu",
        "MAID&included_tags=Waifu&included_tags=waifu&included_tags=WAIFU",
    ):
        assert kiosk.found(f"/search?included_tags={text}&many=true") == [portrait]
    maids = set(kiosk.found("/search?included_tags=maid&many=true"))
    assert maids == {portrait, kiosk.images["square"]}
    assert kiosk.found("/search?included_tags=maid&excluded_tags=WAIFU&excluded_tags=no-such-tag&many=1") == [
        kiosk.images["square"]
    ]
    for unknown in (
        "no-such-tag",
        "nobody-lists-this",
        "safe",
        "maid&included_tags=no-such-tag",
        "artist-jane",
    ):
        assert kiosk.found(f"/search?included_tags={unknown}") == []
    for wrong in ("waifu,maid", "wai fu", "", "w%C3%A4", "a_b", "*", "-%0A"):
        for name in ("included_tags", "excluded_tags", "included_files", "excluded_files"):
            answer = kiosk.ask("GET", f"/search?included_tags=maid&{name}={wrong}")
            is_failure(answer, 400, "Bad Request")
            assert name in answer.json()["detail"]


# 4. Files by id, by signature, by upper-case signature; `included_files` lifts the limit of 1.


def test_files_by_id_and_by_signature(kiosk: Kiosk) -> None:
    ids = [kiosk.images[name] for name in ("portrait", "landscape", "square")]
    signatures = {
        image["image_id"]: image["signature"]
        for image in kiosk.ask("GET", "/search?many=true&included_tags=waifu").json()["images"]
    } | {
        kiosk.images["square"]: kiosk.ask("GET", f"/search?included_files={ids[2]}").json()["images"][0][
            "signature"
        ]
    }
    assert all(len(text) == 16 and text == text.lower() for text in signatures.values())
    elements = [str(ids[0]), signatures[ids[1]], signatures[ids[2]].upper()]
    asked = "&".join(f"included_files={text}" for text in elements)
    assert sorted(kiosk.found(f"/search?{asked}")) == sorted(ids)
    assert sorted(kiosk.found(f"/search?{asked}&{asked}&many=false")) == sorted(ids)
    without = "&".join(f"excluded_files={text}" for text in elements[1:])
    assert kiosk.found(f"/search?{asked}&{without}") == [ids[0]], "excluded wins"
    left = kiosk.found(f"/search?included_tags=maid&excluded_files={ids[0]}&excluded_files=no-such-file")
    assert left == [ids[2]]
    for nobody in ("0", "999999999", "0" * 16, "1" * 40, f"0{ids[0]}", str(kiosk.images["hidden"])):
        assert kiosk.found(f"/search?included_files={nobody}") == []
    assert kiosk.found(f"/search?included_files={kiosk.images['adult']}") == [], "other filters apply"
    is_failure(kiosk.ask("GET", f"/search?included_files={ids[0]}.png"), 400, "Bad Request")
    thousand = "&".join(f"included_files={number}" for number in range(1, 1001))
    assert set(ids) <= set(kiosk.found(f"/search?{thousand}"))


# 5. Six operators on three parameters; malformed forms; a square image is of no orientation.


@pytest.mark.parametrize(("name", "value"), [("width", 2304), ("height", 1536), ("byte_size", 500)])
def test_six_operators(kiosk: Kiosk, name: str, value: int) -> None:
    """The image has exactly this value."""
    image_id = kiosk.images["landscape"]

    def fits(condition: str) -> bool:
        return kiosk.found(f"/search?included_files={image_id}&{name}={condition}") == [image_id]

    for operator, of_less, of_equal, of_more in (
        (">=", True, True, False),
        ("<=", False, True, True),
        (">", True, False, False),
        ("<", False, False, True),
        ("=", False, True, False),
        ("!=", True, False, True),
    ):
        for quoted in (
            operator,
            operator.replace(">", "%3E").replace("<", "%3C").replace("=", "%3D").replace("!", "%21"),
        ):
            assert fits(f"{quoted}{value - 1}") is of_less
            assert fits(f"{quoted}{value}") is of_equal
            assert fits(f"{quoted}000{value}") is of_equal
            assert fits(f"{quoted}{value + 1}") is of_more
            assert fits(f"{quoted}{'9' * 30_000}") is of_more
            assert fits(f"{quoted}{2**63}") is of_more
    assert fits(f">=1&{name}=nonsense"), "the first counts"
    for wrong in (
        "2000",
        "",
        ">",
        ">=",
        "==5",
        "=>5",
        ">=-5",
        ">=+5",
        ">= 5",
        ">=5.0",
        ">=5px",
        "5>=",
        "<>5",
        "!5",
        ">=\u0665",
        ">=5%0A",
    ):
        answer = kiosk.ask("GET", f"/search?{name}={wrong}")
        is_failure(answer, 400, "Bad Request")
        assert name in answer.json()["detail"]


def test_orientation(kiosk: Kiosk) -> None:
    for value, expected in {
        "LANDSCAPE": {"landscape"},
        "portrait": {"portrait"},
        "Random": {"landscape", "portrait", "square"},
    }.items():
        names = ("landscape", "portrait", "square")
        asked = "&".join(f"included_files={kiosk.images[name]}" for name in names)
        found = kiosk.found(f"/search?{asked}&orientation={value}")
        assert sorted(found) == sorted(kiosk.images[name] for name in expected)
    for wrong in ("", "SQUARE", "null"):
        is_failure(kiosk.ask("GET", f"/search?orientation={wrong}"), 400, "Bad Request")


def test_gif(kiosk: Kiosk) -> None:
    gif = kiosk.images["gif"]
    for value in ("true", "TRUE"):
        assert kiosk.found(f"/search?gif={value}&many=true") == [gif]
    assert gif not in kiosk.found("/search?gif=False&many=true&included_tags=waifu")
    assert gif in kiosk.found("/search?gif=null&many=true&included_tags=waifu")
    for wrong in ("", "1", "no"):
        is_failure(kiosk.ask("GET", f"/search?gif={wrong}"), 400, "Bad Request")


# 6. Sizes: 1, 30, all; `many` with fewer than 30 matches.


def test_sizes(kiosk: Kiosk) -> None:
    assert len(kiosk.found("/search")) == 1
    for value in ("1", "t", "T", "TRUE", "true", "True"):
        assert len(kiosk.found(f"/search?included_tags=selfies&many={value}")) == 30
        assert len(kiosk.found(f"/search?included_tags=selfies&full={value}", "admin")) == CROWD
    for value in ("0", "f", "F", "FALSE", "false", "False", ""):
        assert len(kiosk.found(f"/search?included_tags=selfies&many={value}&full={value}")) == 1
    assert 1 < len(kiosk.found("/search?included_tags=maid&many=true")) < 30
    assert len(kiosk.found("/search?included_tags=selfies&limit=7&many=true")) == 7
    assert len(kiosk.found("/search?included_tags=selfies&limit=0")) == 1
    assert len(kiosk.found("/search?included_tags=selfies&limit=35", "admin")) == 35
    for wrong in ("1", "-1", "x", "2.0", "9" * 30, "1e3"):
        is_failure(kiosk.ask("GET", f"/search?limit={wrong}"), 400, "Bad Request")
    is_failure(kiosk.ask("GET", "/search?limit=31"), 401, "Unauthorized")
    is_failure(kiosk.ask("GET", "/search?limit=31", "alice"), 403, "Forbidden")
    for wrong in ("yes", "TrUe", "2", "null"):
        for name in ("many", "full"):
            is_failure(kiosk.ask("GET", f"/search?{name}={wrong}"), 400, "Bad Request")


def test_orders(kiosk: Kiosk) -> None:
    who, other = kiosk.newcomer(), kiosk.newcomer()
    made = [kiosk.add("safe", "uniform", "selfies") for _ in range(4)]
    for image_id, people in ((made[1], (who, other)), (made[3], (who,))):
        for person in people:
            assert kiosk.ask("POST", "/fav/insert", person, json={"image_id": image_id}).status_code == 200
    asked = "included_tags=uniform&included_tags=selfies&many=true&order_by"
    assert kiosk.found(f"/search?{asked}=favorites") == [made[1], made[3], made[2], made[0]]
    assert kiosk.found(f"/search?{asked}=Uploaded_At") == made[::-1]
    assert kiosk.found(f"/search?{asked}=FAVORITES&limit=2") == [made[1], made[3]]
    orders = {tuple(kiosk.found(f"/search?{asked}=random")) for _ in range(60)}
    assert len(orders) > 12
    for wrong in ("LIKED_AT", "favourites", "FAVOURITES", "", "liked_at"):
        is_failure(kiosk.ask("GET", f"/search?order_by={wrong}"), 400, "Bad Request")
    for image_id in made:  # other tests count these
        with kiosk.opened.library.work() as work:
            hide_image(work, kiosk.people["moderator"], image_id, reason="tidy")


# 7. `/fav`: default order, default `is_nsfw`, `liked_at`; 404 when empty.


def test_favourites_come_newest_first_with_their_moments(kiosk: Kiosk) -> None:
    who = kiosk.newcomer()
    is_failure(kiosk.ask("GET", "/fav", who), 404, "Not Found")
    names = ["square", "adult", "portrait", "gif"]
    for name in names:
        kiosk.opened.clock.advance(61)
        assert kiosk.ask("POST", "/fav/insert", who, json={"image_id": kiosk.images[name]}).status_code == 200
    now = kiosk.opened.clock.now
    answer = kiosk.ask("GET", "/fav", who)
    images = answer.json()["images"]
    assert [image["image_id"] for image in images] == [kiosk.images[name] for name in names[::-1]]
    moments = [now - timedelta(seconds=61 * ago) for ago in range(4)]
    assert [image["liked_at"] for image in images] == [f"{one:%Y-%m-%dT%H:%M:%S}Z" for one in moments]
    assert [image["is_nsfw"] for image in images] == [False, False, True, False]
    assert kiosk.found("/fav?is_nsfw=false&order_by=liked_at", who) == [
        kiosk.images[name] for name in ("gif", "portrait", "square")
    ]
    assert kiosk.found("/fav?order_by=UPLOADED_AT&many=true", who) == [
        kiosk.images[name] for name in ("adult", "gif", "square", "portrait")
    ]
    assert kiosk.found("/fav?limit=2", who) == [kiosk.images["gif"], kiosk.images["portrait"]]
    assert sorted(kiosk.found("/fav?limit=500", who)) == sorted(kiosk.images[name] for name in names)
    assert kiosk.found("/fav?gif=true", who) == [kiosk.images["gif"]]
    assert kiosk.found("/fav?width=%3E2000", who) == []
    assert all(
        image["liked_at"] is None for image in kiosk.ask("GET", "/search?many=true", who).json()["images"]
    )
    is_failure(kiosk.ask("GET", "/fav?full=true", who), 403, "Forbidden")
    assert len(kiosk.found("/fav?full=false", who)) == 4
    for image in images:
        assert kiosk.ask("POST", "/fav/delete", who, json={"image_id": image["image_id"]}).status_code == 200
    is_failure(kiosk.ask("GET", "/fav", who), 404, "Not Found")


def test_more_than_30_favourites_all_come_and_many_caps_them(kiosk: Kiosk) -> None:
    who = kiosk.newcomer()
    crowd = kiosk.found("/search?included_tags=selfies&full=true&order_by=uploaded_at", "admin")
    for image_id in crowd[:35]:
        assert kiosk.ask("POST", "/fav/insert", who, json={"image_id": image_id}).status_code == 200
    assert len(kiosk.found("/fav", who)) == 35
    assert len(kiosk.found("/fav?many=true", who)) == 30
    assert len(kiosk.found("/fav?many=true&order_by=random", who)) == 30


# 8. Grants: self, single target, everyone, admin; `user_id` 0.


def test_grants(kiosk: Kiosk) -> None:
    who, everyones, chief = (kiosk.newcomer() for _ in range(3))
    image_id = kiosk.images["landscape"]
    with kiosk.opened.library.work() as work:
        for permission in (Granted.VIEW_FAVORITES, Granted.MANAGE_FAVORITES):
            add_grant(work, OPERATOR, kiosk.user_id(everyones), permission, None)
        add_grant(work, OPERATOR, kiosk.user_id(chief), Granted.ADMIN, None)
    target, mine = kiosk.user_id(who), {"image_id": image_id}
    for user_id in (0, target, None):
        assert kiosk.ask("POST", "/fav/insert", who, json=mine | {"user_id": user_id}).status_code == 200
        asked = "" if user_id is None else f"?user_id={user_id}"
        assert kiosk.found(f"/fav{asked}", who) == [image_id]
        assert kiosk.ask("DELETE", "/fav/delete", who, json=mine | {"user_id": user_id}).status_code == 200
    theirs = mine | {"user_id": target}
    for holder in (everyones, chief, "admin"):
        assert kiosk.ask("POST", "/fav/insert", holder, json=theirs).json() == {"state": "INSERTED"}
        assert kiosk.found(f"/fav?user_id={target}", holder) == [image_id]
        assert kiosk.found("/fav", holder) == []
        assert kiosk.ask("POST", "/fav/toggle", holder, json=theirs).json() == {"state": "DELETED"}
        is_failure(kiosk.ask("POST", "/fav/delete", holder, json=theirs), 404, "Not Found")
        is_failure(kiosk.ask("GET", f"/fav?user_id={target}", holder), 404, "Not Found")
        for nobody in (10**9, 2**62, -3):
            for path in POSTS[:3]:
                is_failure(kiosk.ask("POST", path, holder, json=mine | {"user_id": nobody}), 404, "Not Found")
            is_failure(kiosk.ask("GET", f"/fav?user_id={nobody}", holder), 404, "Not Found")
    for stranger in ("bob", "bot", "moderator"):
        for path in POSTS[:3]:
            refused = kiosk.ask("POST", path, stranger, json=theirs)
            is_failure(refused, 403, "Forbidden")
            assert refused.json()["detail"] == "Forbidden: manage_favorites"
            is_failure(kiosk.ask("POST", path, stranger, json={"user_id": target}), 403, "Forbidden")
            is_failure(kiosk.ask("POST", path, stranger, json={"user_id": 10**9}), 403, "Forbidden")
        refused = kiosk.ask("GET", f"/fav?user_id={target}&width=nonsense", stranger)
        assert refused.json() == {"detail": "Forbidden: view_favorites"}
        refused = kiosk.ask("POST", "/report", stranger, json=theirs)
        assert refused.json() == {"detail": "Forbidden: report"}
    alice = kiosk.user_id("alice")
    assert (
        kiosk.ask("POST", "/fav/insert", "bot", json={"image_id": image_id, "user_id": alice}).status_code
        == 200
    )
    assert image_id in kiosk.found(f"/fav?user_id={alice}", "bot")
    assert (
        kiosk.ask("POST", "/fav/delete", "bot", json={"image_id": image_id, "user_id": alice}).status_code
        == 200
    )
    for path in ("/search?full=true", "/fav?full=true"):
        is_failure(kiosk.ask("GET", path), 401, "Unauthorized")
        assert kiosk.ask("GET", path, "bob").json() == {"detail": "Forbidden: admin"}
        assert kiosk.ask("GET", path, everyones).json() == {"detail": "Forbidden: admin"}
    assert len(kiosk.found("/search?full=true", chief)) > CROWD


def test_a_token_with_scopes_carries_only_what_they_stand_for(kiosk: Kiosk) -> None:
    body = {"image_id": kiosk.images["landscape"]}
    reader, faver, writer = (kiosk.newcomer(scope) for scope in ("read", "interact", "write"))
    assert kiosk.ask("GET", "/fav", reader).status_code == 404
    assert kiosk.ask("POST", "/fav/toggle", faver, json=body).status_code == 200
    assert kiosk.ask("POST", "/report", writer, json=body).status_code == 200
    for who in (faver, writer):
        is_failure(kiosk.ask("GET", "/fav", who), 403, "Forbidden")
    for who in (reader, writer):
        is_failure(kiosk.ask("POST", "/fav/toggle", who, json=body), 403, "Forbidden")
    for who in (reader, faver):
        is_failure(kiosk.ask("POST", "/report", who, json=body), 403, "Forbidden")


def test_bad_tokens_and_blacklisted_accounts(kiosk: Kiosk) -> None:
    token = kiosk.tokens["alice"]
    asked = [("GET", "/fav"), *(("POST", path) for path in POSTS), ("DELETE", "/fav/delete")]
    headers = ["", "Bearer", "Bearer ", f"bearer {token}", f"Token {token}", token, f"Bearer  {token}"]
    headers += [f"Bearer {text}" for text in (f"{token}x", "x" * 171, kiosk.tokens["expired"])]
    for method, path in (*asked, ("GET", "/search?full=true")):
        for header in headers:
            answer = kiosk.ask(method, path, headers={"authorization": header})
            is_failure(answer, 401, "Unauthorized")
            assert answer.json()["detail"] == "Unauthorized"
        is_failure(kiosk.ask(method, path, "banned", json={"image_id": 1}), 403, "Forbidden")
    for path in ("/search", "/tags", "/tags?full=true"):
        for ignored in ("nonsense", "banned", "expired"):
            assert kiosk.ask("GET", path, ignored).status_code == 200


# 9. Both methods of `/fav/delete`; the text of 409; the counter moves; reports keep the first description.


def test_favourites_are_inserted_deleted_and_toggled(kiosk: Kiosk) -> None:
    who, other = kiosk.newcomer(), kiosk.newcomer()
    image_id = kiosk.add("safe", "waifu")
    body = {"image_id": image_id}

    def favorites() -> int:
        counted: int = kiosk.ask("GET", f"/search?included_files={image_id}").json()["images"][0]["favorites"]
        return counted

    for method in ("POST", "DELETE"):
        assert favorites() == 0
        answer = kiosk.ask("POST", "/fav/insert", who, json=body | {"unknown": [1]})
        assert (answer.status_code, answer.json()) == (200, {"state": "INSERTED"})
        before = kiosk.ask("GET", "/fav", who).json()
        kiosk.opened.clock.advance(5)
        answer = kiosk.ask("POST", "/fav/insert", who, json=body)
        assert (answer.status_code, answer.json()) == (409, {"detail": ALREADY})
        assert kiosk.ask("GET", "/fav", who).json() == before, "the old moment stays"
        assert favorites() == 1
        assert kiosk.ask("POST", "/fav/toggle", other, json=body).json() == {"state": "INSERTED"}
        assert favorites() == 2
        assert kiosk.ask("POST", "/fav/toggle", other, json=body).json() == {"state": "DELETED"}
        assert kiosk.ask(method, "/fav/delete", who, json=body).json() == {"state": "DELETED"}
        is_failure(kiosk.ask(method, "/fav/delete", who, json=body), 404, "Not Found")
    with kiosk.opened.library.reading() as reading:
        found = find_image(reading, image_id)
    assert (found.faves, found.upvotes) == (0, 2), "a fave brings an upvote, which stays"
    for nobody in (10**9, 2**62, -1, kiosk.images["hidden"], kiosk.images["unapproved"]):
        for path in POSTS:
            is_failure(kiosk.ask("POST", path, who, json={"image_id": nobody}), 404, "Not Found")
    for wrong in ("8108", 1.0, 1.5, True, False, [1], {"a": 1}, 2**63, 10**30, "", None, 0):
        for path in POSTS:
            is_failure(kiosk.ask("POST", path, who, json={"image_id": wrong}), 400, "Bad Request")
            if wrong not in (None, 0) or wrong is False:
                wrong_user = kiosk.ask("POST", path, who, json={"image_id": image_id, "user_id": wrong})
                is_failure(wrong_user, 400, "Bad Request")
    twice = b'{"image_id": 999999999, "image_id": %d}' % image_id
    answer = kiosk.ask(
        "POST", "/fav/toggle", who, content=twice, headers={"content-type": "application/json; charset=utf-8"}
    )
    assert answer.json() == {"state": "INSERTED"}, "of two members of one name the last counts"


def test_a_favourite_whose_image_was_hidden_can_be_removed(kiosk: Kiosk) -> None:
    who = kiosk.newcomer()
    image_id = kiosk.add("safe", "waifu")
    assert kiosk.ask("POST", "/fav/insert", who, json={"image_id": image_id}).status_code == 200
    with kiosk.opened.library.work() as work:
        hide_image(work, kiosk.people["moderator"], image_id, reason="no")
    is_failure(kiosk.ask("GET", "/fav", who), 404, "Not Found")
    assert kiosk.ask("DELETE", "/fav/delete", who, json={"image_id": image_id}).json() == {"state": "DELETED"}


def test_a_report_keeps_the_first_description(kiosk: Kiosk) -> None:
    who, other = kiosk.newcomer(), kiosk.newcomer()
    image_id = kiosk.add("safe", "waifu")
    first = kiosk.ask("POST", "/report", who, json={"image_id": image_id, "description": "Wrong tag."})
    mine, theirs = kiosk.user_id(who), kiosk.user_id(other)
    expected = {"image_id": image_id, "author_id": mine, "description": "Wrong tag.", "existed": False}
    assert (first.status_code, first.json()) == (200, expected)
    second = kiosk.ask(
        "POST", "/report", other, json={"image_id": image_id, "description": "Blurred.", "user_id": 0}
    )
    assert second.json() == expected | {"author_id": theirs, "existed": True}
    for version, author in (
        ("v5", theirs),
        ("v4", theirs),
        ("v6", str(theirs)),
        ("V10", str(theirs)),
        ("x6", theirs),
    ):
        headers = {"accept-version": version}
        third = kiosk.ask("POST", "/report", other, json={"image_id": image_id}, headers=headers)
        assert third.json() == expected | {"author_id": author, "existed": True}
        assert third.headers["version"] == "v5"
    assert kiosk.found(f"/search?included_files={image_id}") == [image_id], "it stays visible"
    silent = kiosk.ask("POST", "/report", who, json={"image_id": kiosk.images["gif"], "description": None})
    assert silent.json()["description"] is None
    for wrong in ("x" * 201, 7, ["x"], True):
        answer = kiosk.ask("POST", "/report", who, json={"image_id": image_id, "description": wrong})
        is_failure(answer, 400, "Bad Request")
    full = kiosk.ask(
        "POST", "/report", who, json={"image_id": kiosk.images["portrait"], "description": "\U0001f408" * 200}
    )
    assert full.json()["description"] == "\U0001f408" * 200


# 10. Rate limiter: 11 pass, the 12th is refused, `Retry-After` at least 1.


def test_eleven_at_once_pass_and_the_twelfth_is_refused(
    kiosk: Kiosk, limited: Callable[[WaifuSettings], TestClient]
) -> None:
    async def burst() -> list[tuple[int, str | None, float]]:
        transport = httpx2.ASGITransport(limited(WaifuSettings()).app, client=("192.0.2.7", 1))
        async with httpx2.AsyncClient(transport=transport, base_url="https://board.example") as asking:
            started = time.monotonic()

            async def one() -> tuple[int, str | None, float]:
                answer = await asking.get("/waifu/tags")
                return answer.status_code, answer.headers.get("retry-after"), time.monotonic() - started

            return await asyncio.gather(*(one() for _ in range(12)))

    seen = sorted(asyncio.run(burst()), key=lambda one: one[2])
    assert [status for status, _, _ in seen].count(200) == 11
    [(status, retry_after, _)] = [one for one in seen if one[0] != 200]
    assert (status, retry_after) == (429, "1")
    served = [took for status, _, took in seen if status == 200]
    assert all(took >= 0.2 * place - 0.05 for place, took in enumerate(served)), "they waited for their turns"


def test_the_limit_can_be_set_and_counts_addresses_apart(
    limited: Callable[[WaifuSettings], TestClient],
) -> None:
    settings = WaifuSettings(request_ms=60_000, queue=3, delays=False)
    client = limited(settings)
    statuses = [client.get("/waifu/search").status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]
    refused = client.get("/waifu/nope/")
    is_failure(refused, 429, "Too Many Requests")
    assert int(refused.headers["retry-after"]) >= 1
    assert client.options("/waifu/search").status_code == 204
    assert client.get("/waifu/preview/1/").status_code in (302, 404), "files are not limited"
    other = TestClient(client.app, client=("2001:db8::1", 1))
    neighbour = TestClient(client.app, client=("2001:db8::2", 1))
    assert [other.get("/waifu/tags").status_code for _ in range(3)] == [200] * 3
    assert [neighbour.get("/waifu/tags").status_code for _ in range(2)] == [200, 429]


def test_no_more_than_so_many_wait_in_all(limited: Callable[[WaifuSettings], TestClient]) -> None:
    app = limited(WaifuSettings(request_ms=700, most_waiting=1)).app

    async def of_one(address: str) -> list[tuple[int, float]]:
        transport = httpx2.ASGITransport(app, client=(address, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="https://board.example") as asking:
            started = time.monotonic()

            async def one() -> tuple[int, float]:
                answer = await asking.get("/waifu/tags")
                return answer.status_code, time.monotonic() - started

            return await asyncio.gather(one(), one())

    async def of_all() -> list[tuple[int, float]]:
        seen = await asyncio.gather(*(of_one(f"198.51.100.{number}") for number in range(4)))
        return [one for of_address in seen for one in of_address]

    seen = asyncio.run(of_all())
    assert sorted(status for status, _ in seen) == [200] * 5 + [429] * 3
    assert sum(took >= 0.65 for _, took in seen) == 1, "the others were told at once"


# 11. Published clients: tests/clients/waifu.
