"""What a pattern means: characters, repetitions of items, and choices between sequences of them.

A closed set of frozen values, kept in a normal form by `repeated`, `sequence` and `choice`: repetitions of
repetitions are one repetition where they mean one, neighbours that repeat the same item are one item, and
what matches only the empty string is gone. Source of the rules: docs/reference/nekos.md, patterns.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of a set.

    ranges: first and last code point of each. shorthands: letters of `d w s`. negated: all others instead.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    shorthands: str = ""
    negated: bool = False

    def has(self, character: str) -> bool:
        """Whether it is in the set; the character is in lower case."""
        code = ord(character)
        found = any(first <= code <= last for first, last in self.ranges) or any(
            _belongs(character, shorthand) for shorthand in self.shorthands
        )
        return found is not self.negated

    @property
    def single(self) -> str | None:
        """The one character in it, where there is no more than one."""
        if self.negated or self.shorthands or len(self.ranges) != 1:
            return None
        first, last = self.ranges[0]
        return chr(first) if first == last else None


ANY = Characters(negated=True)


def literal(character: str) -> Characters:
    """The set of one character."""
    return Characters(ranges=((ord(character), ord(character)),))


def _belongs(character: str, shorthand: str) -> bool:
    if shorthand == "d":
        return character.isdecimal()
    if shorthand == "w":
        return character == "_" or character.isalnum()
    return character.isspace()


@dataclass(frozen=True)
class Repeated:
    """An item at least and at most so many times; most: None for any number."""

    item: "Item"
    least: int
    most: int | None

    @cached_property
    def lengths(self) -> tuple[int, int | None]:
        """Characters in what it matches, fewest and most; None for any number."""
        fewest, greatest = lengths((self.item,))
        most = None if greatest is None or self.most is None else greatest * self.most
        return fewest * self.least, most

    @cached_property
    def _hash(self) -> int:
        return hash((self.item, self.least, self.most))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Choice:
    """One of some sequences of items."""

    branches: "tuple[Sequence, ...]"

    @cached_property
    def lengths(self) -> tuple[int, int | None]:
        """As those of `Repeated`."""
        each = [lengths(branch) for branch in self.branches]
        greatest = [most for _, most in each if most is not None]
        return min(least for least, _ in each), max(greatest) if len(greatest) == len(each) else None

    @cached_property
    def _hash(self) -> int:
        return hash(self.branches)

    def __hash__(self) -> int:
        return self._hash


Item: TypeAlias = Characters | Repeated | Choice
Sequence: TypeAlias = tuple[Item, ...]


def lengths(sequence: Sequence) -> tuple[int, int | None]:
    """Characters in what a sequence matches, fewest and most; None for any number."""
    least, most = 0, 0
    unbounded = False
    for item in sequence:
        fewest, greatest = (1, 1) if isinstance(item, Characters) else item.lengths
        least += fewest
        unbounded = unbounded or greatest is None
        most += greatest or 0
    return least, None if unbounded else most


def is_nullable(item: Item) -> bool:
    """Whether it matches the empty string."""
    return not isinstance(item, Characters) and item.lengths[0] == 0


def sequence(items: Iterable[Item]) -> Sequence:
    """These items, one behind the other."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        joined = None if last is None else together(last, item)
        if joined is None:
            found.append(item)
        else:
            found[-1] = joined
    return tuple(found)


def together(first: Item, second: Item) -> Item | None:
    """One item that means both, one behind the other, where both repeat the same; else None."""
    if not isinstance(first, Repeated) or not isinstance(second, Repeated) or first.item != second.item:
        return None
    most = None if first.most is None or second.most is None else first.most + second.most
    return Repeated(first.item, first.least + second.least, most)


def choice(branches: Iterable[Sequence]) -> Sequence:
    """One of these sequences, each named once."""
    distinct = tuple(dict.fromkeys(branches))
    if len(distinct) == 1:
        return distinct[0]
    return (Choice(distinct),)


def repeated(items: Sequence, least: int, most: int | None) -> Sequence:
    """These items so many times as one."""
    if not items or most == 0:
        return ()
    item = items[0] if len(items) == 1 else Choice((items,))
    if is_nullable(item):
        least = 0
    if (least, most) == (1, 1):
        return (item,)
    if isinstance(item, Repeated) and _is_one(item, least, most):
        if item.most is None or most is None:
            return (Repeated(item.item, item.least * least, None),)
        return (Repeated(item.item, item.least * least, item.most * most),)
    return (Repeated(item, least, most),)


def _is_one(inner: Repeated, least: int, most: int | None) -> bool:
    """Whether repeating a repetition leaves no gap: k times as much as ends where k + 1 times begin."""
    if inner.least <= 1 or least == most or (inner.most is None and least > 0):
        return True
    return inner.most is not None and inner.most * least + 1 >= inner.least * (least + 1)


def reversed_sequence(items: Sequence) -> Sequence:
    """What matches every text read from its end."""
    return tuple(_reversed_item(item) for item in reversed(items))


def _reversed_item(item: Item) -> Item:
    match item:
        case Characters():
            return item
        case Repeated():
            return Repeated(_reversed_item(item.item), item.least, item.most)
        case Choice():
            return Choice(tuple(reversed_sequence(branch) for branch in item.branches))
