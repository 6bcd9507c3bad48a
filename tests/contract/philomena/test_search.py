"""GET search/images and its alias search: paging, sorting, what is left out, bad queries."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from tests.contract.worlds import (
    ANIMATION,
    ANONYMOUS,
    DELETED,
    DRAWING,
    EXPLICIT,
    FIRST_ROW,
    JPEG,
    MERGED,
    PHOTO,
    QUESTIONABLE,
    ROWS,
    World,
)
from tests.databases import uses

SEARCH = "/api/v1/json/search/images"
ALL_ROWS = list(range(FIRST_ROW, FIRST_ROW + ROWS))
VISIBLE = {PHOTO, ANIMATION, DRAWING, ANONYMOUS, QUESTIONABLE, JPEG, *ALL_ROWS}  # by the default filter


def ids(client: TestClient, query: str = "rows", **parameters) -> list[int]:
    answer = client.get(SEARCH, params={"q": query, **parameters})
    assert answer.status_code == 200, answer.text
    return [image["id"] for image in answer.json()["images"]]


def total(client: TestClient, query: str, **parameters) -> int:
    return client.get(SEARCH, params={"q": query, **parameters}).json()["total"]


def error(client: TestClient, **parameters) -> tuple[int, str]:
    answer = client.get(SEARCH, params=parameters)
    assert list(answer.json()) == ["error"]
    return answer.status_code, answer.json()["error"]


def test_the_body_is_exactly_the_golden_one(
    client: TestClient, world: World, golden: Callable[[str, str], None]
) -> None:
    parameters = {"q": "cat || animated", "key": world.keys["alice"], "sf": "id", "sd": "asc"}
    golden("search.json", client.get(SEARCH, params=parameters).text + "\n")


def test_an_answer_has_images_interactions_and_total(client: TestClient) -> None:
    answer = client.get(SEARCH, params={"q": "rows"})
    assert list(answer.json()) == ["images", "interactions", "total"]
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_the_alias_answers_the_same(client: TestClient, world: World) -> None:
    for parameters in ({"q": "safe"}, {"q": "*", "sf": "score", "key": world.keys["alice"]}, {"q": "("}):
        alias = client.get("/api/v1/json/search", params=parameters)
        assert alias.text == client.get(SEARCH, params=parameters).text


def test_an_image_in_a_list_is_the_same_object_as_by_itself(client: TestClient) -> None:
    [listed] = client.get(SEARCH, params={"q": f"id:{PHOTO}"}).json()["images"]
    assert listed == client.get(f"/api/v1/json/images/{PHOTO}").json()["image"]


@pytest.mark.parametrize("parameters", [{}, {"q": ""}, {"q": "   "}, {"q": "\t\n"}])
def test_no_query_matches_nothing(client: TestClient, parameters: dict) -> None:
    answer = client.get(SEARCH, params=parameters)
    assert (answer.status_code, answer.text) == (200, '{"images":[],"interactions":[],"total":0}')


def test_a_star_matches_everything_visible(client: TestClient) -> None:
    assert total(client, "*") == len(VISIBLE)
    assert set(ids(client, "*", per_page=50) + ids(client, "*", per_page=50, page=2)) == VISIBLE


@pytest.mark.parametrize("name", ["q[]=safe", "q[a]=safe", "q[]=", "q[a][b]=c"])
def test_a_query_that_is_no_text_is_refused(client: TestClient, name: str) -> None:
    answer = client.get(f"{SEARCH}?{name}")
    assert (answer.status_code, answer.text) == (400, '{"error":"search query is not a string"}')


# --- pages: one test for each row of the table ---


def test_missing_page_parameters_mean_the_first_25(client: TestClient) -> None:
    assert ids(client, sf="id") == sorted(ALL_ROWS, reverse=True)[:25]


@pytest.mark.parametrize("text", ["", "abc", " 2", "x2", "-", "+", "\u0662"])
def test_text_without_leading_digits_means_the_first_25(client: TestClient, world: World, text: str) -> None:
    wanted = ids(client, sf="id")
    assert ids(client, sf="id", page=text) == wanted
    assert ids(client, sf="id", per_page=text) == wanted
    assert ids(client, sf="id", per_page=text, key=world.keys["bob"]) == wanted  # not the user's own number


def test_leading_digits_count_and_the_rest_is_dropped(client: TestClient) -> None:
    wanted = ids(client, sf="id", page=2, per_page=10)
    assert (
        ids(client, sf="id", page="2.9", per_page="10abc") == wanted == sorted(ALL_ROWS, reverse=True)[10:20]
    )
    assert ids(client, sf="id", page="+2", per_page="10 20") == wanted


@pytest.mark.parametrize("number", ["0", "-1", "-99999999999999999999", "-0"])
def test_zero_and_below_are_one(client: TestClient, number: str) -> None:
    assert ids(client, sf="id", page=number) == sorted(ALL_ROWS, reverse=True)[:25]
    assert ids(client, sf="id", per_page=number) == [max(ALL_ROWS)]


@pytest.mark.parametrize("size", ["50", "51", "1000", "9" * 5, "9" * 60])
def test_a_page_has_at_most_50(client: TestClient, size: str) -> None:
    assert len(ids(client, per_page=size)) == 50


@pytest.mark.parametrize("name", ["page[]=1", "per_page[]=1", "page[a]=1", "per_page[a]=1"])
def test_a_page_that_is_no_text_is_a_bad_request(client: TestClient, name: str) -> None:
    answer = client.get(f"{SEARCH}?q=rows&{name}")
    assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')


def test_past_the_end_is_empty_with_the_true_total(client: TestClient) -> None:
    answer = client.get(SEARCH, params={"q": "rows", "page": 9999})
    assert answer.text == f'{{"images":[],"interactions":[],"total":{ROWS}}}'


def test_the_window_ends_at_ten_million(client: TestClient) -> None:
    assert ids(client, page=200_000, per_page=50) == []
    assert error(client, q="rows", page="200001", per_page="50") == (400, "Bad Request")
    assert error(client, q="rows", page="9" * 30) == (400, "Bad Request")
    assert error(client, q="rows", page="9" * 5000) == (400, "Bad Request")


def test_a_user_sees_as_many_as_he_chose_unless_the_request_says_otherwise(
    client: TestClient, world: World
) -> None:
    key = world.keys["bob"]
    assert len(ids(client, key=key)) == 2
    assert len(ids(client, key=key, per_page=3)) == 3
    assert ids(client, key=key, page=2, sf="id") == sorted(ALL_ROWS, reverse=True)[2:4]
    assert len(ids(client, key=world.keys["alice"])) == 25


def test_pages_join_without_gaps_or_repeats(client: TestClient) -> None:
    pages = [ids(client, sf="score", per_page=7, page=page) for page in range(1, 10)]
    joined = [image_id for page in pages for image_id in page]
    assert len(joined) == ROWS
    assert set(joined) == set(ALL_ROWS)


# --- sorts ---

FIELDS = {
    "updated_at": lambda image: image["updated_at"],
    "first_seen_at": lambda image: image["first_seen_at"],
    "aspect_ratio": lambda image: image["aspect_ratio"],
    "faves": lambda image: image["faves"],
    "upvotes": lambda image: image["upvotes"],
    "downvotes": lambda image: image["downvotes"],
    "width": lambda image: image["width"],
    "height": lambda image: image["height"],
    "score": lambda image: image["score"],
    "comment_count": lambda image: image["comment_count"],
    "tag_count": lambda image: image["tag_count"],
    "wilson_score": lambda image: image["wilson_score"],
    "pixels": lambda image: image["width"] * image["height"],
    "size": lambda image: image["size"],
    "duration": lambda image: image["duration"],
    "id": lambda _: 0,
}


def everything(client: TestClient, **parameters) -> list[dict]:
    pages = [
        client.get(SEARCH, params={"q": "rows", "per_page": 50, "page": p, **parameters}) for p in (1, 2)
    ]
    return [image for page in pages for image in page.json()["images"]]


@pytest.mark.parametrize("field", FIELDS)
def test_a_sort_orders_by_the_field_and_then_by_id_in_one_direction(client: TestClient, field: str) -> None:
    def wanted(image: dict) -> tuple:
        return FIELDS[field](image), image["id"]

    for direction, descending in (("asc", False), ("desc", True), ("", True), ("ASC", True), ("up", True)):
        found = everything(client, sf=field, sd=direction)
        assert found == sorted(found, key=wanted, reverse=descending)
    assert len({wanted(image)[0] for image in found}) > 1 or field == "id"


@pytest.mark.parametrize(
    "name", ["", "created_at", "relevance", "wilson", "comments", "random2", "SCORE", "Hides"]
)
def test_an_unlisted_sort_is_the_default(client: TestClient, name: str) -> None:
    for direction in ("asc", "desc"):
        wanted = ids(client, sf="first_seen_at", sd=direction)
        assert ids(client, sf=name, sd=direction) == wanted
    assert ids(client) == ids(client, sf="first_seen_at", sd="desc")


def test_a_sort_or_direction_that_is_no_text_is_the_default(client: TestClient) -> None:
    answer = client.get(f"{SEARCH}?q=rows&sf[]=id&sd[]=asc&del[]=1")
    assert [image["id"] for image in answer.json()["images"]] == ids(client)


@pytest.mark.parametrize("seed", ["7", "-7", "+7", "0", "9" * 40, "12abc"])
def test_a_seed_repeats_its_shuffle_across_pages(client: TestClient, seed: str) -> None:
    sort = f"random:{seed}"
    shuffled = ids(client, sf=sort, per_page=50) + ids(client, sf=sort, per_page=50, page=2)
    assert sorted(shuffled) == ALL_ROWS
    parts = [ids(client, sf=sort, per_page=20, page=page) for page in (1, 2, 3)]
    assert [image_id for part in parts for image_id in part] == shuffled
    assert shuffled != sorted(shuffled)


def test_the_leading_integer_is_the_seed(client: TestClient) -> None:
    assert ids(client, sf="random:12abc") == ids(client, sf="random:12") != ids(client, sf="random:13")


@pytest.mark.parametrize(
    "name", ["random", "random:", "random:abc", "random:+-5", "random: 5", "random:\u0665"]
)
def test_random_without_a_seed_differs_from_request_to_request(client: TestClient, name: str) -> None:
    orders = {tuple(ids(client, sf=name)) for _ in range(5)}
    assert len(orders) > 1


def test_images_outside_a_gallery_come_by_id(client: TestClient) -> None:
    for direction in ("asc", "desc"):
        assert ids(client, sf="gallery_id:5", sd=direction) == sorted(ALL_ROWS, reverse=True)[:25]
    assert ids(client, sf="gallery_id:x") == ids(client)


# --- what is left out ---


def test_hidden_images_are_found_by_nobody_without_the_switch(client: TestClient, world: World) -> None:
    for who in ("", "alice", "assistant", "moderator", "admin"):
        found = ids(client, f"id:{DELETED} || id:{MERGED} || id:{PHOTO}", key=world.keys.get(who, ""))
        assert found == [PHOTO]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("1", [PHOTO, DELETED, MERGED]),
        ("only", [DELETED, MERGED]),
        ("deleted", [DELETED]),
        ("", [PHOTO]),
        ("true", [PHOTO]),
        ("0", [PHOTO]),
    ],
)
def test_staff_switch_hidden_images_on(
    client: TestClient, world: World, value: str, wanted: list[int]
) -> None:
    query = f"id:{DELETED} || id:{MERGED} || id:{PHOTO}"
    for who in ("moderator", "admin"):
        parameters = {"q": query, "del": value, "sf": "id", "sd": "asc", "key": world.keys[who]}
        answer = client.get(SEARCH, params=parameters).json()
        assert [image["id"] for image in answer["images"]] == wanted
        assert answer["total"] == len(wanted)
        assert all(("tags" in image) == (image["id"] == PHOTO) for image in answer["images"])


@pytest.mark.parametrize("value", ["1", "only", "deleted"])
@pytest.mark.parametrize("who", ["", "alice", "assistant", "reader", "expired"])
def test_others_cannot_switch_hidden_images_on(
    client: TestClient, world: World, value: str, who: str
) -> None:
    query = f"id:{DELETED} || id:{MERGED} || id:{PHOTO}"
    assert ids(client, query, key=world.keys.get(who, ""), **{"del": value}) == [PHOTO]


def test_the_default_filter_hides_and_another_may_show(client: TestClient) -> None:
    assert ids(client, "explicit") == []
    assert total(client, "explicit") == 0
    assert ids(client, "explicit", filter_id=2) == [EXPLICIT]
    assert ids(client, "explicit", filter_id=56027) == []
    assert ids(client, "explicit", filter_id="") == []


def test_spoilered_follows_the_filter(client: TestClient) -> None:
    def spoilered(**parameters) -> bool:
        [image] = client.get(SEARCH, params={"q": "questionable", **parameters}).json()["images"]
        return image["spoilered"]

    assert spoilered() is True
    assert spoilered(filter_id=2) is False


def test_interactions_list_every_image_of_the_page_by_kind(client: TestClient, world: World) -> None:
    alice = world.people["alice"].user_id
    answer = client.get(SEARCH, params={"q": "*", "per_page": 50, "page": 2, "key": world.keys["alice"]})
    done = [(i["interaction_type"], i["value"], i["image_id"]) for i in answer.json()["interactions"]]
    assert done == [
        ("faved", "", PHOTO),
        ("faved", "", DRAWING),
        ("voted", "up", PHOTO),
        ("voted", "up", DRAWING),
        ("voted", "up", QUESTIONABLE),
        ("voted", "down", ANIMATION),
    ]
    assert {i["user_id"] for i in answer.json()["interactions"]} == {alice}


def test_my_is_for_people(client: TestClient, world: World) -> None:
    assert ids(client, "my:faves", key=world.keys["alice"], sf="id") == [DRAWING, PHOTO]
    assert ids(client, "my:faves") == []
    assert error(client, q="my:nothing", key=world.keys["alice"]) == (400, "Unknown `my' value.")


# --- walking ---


def test_a_walk_by_cursor_meets_every_page(client: TestClient, world: World) -> None:
    for asked in (
        {},
        {"sf": "score", "sd": "asc"},
        {"sf": "random:5"},
        {"sf": "_score", "key": world.keys["alice"]},
    ):
        met: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = client.get(SEARCH, params={"q": "rows", "cursor": cursor, "per_page": 25, **asked})
            body = answer.json()
            assert list(body) == ["images", "interactions", "total", "cursor"]
            assert body["total"] == ROWS
            met += [image["id"] for image in body["images"]]
            cursor = body["cursor"]
        pages = [ids(client, per_page=25, page=page, **asked) for page in (1, 2, 3)]
        assert met == [image_id for page in pages for image_id in page]


def test_without_a_cursor_the_answer_is_as_always(client: TestClient) -> None:
    plain = client.get(SEARCH, params={"q": "rows"}).content
    begun = client.get(SEARCH, params={"q": "rows", "cursor": ""}).content
    assert begun.startswith(plain.removesuffix(b"}") + b',"cursor":"')
    last = client.get(SEARCH, params={"q": f"id:{PHOTO}", "cursor": ""})
    assert last.content.endswith(b',"total":1,"cursor":null}')


def test_a_walk_shows_interactions_too(client: TestClient, world: World) -> None:
    asked = {"q": f"id:{PHOTO}", "key": world.keys["alice"]}
    with_cursor = client.get(SEARCH, params=asked | {"cursor": ""}).json()
    assert with_cursor["interactions"] == client.get(SEARCH, params=asked).json()["interactions"] != []


@pytest.mark.parametrize("cursor", ["x", "AAAA", "\u00e9", "A" * 5_000, "null", "%00"])
def test_what_is_no_cursor_is_refused(client: TestClient, cursor: str) -> None:
    assert error(client, q="rows", cursor=cursor) == (400, "This is no cursor. Begin with an empty one.")


def test_a_cursor_of_another_search_is_refused(client: TestClient, world: World) -> None:
    cursor = client.get(SEARCH, params={"q": "rows", "cursor": ""}).json()["cursor"]
    refused = (400, "This cursor belongs to another search. Begin with an empty one.")
    for other in ({"q": "safe"}, {"sf": "id"}, {"sd": "asc"}, {"filter_id": 2}, {"key": world.keys["bob"]}):
        assert error(client, **({"q": "rows", "cursor": cursor} | other)) == refused
    assert ids(client, cursor=cursor, per_page=2, page=9) == ids(client, page=2)[:2]
    for answer in (client.get(f"{SEARCH}?q=rows&cursor[]=x"), client.get(f"{SEARCH}?q=rows&cursor[a]=x")):
        assert (answer.status_code, answer.text) == (400, '{"error":"Bad Request"}')


# --- queries ---


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("safe,,cat", "Expected a term."),
        (", safe", "Expected a term."),
        ("--safe", "Expected a term."),
        ("()", "Imbalanced parentheses."),
        ("(safe", "Imbalanced parentheses."),
        ("safe)", "junk at end of expression: )"),
        ('"a" b', "junk at end of expression: b"),
        ("safe^-1", "Boost value must be non-negative."),
        ("uploader_id.gt:3", "range specified for uploader_id"),
        ("id.gt:3~2", "multiple ranges specified for id"),
        ("width:abc", "expected a signed integer, like `3' or `-10', starting at: "),
        ("faved_by_id:x", "expected a numeric value, like `3' or `10', starting at: "),
        ("aspect_ratio:.5", "expected a real number, like `2.7182818' or `-10', starting at: "),
        ("animated:yes", "expected a boolean, like `true' or `false', starting at: "),
        ("created_at:soon", "expected a RFC3339 datetime fragment, like `2019-01-01'"),
        ("created_at:2019-13-45", "invalid date format in input, parsed as 2019, 13, 45, starting at: "),
        (
            "created_at:9000 years ago",
            "invalid date format in input; requested time 283824000000 seconds is over",
        ),
        ("gallery_id:mine", "Invalid gallery `mine'."),
        ("filter_id:4711", "Invalid filter `4711`."),
    ],
)
def test_a_broken_query_is_refused_with_its_message(client: TestClient, query: str, message: str) -> None:
    status, said = error(client, q=query)
    assert status == 400
    assert said.startswith(message)


def test_a_bad_address_is_refused_with_its_message(client: TestClient, world: World) -> None:
    status, said = error(client, q="ip:localhost", key=world.keys["admin"])
    assert status == 400
    assert said == "expected a valid IPv4 or IPv6 address and optional CIDR prefix, starting at: localhost"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("a" * 4_097, "The query is longer than 4096 bytes."),
        (",".join(["a"] * 257), "The query has more than 512 words and operators."),
        ("(" * 33 + "a" + ")" * 33, "The query nests deeper than 32 parentheses."),
        (" || ".join(f"a{i}*" for i in range(9)), "The query has more than 8 terms with wildcards."),
        (" || ".join(f"name{i}~1.0" for i in range(5)), "The query has more than 4 fuzzy terms."),
        (" || ".join(f"width.gt:{i}" for i in range(33)), "The query has more than 32 ranges."),
    ],
)
def test_a_query_over_a_limit_is_refused_with_the_reason(
    client: TestClient, query: str, message: str
) -> None:
    assert error(client, q=query) == (400, message)


def test_queries_met_in_the_wild_are_answered(client: TestClient, world: World) -> None:
    for query in (
        "a,b",
        "a || b",
        "safe AND cat",
        "safe OR cat",
        "(safe || cat), -dog",
        "-x",
        "artist:*",
        "width.gte:9",
        "id.eq:5",
        "first_seen_at.gt:3 days ago",
        "namespace:?*",
        "category:origin",
        "name:x~1.0",
        "slug:a-colon-b",
        "faved_by_id:1",
        "uploader_id:1",
        "mime_type:image/png",
        "my:faves",
    ):
        for key in ("", world.keys["alice"]):
            assert client.get(SEARCH, params={"q": query, "key": key}).status_code == 200, query


def test_a_blank_arrives_as_plus_or_as_percent_20(client: TestClient) -> None:
    for text in ("rows+even", "rows%20even"):
        assert client.get(f"{SEARCH}?q={text}").json()["total"] == ROWS // 2


def test_an_alias_finds_the_images_of_its_target(client: TestClient) -> None:
    assert ids(client, "kitty", sf="id") == ids(client, "cat", sf="id") == [QUESTIONABLE, PHOTO]


def test_text_fields_are_answered_from_the_rows(client: TestClient) -> None:
    photo = client.get(f"/api/v1/json/images/{PHOTO}").json()["image"]
    assert ids(client, f"sha512_hash:{photo['sha512_hash']}") == [PHOTO]
    assert ids(client, f"orig_sha512_hash:{photo['orig_sha512_hash']}") == [PHOTO]
    assert ids(client, "description:second") == [PHOTO]
    assert ids(client, "source_url:*example.org/a*") == [PHOTO]
    assert ids(client, "file_name:loop.gif") == [ANIMATION]


def test_raw_utf_8_in_the_address_is_read_as_such(client: TestClient) -> None:
    assert ids(client, "file_name:caf\u00e9 photo.png") == [PHOTO]
    encoded = quote("file_name:caf\u00e9 photo.png")
    assert client.get(f"{SEARCH}?q={encoded}").json()["total"] == 1


def test_unknown_and_empty_parameters_are_ignored(client: TestClient) -> None:
    wanted = client.get(f"{SEARCH}?q=rows").text
    assert client.get(f"{SEARCH}?&&q=rows&key=&limit=3&min_score=9&hidden=&x[y]=z&=&a").text == wanted


def test_the_last_of_two_values_counts(client: TestClient) -> None:
    assert client.get(f"{SEARCH}?q=rows&q=explicit").json()["total"] == 0
    assert client.get(f"{SEARCH}?q=explicit&q=rows").json()["total"] == ROWS


def test_a_warm_page_asks_the_database_nothing(client: TestClient, world: World) -> None:
    parameters = {"q": "rows, width.gte:0", "key": world.keys["alice"], "per_page": 50}
    first = client.get(SEARCH, params=parameters)
    with uses(world.opened.library.database) as asked:
        again = client.get(SEARCH, params=parameters)
        other = client.get(SEARCH, params=parameters | {"q": "rows, faves.gte:0", "sd": "desc"})
    assert not asked
    assert again.text == first.text == other.text
    assert len(json.loads(first.text)["images"]) == 50
