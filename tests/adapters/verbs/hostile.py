"""Values that no honest caller would give, by the type of an honest one."""

import dataclasses
import enum
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

LONG = 30_000
MANY = 10_001
TEXTS = (
    "",
    " \n\t ",
    "\0",
    "a\0b",
    "\ud800",
    "x\udfff, y",
    "\u202egpj.exe",
    "\u200b",
    "a,b,,c",
    "%_\\",
    "'; drop table images; --",
    "<script>alert(1)</script>",
    "-" * 300,
    "[(" * LONG,
    "ä" * LONG,
    "x " * LONG,
    "🦊" * LONG,
)
NUMBERS = (0, -1, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30)
REALS = (0.0, -1.0, 1e300, float("nan"), float("inf"))
SPANS = (timedelta(0), timedelta(days=-1), timedelta.min, timedelta.max)
MOMENTS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
BYTES = (b"", b"\0" * 100, b"<svg", b"\xff" * 100_000)


def in_place_of(value: object, hint: object = None) -> Iterator[object]:
    """Hostile values of the type of `value`; hint: its annotation, for None and for empty lists."""
    match value:
        case bool() | enum.Enum() | Path():
            return
        case str():
            yield from TEXTS
        case int():
            yield from NUMBERS
        case float():
            yield from REALS
        case bytes():
            yield from BYTES
        case timedelta():
            yield from SPANS
        case datetime():
            yield from MOMENTS
        case Mapping():
            for key, one in value.items():
                yield from (dict(value) | {key: other} for other in in_place_of(one))
        case frozenset() | set():
            yield from (type(value)(listed) for listed in _lists(sorted(value, key=str), hint))
        case Sequence():
            yield from _lists(value, hint)
        case None:
            for example in _examples(hint):
                yield from in_place_of(example)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            hints = typing.get_type_hints(type(value))
            for field in dataclasses.fields(value):
                for other in in_place_of(getattr(value, field.name), hints[field.name]):
                    yield dataclasses.replace(value, **{field.name: other})
        case _:
            raise TypeError(f"Say in {__name__} what is hostile in place of {value!r}.")


def _lists(value: Sequence[object], hint: object) -> Iterator[Sequence[object]]:
    yield []
    examples = [*value[:1]] or [example for part in typing.get_args(hint) for example in _examples(part)]
    for example in examples:
        yield from ([other] for other in in_place_of(example))
        yield [example] * MANY
        match example:
            case str():
                yield [f"t{number}" for number in range(MANY)]
            case int():
                yield list(range(1, MANY))


def _examples(hint: object) -> Iterator[object]:
    """An honest value for each type that the annotation allows."""
    members = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    honest: dict[object, object] = {int: 1, str: "x", float: 1.0, datetime: MOMENTS[0], timedelta: SPANS[0]}
    yield from (honest[member] for member in members if member in honest)
