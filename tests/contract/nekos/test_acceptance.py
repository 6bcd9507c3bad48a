"""The acceptance checklist of the dialect's document, item by item in its order."""

import re
import time
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from starlette.testclient import TestClient
from tests.contract.nekos.conftest import BASE, SAFE_IMAGES, Shown, bearer

JSON = "application/json; charset=utf-8"
PATHS = (
    *("/", "/stats", "/token", "/image", "/image/random", "/image/:id", "/artist", "/artist/:id"),
    *("/artist/:id/images", "/category", "/category/:id", "/character", "/character/:id", "/set", "/set/:id"),
)
PAGED = ("/image", "/artist", "/category", "/character")
NOWHERE = UUID(int=0)
IMAGE = {"id", "url", "artist", "source", "original", "nsfw", "categories", "characters", "createdAt", "meta"}
META = {"eTag", "size", "mimetype", "color", "expires", "dimens"}
ARTIST = {"id", "name", "url"}
CATEGORY = {"id", "name", "description", "nsfw", "type", "createdAt"}
CHARACTER = {"id", "name", "description", "source", "gender", "ages", "birth_date", "nationality"}
CHARACTER |= {"occupations", "createdAt"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def data(client: TestClient, path: str, **headers: str) -> Any:
    answer = client.get(BASE + path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def ids(client: TestClient) -> dict[str, str]:
    """One id of each kind."""
    return {
        kind: data(client, f"/{kind}?limit=1")[0]["id"]
        for kind in ("image", "artist", "category", "character", "set")
    }


# 1. Every answer is JSON with `success`; errors carry `code` equal to the status, for unknown paths too.
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/stats",
        "/image",
        "/image/random",
        "/token",
        "/nothing",
        "/image/x",
        "/artist?limit=x",
        "/a/b/c/d",
    ],
)
def test_1_every_answer_is_an_envelope(nekos: TestClient, method: str, path: str) -> None:
    answer = nekos.request(method, BASE + path)
    assert answer.headers["content-type"] == JSON
    assert answer.headers["access-control-allow-origin"] == "*"
    body = answer.json()
    if answer.status_code == 200:
        assert body["success"] is True
        assert "data" in body
    else:
        assert body.keys() == {"code", "message", "success"}
        assert (body["code"], body["success"]) == (answer.status_code, False)
        assert body["message"]
    if method != "GET":
        known = {"/", "", "/stats", "/image", "/image/random", "/token", "/image/x", "/artist?limit=x"}
        assert answer.status_code == (405 if path in known else 404)


def test_1_options_and_head_are_answered(nekos: TestClient) -> None:
    for path in ("/image", "/nothing"):
        answer = nekos.options(BASE + path, headers={"Authorization": "Bearer short"})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
        methods = set(answer.headers["access-control-allow-methods"].split(", "))
        assert methods == {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}
    assert nekos.head(f"{BASE}/image").status_code == 200
    assert nekos.head(f"{BASE}/nothing").status_code == 404


# 2. Both prefixes; relationship paths of v2 are 404.
def test_2_both_prefixes_with_and_without_a_slash(nekos: TestClient) -> None:
    assert nekos.get(f"{BASE}/").json() == {
        "success": True,
        "data": nekos.get("/nekos/v1").json()["data"],
        "meta": {"version": "v1.6.0", "baseApiRoute": "/api"},
    }
    assert sorted(data(nekos, "/")) == sorted(PATHS)
    known = ids(nekos)
    for path in PATHS:
        if path == "/token":
            continue
        given = path.replace(":id", known.get(path.split("/")[1], ""))
        for base in (BASE, "/nekos/v1"):
            for end in ("", "/"):
                answer = nekos.get(f"{base}{given.rstrip('/')}{end}?nsfw")
                assert answer.status_code == 200, (path, base, end)


def test_2_the_dialect_has_hosts_of_its_own(shown: Shown) -> None:
    with shown.client(hosts=("nekos.example",)) as client:
        for path in ("/api/image", "/v1/image/"):
            assert client.get(path, headers={"Host": "nekos.example"}).status_code == 200
            assert client.get(path, headers={"Host": "other.example"}).status_code == 404


def test_2_relationships_of_the_second_version_are_unknown(nekos: TestClient) -> None:
    known = ids(nekos)
    for path in (
        *(f"/image/{known['image']}/{name}" for name in ("artist", "categories", "characters")),
        *(f"/{kind}/{known[kind]}/images" for kind in ("category", "character", "set")),
    ):
        assert nekos.get(BASE + path).status_code == 404, path


# 3. Headers of the limit on 200 and 429; its timeline; the block ends by itself, asking does not prolong it.
def test_3_the_timeline_of_the_limit(shown: Shown) -> None:
    began = shown.opened.clock.now
    with shown.client(rate_limit=True) as client:

        def asks(seconds: float, path: str = "/category") -> tuple[int, str | None, str, str, str]:
            shown.opened.clock.now = began
            shown.opened.clock.advance(seconds)
            answer = client.get(BASE + path)
            limits = [answer.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")]
            return (answer.status_code, answer.headers.get("retry-after"), *limits)

        assert asks(0.0) == (200, None, "1", "0", "1")
        assert asks(0.3) == (429, "1", "1", "0", "1")
        assert asks(1.0, "/image/x") == (400, None, "1", "0", "1")  # whatever comes of it, it counts
        for tenth in range(1, 9):
            assert asks(1.0 + tenth / 10) == (429, "1", "1", "0", "1")
        assert asks(1.9) == (429, "3600", "1", "0", "3600")
        assert asks(3.0) == (429, "3599", "1", "0", "3599")
        assert asks(3601.8) == (429, "1", "1", "0", "1")
        assert asks(3601.9, "/nothing") == (404, None, "1", "0", "1")
        assert asks(3602.0) == (429, "1", "1", "0", "1")


# 4. Token cases: absent, malformed, unknown, each scope; `expiry` matrix.
@pytest.mark.parametrize("path", [*PATHS, "/nothing"])
def test_4_a_token_that_is_not_good_is_refused_everywhere(nekos: TestClient, shown: Shown, path: str) -> None:
    given = BASE + path.replace(":id", str(NOWHERE))
    for header in (
        "Bearer short",
        f"bearer {shown.tokens['plain']}",
        f"Bearer {'a' * 100}",
        shown.tokens["plain"],
    ):
        assert nekos.get(given, headers={"Authorization": header}).status_code == 401, header
    assert nekos.get(given, headers=bearer(shown.tokens["expired"])).status_code == 401
    assert nekos.get(given, headers=bearer(shown.tokens["plain"])).status_code in {200, 404}
    assert nekos.get(given, headers={"Authorization": ""}).status_code in {200, 404} | (
        {401} if path == "/token" else set()
    )


def test_4_the_token_tells_of_itself(nekos: TestClient, shown: Shown) -> None:
    assert nekos.get(f"{BASE}/token").status_code == 401
    told = data(nekos, "/token", **bearer(shown.tokens["expiry 100"]))
    assert told == {
        "owner": "alice",
        "purpose": "token 4",
        "scopes": ["image:custom-expiry:100", "image:custom-expiry"],
        "issuedBy": "Polybooru",
        "createdAt": told["createdAt"],
        "expires": None,
    }
    assert TIME.fullmatch(told["createdAt"])


@pytest.mark.parametrize(
    ("token", "statuses"),
    [
        (None, {"3600": 200, "31": 401, "30": 401, "x": 401, "": 401, "100000": 401}),
        ("plain", {"3600": 200, "31": 403, "30": 403, "x": 403, "": 403, "100000": 403}),
        ("expiry", {"3600": 200, "31": 200, "30": 400, "x": 400, "": 400, "-5": 400, "9" * 30: 200}),
        ("expiry 100", {"3600": 200, "31": 200, "100": 200, "101": 403, "30": 400, "1.5": 400}),
    ],
)
def test_4_expiry(nekos: TestClient, shown: Shown, token: str | None, statuses: dict[str, int]) -> None:
    known = ids(nekos)
    headers = {} if token is None else bearer(shown.tokens[token])
    for path in ("/image", "/image/random", f"/image/{known['image']}", f"/artist/{known['artist']}/images"):
        for value, status in statuses.items():
            answer = nekos.get(f"{BASE}{path}", params={"expiry": value}, headers=headers)
            assert answer.status_code == status, (path, value, answer.text)


def test_4_listing_all_images_may_need_a_scope(shown: Shown) -> None:
    with shown.client(require_image_list=True) as client:
        assert client.get(f"{BASE}/image").status_code == 401
        assert client.get(f"{BASE}/image", headers=bearer(shown.tokens["plain"])).status_code == 403
        assert client.get(f"{BASE}/image", headers=bearer(shown.tokens["list"])).status_code == 200
        assert client.get(f"{BASE}/image/random").status_code == 200


def test_4_scopes_change_the_limit(shown: Shown) -> None:
    with shown.client(rate_limit=True) as client:
        shown.opened.clock.advance(4_000)
        free = bearer(shown.tokens["unlimited"])
        for _ in range(20):
            answer = client.get(f"{BASE}/artist", headers=free)
            assert answer.status_code == 200
            assert not any(name.startswith("x-ratelimit") for name in answer.headers)
        some = bearer(shown.tokens["3 in 10 s"])
        answers = [client.get(f"{BASE}/artist", headers=some) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
        assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"3"}
        assert [answer.headers.get("retry-after") for answer in answers] == [None, None, None, "10", "3600"]
        shown.opened.clock.advance(3_600)
        assert client.get(f"{BASE}/artist", headers={"Authorization": "Bearer x"}).status_code == 401
        assert client.get(f"{BASE}/artist").status_code == 200  # what the token check refused did not count


# 5. Limits 1, 25, 26, 0, empty; offsets; `meta.pagination` where it belongs; `total` ignores `search`.
def test_5_pages(nekos: TestClient) -> None:
    known = ids(nekos)
    for path in (*PAGED, f"/artist/{known['artist']}/images", "/set", "/image/random"):
        answers = {
            text: nekos.get(f"{BASE}{path}?limit={text}")
            for text in ("1", "25", "26", "0", "", "-1", "1.5", "ten", "+5")
        }
        assert [text for text, answer in answers.items() if answer.status_code == 200] == ["1", "25"], path
        assert {answer.status_code for answer in answers.values()} == {200, 400}
        assert len(answers["1"].json()["data"]) == 1
    for path in (*PAGED, f"/artist/{known['artist']}/images", "/set"):
        for text in ("-1", "", "1.5", "x"):
            assert nekos.get(f"{BASE}{path}?offset={text}").status_code == 400
        assert data(nekos, f"{path}?offset=100000") == []
        assert data(nekos, f"{path}?offset={'9' * 30}") == []
    walked = [
        one["id"] for offset in range(0, 15, 5) for one in data(nekos, f"/image?limit=5&offset={offset}")
    ]
    assert walked == [one["id"] for one in data(nekos, "/image?limit=25")]
    assert len(walked) == SAFE_IMAGES
    assert len(data(nekos, "/image")) == 10
    assert len(data(nekos, "/image/random")) == 1


def test_5_the_oldest_come_first_then_by_id(nekos: TestClient) -> None:
    for path in ("/image", "/category", "/character", "/set"):
        found = data(nekos, f"{path}?limit=25")
        keys = [(one["createdAt"], one["id"]) for one in found]
        assert keys == sorted(keys)


def test_5_pagination_stands_where_it_belongs(nekos: TestClient) -> None:
    known = ids(nekos)
    for path in (*PAGED, f"/artist/{known['artist']}/images"):
        body = nekos.get(f"{BASE}{path}?limit=3&offset=1").json()
        assert body.keys() == {"success", "data", "meta"}
        page = body["meta"]["pagination"]
        assert body["meta"].keys() == {"pagination"}
        assert page.keys() == {"limit", "offset", "count", "total"}
        assert (page["limit"], page["offset"], page["count"]) == (3, 1, len(body["data"]))
    for path in ("/image/random", "/set", "/stats", f"/image/{known['image']}", f"/artist/{known['artist']}"):
        assert nekos.get(BASE + path).json().keys() == {"success", "data"}
    for kind in ("artist", "category", "character"):
        everything = nekos.get(f"{BASE}/{kind}").json()["meta"]["pagination"]["total"]
        nothing = nekos.get(f"{BASE}/{kind}?search=nobody").json()
        assert everything > 0
        assert nothing["data"] == []
        assert nothing["meta"]["pagination"] == {"limit": 10, "offset": 0, "count": 0, "total": everything}
    [artist] = data(nekos, "/artist?search=sample+1")
    total = nekos.get(f"{BASE}/artist/{artist['id']}/images?limit=1").json()["meta"]["pagination"]["total"]
    assert total == data(nekos, f"/artist/{artist['id']}")["images"]


# 6. `images` only on the three single-resource endpoints; strict clients load every resource.
def test_6_objects_have_exactly_their_members(nekos: TestClient) -> None:
    known = ids(nekos)
    assert {*data(nekos, f"/artist/{known['artist']}")} == ARTIST | {"images"}
    assert {*data(nekos, f"/category/{known['category']}")} == CATEGORY | {"images"}
    assert {*data(nekos, f"/character/{known['character']}")} == CHARACTER | {"images"}
    assert {*data(nekos, f"/set/{known['set']}")} == {"id", "images", "createdAt"}
    for kind, members in (("artist", ARTIST), ("category", CATEGORY), ("character", CHARACTER)):
        assert {frozenset(one) for one in data(nekos, f"/{kind}?limit=25")} == {frozenset(members)}
    images = [
        *data(nekos, "/image?limit=25"),
        *data(nekos, "/image/random?limit=25"),
        data(nekos, f"/image/{known['image']}"),
    ]
    for image in images:
        assert image.keys() == IMAGE
        assert image["meta"].keys() == META
        assert image["meta"]["dimens"].keys() == {"height", "width", "aspectRatio", "orientation"}
        assert image["source"].keys() == {"name", "url"}
        assert image["artist"].keys() == ARTIST
        assert all(one.keys() == CATEGORY for one in image["categories"])
        assert all(one.keys() == CHARACTER for one in image["characters"])
        assert TIME.fullmatch(image["createdAt"])
        assert TIME.fullmatch(image["meta"]["expires"])
        assert str(UUID(image["id"])) == image["id"]


def test_6_objects_say_what_the_library_knows(nekos: TestClient) -> None:
    images = data(nekos, "/image?limit=25")
    fifth = images[4]
    assert fifth["artist"] == {
        "id": fifth["artist"]["id"],
        "name": "sample 1",
        "url": "https://sample.example/",
    }
    assert (fifth["original"], fifth["nsfw"]) == (None, "sfw")
    assert [one["name"] for one in fifth["categories"]] == ["cat", "scenery"]
    [thistle] = fifth["characters"]
    assert (thistle["name"], thistle["source"], thistle["ages"]) == ("old thistle", "lantern tales", [])
    assert images[1]["source"] == {"name": "example.org", "url": "https://www.example.org/works/1"}
    assert images[0]["source"] == {"name": None, "url": None}
    shapes = [
        (one["meta"]["dimens"]["aspectRatio"], one["meta"]["dimens"]["orientation"]) for one in images[:3]
    ]
    assert shapes == [("16:9", "landscape"), ("9:16", "portrait"), ("1:1", "square")]
    assert re.fullmatch("#[0-9a-f]{6}", images[0]["meta"]["color"])
    assert images[0]["meta"]["mimetype"] == "image/png"
    scenery = next(one for one in data(nekos, "/category?limit=25") if one["name"] == "scenery")
    assert (scenery["type"], scenery["nsfw"], scenery["description"]) == ("setting", False, "Landscapes.")
    assert data(nekos, f"/category/{scenery['id']}")["images"] == SAFE_IMAGES


# 7. Pattern language: examples, malformed list, escapes, classes, speed, lenient URL decoding.
def test_7_searches(nekos: TestClient) -> None:
    def found(kind: str, query: str) -> list[str]:
        return [one["name"] for one in data(nekos, f"/{kind}?limit=25&search={query}")]

    samples = ["sample 0", "sample 1", "sample 2"]
    assert found("artist", "sample%25") == samples
    assert found("artist", "%ample%") == samples
    assert found("artist", "SAMPLE+_") == samples
    assert found("artist", quote("sample [12]")) == samples[1:]
    assert found("artist", quote("sample 1|lonely")) == ["sample 1", "lonely"]
    assert found("artist", quote(r"sample\ 1")) == ["sample 1"]
    assert found("artist", "sample") == []
    assert found("artist", "") == found("artist", "%25%3F")
    assert found("category", quote("%?far%?")) == []  # the short description is the one that is shown
    assert found("category", quote("%?land%?")) == ["scenery"]
    assert found("character", quote("lantern%")) == ["old thistle"]
    for wrong in (
        "(",
        "*a",
        "[[:alpha:]]",
        r"\D",
        "a" * 51,
        "a{256}",
        "(((a{99}){99}){99}){99}",
        "(" * 17 + ")" * 17,
    ):
        for kind in ("artist", "category", "character"):
            answer = nekos.get(f"{BASE}/{kind}", params={"search": wrong})
            assert answer.status_code == 400, wrong
            assert answer.json()["message"]
    for path in ("/image", "/set", "/image/random", "/stats"):
        assert nekos.get(f"{BASE}{path}?search=(").status_code == 200
    began = time.process_time()
    assert found("category", quote("((a|aa)+)+b")) == found("category", quote("(a|a)*b")) == []
    assert time.process_time() - began < 0.5


# 8. `anime-api` 1.0.2 runs unmodified: tests/clients/test_anime_api_nekos.py
