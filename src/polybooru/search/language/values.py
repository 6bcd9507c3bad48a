"""Values of terms: what stands after the colon, read by the kind of its field.

`read` is called by `parser` for each term; dates are in `dates`. Messages are the dialect's own: the last
part of most is what remained unread.
"""

import ipaddress
import math
import re
from enum import Enum
from typing import assert_never

from polybooru.search.language.dates import read_period
from polybooru.search.language.fields import Field, Kind, QueryError
from polybooru.search.language.tree import (
    Bound,
    Equals,
    Everything,
    Fuzzy,
    Moment,
    Phrase,
    Query,
    Range,
    Wildcard,
)

SMALLEST_INTEGER, LARGEST_INTEGER = -(2**31), 2**31 - 1

_INTEGER = re.compile(r"([+-]?[0-9]+)(?:~([0-9]+))?")
_DIGITS = re.compile(r"[0-9]+")
_FLOAT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)(?:~([0-9]+(?:\.[0-9]+)?))?")
_BOOLEAN = re.compile(r"true|false")
_ADDRESS = re.compile(r"([0-9A-Fa-f:.]+)(?:/([0-9]{1,3}))?")
_SPECIAL = re.compile(r"[~*?\\]")
_FUZZ = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPE_OR_WILDCARD = re.compile(r"\\.|([*?])", re.DOTALL)
_STARS = re.compile(r"\*\*+")

_EXPECTED_INTEGER = "expected a signed integer, like `3' or `-10'"
_EXPECTED_NUMERIC = "expected a numeric value, like `3' or `10'"
_EXPECTED_FLOAT = "expected a real number, like `2.7182818' or `-10'"
_EXPECTED_BOOLEAN = "expected a boolean, like `true' or `false'"
_EXPECTED_ADDRESS = "expected a valid IPv4 or IPv6 address and optional CIDR prefix"


class Comparison(Enum):
    """How a term compares; the values are the suffixes of a field name."""

    EQUAL = "eq"
    ABOVE = "gt"
    AT_LEAST = "gte"
    BELOW = "lt"
    AT_MOST = "lte"


EQUAL = Comparison.EQUAL


def read(field: Field, comparison: Comparison, value: str) -> Query:
    """What `field` compared with `value` means. Raises QueryError."""
    match field.kind:
        case Kind.LITERAL:
            return _literal(field, comparison, value)
        case Kind.ANALYSED:
            return _analysed(field, comparison, value)
        case Kind.INTEGER:
            return _number(field, comparison, *_integers(value))
        case Kind.FLOAT:
            return _number(field, comparison, *_floats(value))
        case Kind.DATE:
            return _date(field, comparison, value)
        case Kind.NUMERIC:
            _refuse_range(field, comparison)
            _match_all(_DIGITS, value, _EXPECTED_NUMERIC)
            return Equals(_target(field), clamped_integer(value))
        case Kind.BOOLEAN:
            _refuse_range(field, comparison)
            return Equals(_target(field), _match_all(_BOOLEAN, value, _EXPECTED_BOOLEAN)[0] == "true")
        case Kind.IP:
            _refuse_range(field, comparison)
            return Equals(_target(field), _address(value))
        case Kind.CUSTOM:
            _refuse_range(field, comparison)
            if field.expand is None:
                raise TypeError(f"custom field without expand: {field.name}")
            return field.expand(value)
        case _:
            assert_never(field.kind)


def clamped_integer(digits: str) -> int:
    """An integer of any length, `[+-]?[0-9]+`, brought into 32 bits."""
    if len(digits) <= 10:
        number = int(digits)
    else:
        sign, bare = (-1, digits[1:]) if digits[0] == "-" else (1, digits.removeprefix("+"))
        number = sign * int(bare.lstrip("0")[:11] or "0")
    return _clamp(number)


def _clamp(number: int) -> int:
    return max(SMALLEST_INTEGER, min(LARGEST_INTEGER, number))


def _target(field: Field) -> str:
    return field.target or field.name


def _refuse_range(field: Field, comparison: Comparison) -> None:
    if comparison is not EQUAL:
        raise QueryError(f"range specified for {field.name}")


def _match_all(pattern: re.Pattern[str], value: str, expected: str) -> re.Match[str]:
    match = pattern.match(value)
    end = match.end() if match else 0
    if match is None or end != len(value):
        raise QueryError(f"{expected}, starting at: {value[end:]}")
    return match


# --- numbers


def _integers(value: str) -> tuple[int, tuple[int, int] | None]:
    """The number, and the ends of the range around it if there is one."""
    match = _match_all(_INTEGER, value, _EXPECTED_INTEGER)
    centre = clamped_integer(match[1])
    if match[2] is None:
        return centre, None
    distance = clamped_integer(match[2])
    return centre, (_clamp(centre - distance), _clamp(centre + distance))


def _floats(value: str) -> tuple[float, tuple[float, float] | None]:
    match = _match_all(_FLOAT, value, _EXPECTED_FLOAT)
    centre = float(match[1]) + 0.0  # makes a negative zero positive
    distance = float(match[2] or 0)
    span = centre - distance, centre + distance
    if not all(map(math.isfinite, span)):
        raise QueryError(f"{_EXPECTED_FLOAT}, starting at: {value}")
    return centre, None if match[2] is None else span


def _number(field: Field, comparison: Comparison, number: float, span: tuple[float, float] | None) -> Query:
    name = _target(field)
    if span is None:
        return Equals(name, number) if comparison is EQUAL else _one_sided(name, comparison, number)
    if comparison is not EQUAL:
        raise QueryError(f"multiple ranges specified for {field.name}")
    return Range(name, lower=Bound(span[0], inclusive=True), upper=Bound(span[1], inclusive=True))


def _one_sided(name: str, comparison: Comparison, value: float | Moment) -> Range:
    match comparison:
        case Comparison.ABOVE:
            return Range(name, lower=Bound(value, inclusive=False))
        case Comparison.AT_LEAST:
            return Range(name, lower=Bound(value, inclusive=True))
        case Comparison.BELOW:
            return Range(name, upper=Bound(value, inclusive=False))
        case Comparison.AT_MOST:
            return Range(name, upper=Bound(value, inclusive=True))
        case Comparison.EQUAL:
            raise ValueError(name)  # its callers have dealt with it


def _date(field: Field, comparison: Comparison, value: str) -> Range:
    """`.gt` and `.lte` compare with the end of the period that was named, `.gte` and `.lt` with its start."""
    start, end = read_period(value)
    name = _target(field)
    if comparison is EQUAL:
        return Range(name, lower=Bound(start, inclusive=True), upper=Bound(end, inclusive=False))
    at_end = comparison in {Comparison.ABOVE, Comparison.AT_MOST}
    return _one_sided(name, comparison, end if at_end else start)


def _address(value: str) -> str:
    """An address or network as written. Prefixes are decimal: netmasks are not accepted."""
    match = _ADDRESS.match(value)
    try:
        if match is not None:
            ipaddress.ip_network(match[0], strict=False)
    except ValueError:
        match = None
    if match is None or match.end() != len(value):
        raise QueryError(f"{_EXPECTED_ADDRESS}, starting at: {value[match.end() if match else 0 :]}")
    return value


# --- text


def _literal(field: Field, comparison: Comparison, value: str) -> Query:
    if _SPECIAL.search(value) is None and comparison is EQUAL:
        return Equals(field.target or field.name, field.normalise(value))
    _refuse_range(field, comparison)
    body, fuzz = _split_fuzz(value)
    pattern = _pattern(field, body)
    if pattern is not None:
        return pattern
    text = field.normalise(_without_escapes(body))
    return Equals(_target(field), text) if fuzz is None else Fuzzy(_target(field), text, fuzz)


def _analysed(field: Field, comparison: Comparison, value: str) -> Query:
    _refuse_range(field, comparison)
    body, _ = _split_fuzz(value)
    pattern = _pattern(field, body)
    if pattern is not None:
        return pattern
    return Phrase(_target(field), field.normalise(_without_escapes(body)))


def _split_fuzz(value: str) -> tuple[str, str | None]:
    """`cat~1` is `cat` and `1`; a `~` after an odd number of backslashes is text."""
    tilde = value.rfind("~")
    if tilde < 0 or _FUZZ.fullmatch(value, tilde + 1) is None:
        return value, None
    body = value[:tilde]
    if (len(body) - len(body.rstrip("\\"))) % 2:
        return value, None
    return body, value[tilde + 1 :]


def _pattern(field: Field, body: str) -> Wildcard | Everything | None:
    """None without an unescaped wildcard; beside one, the escaped ones become wildcards too."""
    if "*" not in body and "?" not in body:
        return None
    if not any(match[1] for match in _ESCAPE_OR_WILDCARD.finditer(body)):
        return None
    pattern = field.normalise(_STARS.sub("*", body.replace("\\", "")))
    return Everything() if pattern == "*" else Wildcard(_target(field), pattern)


def _without_escapes(body: str) -> str:
    return _ESCAPE.sub(r"\1", body) if "\\" in body else body
