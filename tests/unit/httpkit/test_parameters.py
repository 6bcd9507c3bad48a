from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from polybooru.httpkit.parameters import MAX_PARAMETERS, MalformedRequest, nested, query_parameters


def read(raw: bytes) -> dict[str, object]:
    return query_parameters(Request({"type": "http", "query_string": raw}))


@given(st.lists(st.sampled_from([*"&=+%[]q2fé\x00", "%C3%A9", "%28", "%ff", "sf"])).map("".join))
def test_a_query_string_is_read_as_the_standard_library_reads_it(text: str) -> None:
    raw = text.encode()
    pairs = parse_qsl(text, keep_blank_values=True, errors="replace")

    if any("\0" in name + value for name, value in pairs):
        with pytest.raises(MalformedRequest):
            read(raw)
    else:
        assert read(raw) == nested(pairs)


def test_bytes_that_are_not_utf_8_are_replaced() -> None:
    assert read(b"q=caf\xe9+%e9") == {"q": "caf� �"}


def test_more_parameters_than_are_read_are_refused() -> None:
    assert len(read(b"&".join(b"%d=" % n for n in range(MAX_PARAMETERS)))) == MAX_PARAMETERS
    with pytest.raises(MalformedRequest):
        read(b"&".join(b"%d=" % n for n in range(MAX_PARAMETERS + 1)))
