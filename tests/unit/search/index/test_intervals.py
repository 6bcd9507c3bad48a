"""Every range is a closed interval of what its column can hold."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from polybooru.search.index import NumberKind
from polybooru.search.index.intervals import interval, point
from polybooru.search.language.tree import Ago, Bound, Range

NOW = datetime(1970, 1, 1, 0, 1, 40, tzinfo=UTC)  # second 100


def ends(kind, lower, upper, *, inclusive):
    return interval(kind, Range("f", Bound(lower, inclusive), Bound(upper, inclusive)), NOW)


@pytest.mark.parametrize(
    ("lower", "upper", "inclusive", "wanted"),
    [
        (2, 5, True, (2, 5)),
        (2, 5, False, (3, 4)),
        (2.5, 5.5, True, (3, 5)),
        (2.5, 5.5, False, (3, 5)),
        (-5.5, -2.5, False, (-5, -3)),
    ],
)
def test_integers_between_whole_and_broken_bounds(lower, upper, inclusive, wanted):
    assert ends(NumberKind.INTEGER, lower, upper, inclusive=inclusive) == wanted


def test_an_exclusive_bound_of_floats_is_the_next_float():
    lower, upper = ends(NumberKind.FLOAT, 1.5, 2, inclusive=False)
    assert (lower, upper) == (math.nextafter(1.5, 2), math.nextafter(2, 1))


def test_moments_are_seconds_and_relative_ones_count_back_from_now():
    moment = NOW - timedelta(milliseconds=500)
    assert ends(NumberKind.DATE, Ago(30), moment, inclusive=True) == (70, 99)
    assert ends(NumberKind.DATE, Ago(30), NOW, inclusive=False) == (71, 99)


def test_no_integer_equals_a_fraction():
    lower, upper = point(NumberKind.INTEGER, 1.5)
    assert lower > upper
