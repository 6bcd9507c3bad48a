"""Dates of the search language: a text names a period, half-open, of a year down to a second.

    ABSOLUTE  YYYY[-MM[-DD[("T" | "t" | WS)[hh[:mm[:ss]]]]]] ["Z" | "z" | ("+" | "-")hh[:mm]]
    RELATIVE  DIGITS WS UNIT ["s"] " ago"

Years 1 to 9999 fit into `datetime`; a moment outside is moved to the nearer of `START_OF_TIME` and
`END_OF_TIME`.
"""

import re
from datetime import UTC, datetime, timedelta

from polybooru.search.language.fields import QueryError
from polybooru.search.language.tree import Ago, Moment

START_OF_TIME = datetime.min.replace(tzinfo=UTC)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
"""Stands for the start of the year 10000, the end of the last period that can be written."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_UNIT_SECONDS = {
    "second": 1,
    "minute": _MINUTE,
    "hour": _HOUR,
    "day": _DAY,
    "week": 7 * _DAY,
    "month": 30 * _DAY,
    "year": 365 * _DAY,
}
_MILLENNIUM_SECONDS = 31_536_000_000
_NO_OFFSET = timedelta()

_ABSOLUTE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:[Tt \t\n\r\v\f](?:([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}))?+)?+)?+)?+)?+)?+"
    r"(?:[Zz]|([+-])([0-9]{2})(?::([0-9]{2}))?+)?+"
)
_RELATIVE = re.compile(rf"([0-9]+)[ \t\n\r\v\f]({'|'.join(_UNIT_SECONDS)})s? ago")
_RELATIVE_STEPS = tuple(
    re.compile(step) for step in (r"[0-9]+", r"[ \t\n\r\v\f]", "|".join(_UNIT_SECONDS), r"s?", r" ago")
)


def read_period(value: str) -> tuple[Moment, Moment]:
    """Start and end. Raises QueryError."""
    absolute = _ABSOLUTE.fullmatch(value)
    if absolute is not None:
        return _absolute(absolute)
    relative = _RELATIVE.fullmatch(value)
    if relative is not None:
        return _relative(int(relative[1].lstrip("0")[:1000] or "0"), _UNIT_SECONDS[relative[2]])
    raise QueryError(
        "expected a RFC3339 datetime fragment, like `2019-01-01', or relative date, like `3 days ago', "
        f"starting at: {_unread(value)}"
    )


def _absolute(match: re.Match[str]) -> tuple[datetime, datetime]:
    numbers = [int(part) for part in match.group(1, 2, 3, 4, 5, 6) if part is not None]
    zone = [int(part) for part in match.group(8, 9) if part is not None]
    if not _exists(numbers, zone):
        parts = [*numbers, match[7], *zone] if zone else numbers
        raise QueryError(
            f"invalid date format in input, parsed as {', '.join(map(str, parts))}, starting at: "
        )
    offset = _offset(zone, match[7]) if zone else _NO_OFFSET
    # The number after the last: its period ends where the next begins. `_moment` takes one too high.
    after = [*numbers[:-1], numbers[-1] + 1]
    return _moment(numbers, offset), _moment(after, offset)


def _exists(numbers: list[int], zone: list[int]) -> bool:
    year, month, day, hour, minute, second = _filled(numbers)
    try:
        # The calendar repeats after 400 years: so the year 0, which `datetime` lacks, is checked too.
        datetime(year or 400, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return False
    return not zone or (zone[0] < 24 and zone[-1] < 60)


def _offset(zone: list[int], sign: str) -> timedelta:
    hours, minutes = (*zone, 0)[:2]
    return timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)


def _filled(numbers: list[int]) -> list[int]:
    return numbers + [0, 1, 1, 0, 0, 0][len(numbers) :]


def _moment(numbers: list[int], offset: timedelta) -> datetime:
    year, month, day, hour, minute, second = _filled(numbers)
    if month > 12:
        year, month = year + 1, 1
    if year < 1:
        return START_OF_TIME
    if year > 9999:
        return END_OF_TIME
    passed = timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)
    try:
        return datetime(year, month, 1, tzinfo=UTC) + passed - offset
    except OverflowError:
        return START_OF_TIME if year == 1 else END_OF_TIME


def _relative(count: int, unit_seconds: int) -> tuple[Ago, Ago]:
    """The period ends `count` units ago and lasts `count` seconds: so the dialect has it."""
    end = count * unit_seconds
    if end > _MILLENNIUM_SECONDS:
        raise QueryError(
            f"invalid date format in input; requested time {end} seconds is over a millennium ago, "
            "starting at: "
        )
    return Ago(end + count), Ago(end)


def _unread(value: str) -> str:
    """What remains where the relative reading stops."""
    position = 0
    for step in _RELATIVE_STEPS:
        match = step.match(value, position)
        if match is None:
            break
        position = match.end()
    return value[position:]
