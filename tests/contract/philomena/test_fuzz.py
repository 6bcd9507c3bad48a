"""No input ends in a failure of ours: random targets, bodies and headers, seeded and few."""

import json
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from starlette.testclient import TestClient
from tests.contract.raw import ask
from tests.contract.worlds import World

FEW = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
NUMBERS = some.one_of(
    some.integers().map(str),
    some.sampled_from(["2147483648", "-1", "1e400", "nan", "9" * 400, "\u0661", "0x1", "1_0", "\x00", "-0"]),
)
VOCABULARY = """
safe cat * ? ~ " ( ) , || && AND OR NOT ! - ^2 ^1e9 id:1 id.gt:5 created_at:2 faved_by:a width:1~2
description:x file_name:*a* source_url:*? sha512_hash:a* my:faves filter_id:1 gallery_id:1 x~0.5
body:x author:a* user_id:1 image_id:1 subject:a forum:dis topic_id:1 my:comments my:posts title:m*
user:a image_ids:1 analyzed_name:a implies:a aliased:true public:true hidden_count:1 deleted:true
approved:false created_at.gte:2025 a~9 artist:* created_at.lt:9 days ago aspect_ratio:1.5~1
processed:true caf\u00e9 \U0001f408 \u0130 \\
"""
WORDS = some.sampled_from(VOCABULARY.split())
QUERIES = some.one_of(some.text(max_size=40), some.lists(WORDS, max_size=12).map(" ".join))
NAMES = some.sampled_from(
    [
        "q",
        "page",
        "per_page",
        "sf",
        "sd",
        "del",
        "key",
        "filter_id",
        "hidden",
        "cursor",
        "q[]",
        "key[]",
        "page[a]",
        "_method",
    ]
)
SORTS = some.sampled_from(["random:", "random:5", "gallery_id:5", "score", "id", "_score", "random:+-5"])
VALUES = some.one_of(QUERIES, NUMBERS, SORTS, some.text(max_size=20))
PATHS = some.one_of(
    some.sampled_from(["search", "search/images", "images/featured", "images/1", "tags/safe"]),
    some.sampled_from(["comments", "posts", "galleries", "tags", "filters"]).map("search/{}".format),
    some.sampled_from(["forums", "forums/dis", "forums/dis/topics", "filters/system", "filters/user"]),
    some.tuples(
        some.sampled_from(
            [
                "images",
                "comments",
                "posts",
                "profiles",
                "filters",
                "forums/dis/topics/ask-the-mods-anything/posts",
            ]
        ),
        NUMBERS,
    ).map(lambda pair: f"{pair[0]}/{quote(pair[1])}"),
    some.text(max_size=9).map(lambda text: f"forums/{quote(text)}/topics/{quote(text)}/posts"),
    some.binary(max_size=20).map(lambda raw: f"tags/{quote_from_bytes(raw)}"),
    some.binary(max_size=20).map(lambda raw: quote_from_bytes(raw, safe="/")),
)
ANSWERS = {200, 400, 401, 403, 404, 406, 413, 414, 415, 431}


def check(status: int, body: bytes, target: bytes) -> None:
    assert status in ANSWERS, (status, target)
    assert b"Traceback" not in body


@FEW
@given(path=PATHS, pairs=some.lists(some.tuples(NAMES, VALUES), max_size=5), person=some.booleans())
def test_no_parameters_end_in_a_failure(
    client: TestClient, world: World, path: str, pairs: list[tuple[str, str]], person: bool
) -> None:
    query = "&".join(f"{quote(name, safe='[]')}={quote(value)}" for name, value in pairs)
    key = f"&key={world.keys['alice']}" if person else ""
    target = f"/api/v1/json/{path}?{query}{key}".encode()
    answer = ask(client, target)
    check(answer.status, answer.body, target)


@FEW
@given(query=some.binary(max_size=60).map(lambda raw: raw.replace(b"?", b"")), path=PATHS)
def test_no_bytes_of_a_query_string_end_in_a_failure(client: TestClient, query: bytes, path: str) -> None:
    target = f"/api/v1/json/{path}?".encode() + query
    answer = ask(client, target)
    check(answer.status, answer.body, target)


@FEW
@given(
    body=some.one_of(
        some.binary(max_size=200),
        some.recursive(
            some.none() | some.booleans() | some.integers() | some.text(max_size=9),
            lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner),
        ).map(lambda value: repr(value).replace("'", '"').encode()),
    ),
    kind=some.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=X", "x", ""]
    ),
)
def test_no_body_ends_in_a_failure(client: TestClient, world: World, body: bytes, kind: str) -> None:
    target = f"/api/v1/json/images?key={world.keys['alice']}".encode()
    answer = ask(client, target, method="POST", headers=[(b"content-type", kind.encode())], pieces=[body])
    check(answer.status, answer.body, target)
    assert answer.status == 400


@FEW
@given(
    fields=some.dictionaries(
        some.sampled_from(["url", "distance", "limit", "image", "image[image]", "key", "filter_id"]),
        some.one_of(VALUES, some.floats(allow_nan=False, allow_infinity=False), some.integers(), some.none()),
    )
)
def test_no_reverse_search_ends_in_a_failure(client: TestClient, fields: dict[str, object]) -> None:
    body = json.dumps(fields).encode()
    headers = [(b"content-type", b"application/json")]
    answer = ask(client, b"/api/v1/json/search/reverse", method="POST", headers=headers, pieces=[body])
    check(answer.status, answer.body, body)
    assert answer.status in {200, 400}  # 400: a filter or a text that no request may have


@FEW
@given(term=VALUES, limit=NUMBERS, vsn=some.sampled_from(["2", "", "1"]))
def test_no_term_ends_in_a_failure(client: TestClient, term: str, limit: str, vsn: str) -> None:
    query = f"term={quote(term)}&limit={quote(limit)}&vsn={vsn}".encode()
    answer = ask(client, b"/autocomplete/tags?" + query)
    assert answer.status in {200, 400, 422}, query


@FEW
@given(
    path=some.one_of(some.text(max_size=30), some.from_regex(r"(view|download)?/?\d+/\d+/\d+/\d+[/_.a-z]*"))
)
def test_no_file_address_ends_in_a_failure(client: TestClient, path: str) -> None:
    target = f"/img/{quote(path)}".encode()
    answer = ask(client, target)
    check(answer.status, answer.body, target)


@pytest.mark.parametrize(
    "name", [b"accept", b"range", b"if-none-match", b"if-range", b"content-type", b"host"]
)
def test_no_header_ends_in_a_failure(client: TestClient, name: bytes) -> None:
    for value in (b"", b"\xff\xfe", b',;="', b"*/*;" * 99, b"bytes=" + b"-" * 99, b"W/", b'"', b"\x00"):
        for target in (b"/api/v1/json/images/1", b"/img/2026/1/2/1/full.png", b"/healthz"):
            answer = ask(client, target, headers=[(name, value)])
            assert answer.status in {200, 206, 304, 406}, (name, value, target)
