"""Parameters by the dialect's rules; the tables are those of its document."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from polybooru.api.yiffy import read
from polybooru.api.yiffy.codes import YiffyError
from polybooru.api.yiffy.read import Category, Query, ResponseType

MB = 1024 * 1024


def query(text: str, **headers: str) -> Query:
    return Query(request(text, **headers))


def request(text: str = "", **headers: str) -> Request:
    named = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "query_string": text.encode(), "headers": named, "path": "/"}
    return Request(scope)


@pytest.mark.parametrize(
    ("given_size", "size"),
    [
        ("5MB", 5 * MB), ("5mb", 5 * MB), ("5 MB", 5 * MB), ("1.5MB", 1_572_864), ("0.5MB", 524_288),
        ("1KB", 1024), ("1TB", 1_099_511_627_776), ("+5MB", 5 * MB), ("10", 10), ("10b", 10), ("10K", 10),
        ("10k", 10), ("5MiB", 5), ("5,5MB", 5), ("5 M", 5), ("1.5", 1), ("1e3", 1), ("1,2", 1), ("2EB", 2),
        ("1024bytes", 1024), (" 5MB", 5), ("abc", None), ("", None), (".5MB", None), ("<5MB>", None),
        ("-1", None), ("-5MB", 0), ("0", 0), ("-7", 0), ("0.0009765625KB", 1), ("1.9999KB", 2047),
        ("9" * 400, 2**62), ("9" * 400 + "GB", 2**62), ("1." + "3" * 400 + "KB", 1365), ("٣MB", None),
    ],
)  # fmt: skip
def test_sizes_are_read_as_the_original_did(given_size: str, size: int | None) -> None:
    assert read.max_bytes(query(f"sizeLimit={quote(given_size)}")) == size


def test_a_raw_plus_is_a_blank() -> None:
    assert read.max_bytes(query("sizeLimit=+5MB")) == 5
    assert read.max_bytes(query("sizeLimit=1&sizeLimit=5MB")) == 1
    assert read.max_bytes(query("")) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", 1), ("amount=", 1), ("amount=3", 3), ("amount=%203%20", 3), ("amount=+5", 5), ("amount=05", 5),
        ("limit=3", 3), ("limit=6", 1), ("limit=x", 1), ("limit=0", 1), ("limit=4&amount=2", 2),
        ("amount=2&amount=9", 2), ("amount=&limit=2", 2),
    ],
)  # fmt: skip
def test_amounts(text: str, amount: int) -> None:
    assert read.amount(query(text)) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            (text, 1051)
            for text in ("0", "-1", "abc", "2.5", "NaN", "1e9", "-Infinity", "0x2", "\uff13", "-" + "9" * 99)
        ),
        *((text, 1052) for text in ("6", "1000000000", "Infinity", "9" * 4_000)),
    ],
)
def test_amounts_out_of_bounds(text: str, code: int) -> None:
    with pytest.raises(YiffyError) as caught:
        read.amount(query(f"amount={quote(text)}"))
    assert caught.value.code.number == code


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("/animals/birb", Category(path="animals.birb")),
        ("//animals//birb/", Category(path="animals.birb")),
        ("/V2/Animals/v2/Birb", Category(path="animals.birb")),
        ("/animals.birb", Category(path="animals.birb")),
        (
            "/animals/birb/image",
            Category(path="animals.birb.image", shorter="animals.birb", suffix=ResponseType.IMAGE),
        ),
        ("/a/json", Category(path="a.json", shorter="a", suffix=ResponseType.JSON)),
        ("/image", Category(path="image")),
        ("/", None),
        ("/v2/V2/", None),
        ("/a b", None),
        ("/é", None),
        ("/a\n", None),
        ("/%", None),
    ],
)
def test_paths_name_categories(path: str, category: Category | None) -> None:
    assert read.category(path) == category


@given(path=st.text(max_size=60))
def test_no_path_breaks_the_reading_of_categories(path: str) -> None:
    found = read.category(path)
    assert found is None or (found.path and ".." not in found.path)


@pytest.mark.parametrize(
    ("text", "headers", "key"),
    [
        ("", {}, ""),
        ("", {"authorization": ""}, ""),
        ("", {"authorization": "abc"}, "abc"),
        ("", {"authorization": "Bearer abc"}, "abc"),
        ("", {"authorization": "token  abc "}, "abc"),
        ("", {"authorization": "Tokenabc"}, "Tokenabc"),
        ("_auth=xyz", {"authorization": "abc"}, "xyz"),
        ("_auth=", {"authorization": "abc"}, "abc"),
    ],
)
def test_keys_come_bare_or_behind_a_word(text: str, headers: dict[str, str], key: str) -> None:
    asked = request(text, **headers)
    assert read.key(asked, Query(asked)) == key


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", True), ("notes=disabled", False), ("notes=DisABLED", False), ("notes=false", True)],
)
def test_notes_are_hidden_by_one_word(text: str, shown: bool) -> None:
    assert read.shows_notes(query(text)) is shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0123456789abcdef0123456789ABCDEF", ("0123456789abcdef0123456789abcdef", 0)),
        ("0" * 32, ("0" * 32, 0)),
        ("42", ("", 42)),
        ("", ("", 0)),
        ("-1", ("", 0)),
        ("٣", ("", 0)),
        ("9" * 40, ("", 0)),
        ("zz", ("", 0)),
    ],
)
def test_ids_are_hashes_or_numbers(text: str, found: tuple[str, int]) -> None:
    assert read.image_id(text) == found


def test_a_query_that_is_too_long_is_as_none() -> None:
    assert dict(query("a=" + "x" * 70_000)) == {}
    assert len(query("&".join(f"p{n}=1" for n in range(5_000)))) == 1_100


class Body:
    """A request with a body."""

    def __new__(cls, body: bytes, media_type: str = "application/json", **headers: str) -> Any:
        named = {"content-type": media_type, "content-length": str(len(body)), **headers}
        asked = request("", **{name.replace("_", "-"): value for name, value in named.items()})

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        return Request(asked.scope, receive)


async def _fails(body: bytes, media_type: str = "application/json") -> int:
    try:
        await read.bulk(Body(body, media_type))
    except YiffyError as error:
        return error.code.number
    return 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"null", b"{", b'{"a":1.5}', b'{"a":-1}', b'{"a":true}', b'{"a":"1"}',
        b'{"a":null}', b'{"a":{"b":1}}', b'{"a":[1]}', b"\xff", b"[" * 100_000, b'{"a":' * 50_000,
        b'{"a":1e400}', b'{"a":NaN}',
        b"{" + b",".join(b'"c%d":1' % n for n in range(10_001)) + b"}",
    ],
)  # fmt: skip
def test_bulk_bodies_that_are_no_amounts(body: bytes) -> None:
    import anyio

    assert anyio.run(_fails, body) == 1054
    assert anyio.run(_fails, b'{"a":1}', "text/plain") == 1054
    assert anyio.run(_fails, b'{"a":1}', "application/json; charset=utf-8") == 0


def test_fields_come_as_json_or_as_a_form() -> None:
    import anyio

    form = "application/x-www-form-urlencoded"
    cases: list[tuple[bytes, str, dict[str, str] | None]] = [
        (b'{"url":"x","code":5,"credit":null}', "application/json", {"url": "x"}),
        (b'{"url":"x"}', "", {"url": "x"}),
        (b"url=x&code=y&url=z", form, {"url": "x", "code": "y"}),
        (b"[1]", "application/json", None),
        (b"", "application/json", None),
        (b'{"url":"' + b"x" * 2_000_000 + b'"}', "application/json", None),
    ]
    for body, media_type, expected in cases:
        assert anyio.run(read.fields, Body(body, media_type)) == expected
    assert anyio.run(read.fields, Body(b'{"url":"x"}', content_encoding="gzip")) is None
