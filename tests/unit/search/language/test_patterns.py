"""Wildcards and edit distance against their textbook definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.search.language.patterns import edit_limit, fits, within

short = st.text("ab", max_size=8)


def fits_by_definition(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits_by_definition(pattern[1:], text[i:]) for i in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and fits_by_definition(pattern[1:], text[1:])


def distance(one, other):
    if not one or not other:
        return len(one) + len(other)
    return min(
        distance(one[1:], other) + 1,
        distance(one, other[1:]) + 1,
        distance(one[1:], other[1:]) + (one[0] != other[0]),
    )


@given(st.text("ab*?", max_size=8), short)
def test_patterns_fit_as_defined(pattern, text):
    assert fits(pattern, text) == fits_by_definition(pattern, text)


@given(st.text("ab", max_size=6), st.text("ab", max_size=6), st.integers(0, 2))
def test_distance_is_levenshteins(one, other, limit):
    assert within(limit, one, other) == (distance(one, other) <= limit)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("lake", "lkae", 2), ("mountain", "montain", 1), ("lake", "lakes", 1), ("lake", "flakes", 2)],
)
def test_distances_of_words(one, other, apart):
    assert [within(limit, one, other) for limit in range(3)] == [limit >= apart for limit in range(3)]


def test_a_pattern_of_many_stars_is_no_bomb():
    assert not fits("*a" * 200 + "b", "a" * 400)


@pytest.mark.parametrize(
    ("text", "fuzz", "limit"),
    [
        ("mountain", "0", 0),
        ("mountain", "0.0", 0),
        ("mountain", "1", 1),
        ("mountain", "1.9", 1),
        ("mountain", "2", 2),
        ("mountain", "7", 2),
        ("mountain", "9" * 4000, 2),
        ("mountain", "0.8", 1),
        ("mountain", "0.75", 2),
        ("mountain", "0.1", 2),
        ("mountain", "0.99", 0),
        ("abcdefghij", "0.9", 1),
        ("", "0.5", 0),
    ],
)
def test_fuzz_gives_a_distance(text, fuzz, limit):
    assert edit_limit(text, fuzz) == limit
