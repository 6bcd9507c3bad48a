"""Parameters as the dialect reads them, and dates as it writes them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from polybooru.api.nekos import present, read

QUERIES = {
    b"search=%25aguya%25": {"search": "%aguya%"},
    b"search=%aguya%": {"search": "%aguya%"},
    b"search=%cat%": {"search": "%cat%"},
    b"search=%25%cat%25": {"search": "%%cat%"},
    b"search=%C3%A9%c3%a9": {"search": "\u00e9\u00e9"},
    b"search=%C3%C3%A9": {"search": "%C3\u00e9"},
    b"search=a+b%2Bc": {"search": "a b+c"},
    b"search=%": {"search": "%"},
    b"search=%2": {"search": "%2"},
    b"search=%zz": {"search": "%zz"},
    b"search=a=b": {"search": "a=b"},
    b"search=\xc3\xa9": {"search": "\u00e9"},
    b"search=\xff": {"search": "\ufffd"},
    b"limit=1&limit=2": {"limit": "1"},
    b"&&?nsfw&limit=": {"?nsfw": "", "limit": ""},
    b"%6Cimit=3": {"limit": "3"},
    b"": {},
}


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_query_strings_are_decoded_leniently(query: bytes, expected: dict[str, str]) -> None:
    assert read.parameters(query) == expected


def test_far_too_many_parameters_are_refused() -> None:
    assert read.parameters(b"&".join([b"a=1"] * read.MAX_PARAMETERS)) == {"a": "1"}
    with pytest.raises(read.Refused):
        read.parameters(b"&" * read.MAX_PARAMETERS)


@given(query=some.binary(max_size=80))
def test_every_query_string_is_read(query: bytes) -> None:
    for text in read.parameters(query).values():
        text.encode()


@given(text=some.text(max_size=20).filter(lambda text: "\0" not in text))
def test_what_is_escaped_as_it_should_be_comes_out_as_it_was(text: str) -> None:
    escaped = "".join(f"%{byte:02X}" for byte in text.encode())
    assert read.parameters(f"search={escaped}".encode())["search"] == text


@pytest.mark.parametrize(
    "text", ["0", "26", "-1", "1.5", "ten", "", " 5", "5 ", "+5", "\u0665", "9" * 400, "0x5"]
)
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(read.Refused) as raised:
        read.limit({"limit": text})
    assert raised.value.status == 400
    assert "limit" in raised.value.message


def test_limits_and_offsets() -> None:
    assert [read.limit({"limit": text}) for text in ("1", "25", "007")] == [1, 25, 7]
    assert (read.limit({}), read.limit({}, default=1), read.offset({})) == (10, 1, 0)
    assert read.offset({"offset": "100000"}) == 100_000
    assert read.offset({"offset": "9" * 400}) >= 2**62
    for text in ("-1", "", "1.5", "x"):
        with pytest.raises(read.Refused):
            read.offset({"offset": text})


@pytest.mark.parametrize(
    "header",
    [
        "Bearer short",
        f"Bearer {'a' * 99}",
        f"Bearer {'a' * 101}",
        f"bearer {'a' * 100}",
        f"Bearer  {'a' * 100}",
        "a" * 100,
        f"Bearer {'a' * 99}-",
        f"Bearer {'a' * 99}\u00e9",
        "Basic YTph",
        "Bearer",
        "Bearer ",
    ],
)
def test_a_header_that_holds_no_token_is_refused(header: str) -> None:
    with pytest.raises(read.Refused) as raised:
        read.token(header)
    assert raised.value.status == 401


def test_a_header_may_be_empty() -> None:
    assert read.token("") is None
    assert read.token(f"Bearer {'aZ9' * 33}b") == f"{'aZ9' * 33}b"


def test_categories_are_split_at_commas_alone() -> None:
    assert read.categories({"categories": " Scenery, blue sky ,,scenery,"}) == ["scenery", "blue sky"]
    assert read.categories({"categories": ""}) == []
    assert read.categories({}) == []


def test_times_have_milliseconds() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 6_789, tzinfo=UTC)
    assert present.time(moment) == "2026-01-02T03:04:05.006Z"
    assert present.time(present.later(moment, 60)) == "2026-01-02T03:05:05.006Z"
    assert present.time(present.later(moment, 2**62)) == "9999-12-31T23:59:59.999Z"
