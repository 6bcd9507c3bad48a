"""Ranges and equalities as closed intervals of the kind of number that a column holds.

"Above 3" is "from 4" among integers and "from the next float" among floats, so columns and buckets know one
form only.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, assert_never

from polybooru.search.index.columns import MISSING, Number
from polybooru.search.index.shape import NumberKind
from polybooru.search.language.tree import Ago, Bound, Range

Interval: TypeAlias = tuple[Number, Number]
"""Both ends inclusive; empty when the first is greater."""

NOTHING: Interval = (1, 0)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_LEAST, _GREATEST = MISSING + 1, 2**63 - 1


def point(kind: NumberKind, value: float) -> Interval:
    """The interval of one value."""
    if kind is NumberKind.FLOAT:
        return float(value), float(value)
    return (int(value), int(value)) if value == int(value) else NOTHING


def interval(kind: NumberKind, query: Range, now: datetime) -> Interval:
    """What the range means for a column of this kind; moments are aware, `Ago` counts back from `now`."""
    if kind is NumberKind.FLOAT:
        lower = -math.inf if query.lower is None else _float_from(query.lower, now)
        upper = math.inf if query.upper is None else -_float_from(_mirrored(query.upper, now), now)
        return lower, upper
    low = _LEAST if query.lower is None else _integer_from(query.lower, now)
    high = _GREATEST if query.upper is None else -_integer_from(_mirrored(query.upper, now), now)
    return low, high


def _float_from(bound: Bound, now: datetime) -> float:
    value = float(_number(bound, now))
    return value if bound.inclusive else math.nextafter(value, math.inf)


def _integer_from(bound: Bound, now: datetime) -> int:
    value = _number(bound, now)
    least = math.ceil(value)
    return least + 1 if least == value and not bound.inclusive else least


def _mirrored(bound: Bound, now: datetime) -> Bound:
    """The same bound on the number line read backwards, so that an upper bound is a lower one."""
    return Bound(-_number(bound, now), bound.inclusive)


def _number(bound: Bound, now: datetime) -> Number:
    match bound.value:
        case Ago(seconds):
            return _seconds(now) - seconds
        case datetime():
            return _seconds(bound.value)
        case int() | float():
            return bound.value
        case _:
            assert_never(bound.value)


def _seconds(moment: datetime) -> Number:
    """Seconds since 1970; a float only where there is a fraction, which it holds to the microsecond."""
    seconds, rest = divmod(moment - _EPOCH, _SECOND)
    return seconds + rest / _SECOND if rest else seconds
