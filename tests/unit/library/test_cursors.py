"""Cursors come back as they were written, and only to the same search."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.library.cursors import Cursor, read_cursor, write_cursor
from polybooru.library.errors import InvalidValue
from polybooru.search.index import Position

ASKED = ("safe, cat", "score", True, 1, None, False)
VALUES = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.sampled_from([0, 0.0, 1, 1.0, -1])
)
CURSORS = st.builds(
    Cursor,
    after=st.builds(Position, st.integers(0, 2**32 - 1), VALUES),
    seed=st.none() | st.integers(0, 2**63 - 1),
)


@given(CURSORS, st.text())
def test_a_cursor_comes_back_as_it_was(cursor: Cursor, query: str) -> None:
    text = write_cursor(cursor, (query, *ASKED))
    again = read_cursor(text, (query, *ASKED))
    assert again == cursor
    assert type(again.after.value) is type(cursor.after.value)
    assert text.isascii()
    assert set("+/= &?#%").isdisjoint(text)


def test_infinity_is_a_value_like_any_other() -> None:
    cursor = Cursor(after=Position(1, -math.inf))
    assert read_cursor(write_cursor(cursor, ASKED), ASKED) == cursor


@pytest.mark.parametrize("place", range(len(ASKED)))
def test_another_search_does_not_take_it(place: int) -> None:
    text = write_cursor(Cursor(after=Position(5, 7)), ASKED)
    other = [*ASKED]
    other[place] = "other"
    with pytest.raises(InvalidValue, match="belongs to another search"):
        read_cursor(text, other)


@given(st.text() | st.binary().map(lambda raw: raw.hex()))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="Begin with an empty one"):
        read_cursor(text, ASKED)


def test_no_character_of_it_may_be_changed() -> None:
    text = write_cursor(Cursor(after=Position(5, 7)), ASKED)
    for place in range(len(text)):
        for other in "Aa9_-!é":
            changed = text[:place] + other + text[place + 1 :]
            if changed != text:
                with pytest.raises(InvalidValue):
                    read_cursor(changed, ASKED)
        with pytest.raises(InvalidValue):
            read_cursor(text[:place], ASKED)
