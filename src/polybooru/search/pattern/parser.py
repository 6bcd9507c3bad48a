r"""Text -> tree.

    pattern     = branch *( "|" branch )
    branch      = *( item [ quantifier ] )                 ; may be empty
    item        = literal / "%" / "_" / "(" pattern ")" / class / escape
    quantifier  = "*" / "+" / "?" / "{" m "}" / "{" m "," "}" / "{" m "," n "}"
    escape      = "\" ( "d" / "w" / "s" / any character that is not an ASCII letter or digit )
    class       = "[" [ "^" ] [ "]" ] *member "]"
    member      = char / end "-" end / escape

The parser keeps its own stack of open groups, so that no text exhausts Python's, and counts what a pattern
would be with its bounds written out, so that it never has to be. Source: docs/reference/nekos.md, patterns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from polybooru.search.pattern.tree import ANY, Characters, Item, Sequence, choice, literal, repeated, sequence

MAX_CHARACTERS: Final = 50
MAX_ITEMS: Final = 10_000
MAX_NESTING: Final = 16
MAX_BOUND: Final = 255
_NO_BOUND: Final = MAX_BOUND + 1
_DIGITS: Final = frozenset("0123456789")
_SHORTHANDS: Final = frozenset("dws")
_QUANTIFIERS: Final[Mapping[str, tuple[int, int | None]]] = MappingProxyType(
    {"*": (0, None), "+": (1, None), "?": (0, 1)}
)


class Percent(StrEnum):
    """What `%` stands for: some text, or maybe none."""

    ONE_OR_MORE = "one-or-more"
    ZERO_OR_MORE = "zero-or-more"


class PatternError(Exception):
    """The text is no pattern; the message is a sentence that says why."""


def lowered(text: str) -> str:
    """What is compared, of patterns and of texts alike.

    Python alone looks at the neighbours of a sigma: a part of a word has to be lower-cased as the word is.
    """
    return text.lower().replace("\u03c2", "\u03c3")


def parse(text: str, percent: Percent = Percent.ONE_OR_MORE) -> Sequence:
    """The items of a pattern. Raises PatternError."""
    if len(text) > MAX_CHARACTERS:
        raise PatternError(f"The pattern is longer than {MAX_CHARACTERS} characters.")
    _refuse_escapes(text)
    return _Parser(lowered(text), percent).pattern()


def _refuse_escapes(text: str) -> None:
    r"""Judged before lower-casing: `\D` would become its opposite."""
    at = text.find("\\")
    while at >= 0:
        escaped = text[at + 1 : at + 2]
        if not escaped:
            raise PatternError("The pattern ends with a backslash.")
        if escaped.isascii() and escaped.isalnum() and escaped not in _SHORTHANDS:
            raise PatternError(f"There is no escape \\{escaped}.")
        at = text.find("\\", at + 2)


@dataclass(slots=True)
class _Group:
    """What has been read of a group: whole branches, and the parts of the one that is being read.

    weight: how many items all of it is, with its repetitions written out; last_weight: of that the last part.
    is_quantifiable: there is a part in front, and it has no quantifier yet.
    """

    branches: list[Sequence] = field(default_factory=list)
    parts: list[Sequence] = field(default_factory=list)
    weight: int = 0
    last_weight: int = 0
    is_quantifiable: bool = False

    def add(self, part: Sequence, weight: int) -> None:
        self.parts.append(part)
        self.weight += weight
        self.last_weight = weight
        self.is_quantifiable = True
        _refuse_large(self.weight)

    def quantify(self, least: int, most: int | None, text: str) -> None:
        if not self.is_quantifiable:
            raise PatternError(f"There is nothing before {text} that it could repeat.")
        self.parts[-1] = repeated(self.parts[-1], least, most)
        times = max(least, 1) if most is None else most
        self.weight += self.last_weight * (times - 1)
        self.is_quantifiable = False
        _refuse_large(self.weight)

    def end_branch(self) -> None:
        self.branches.append(sequence(item for part in self.parts for item in part))
        self.parts = []
        self.is_quantifiable = False


def _refuse_large(items: int) -> None:
    if items > MAX_ITEMS:
        raise PatternError(f"With its repetitions written out the pattern has more than {MAX_ITEMS} items.")


class _Parser:
    def __init__(self, text: str, percent: Percent) -> None:
        self._text = text
        self._at = 0
        self._percent = repeated((ANY,), 1 if percent is Percent.ONE_OR_MORE else 0, None)

    def pattern(self) -> Sequence:
        group, enclosing = _Group(), list[_Group]()
        while self._at < len(self._text):
            character = self._next()
            if character == "(":
                enclosing.append(group)
                if len(enclosing) > MAX_NESTING:
                    raise PatternError(f"The pattern nests deeper than {MAX_NESTING} groups.")
                group = _Group()
            elif character == ")":
                if not enclosing:
                    raise PatternError("A group is closed that was never opened.")
                group.end_branch()
                inner, group = group, enclosing.pop()
                group.add(choice(inner.branches), inner.weight)
            elif character == "|":
                group.end_branch()
            elif (bounds := self._quantifier(character)) is not None:
                group.quantify(*bounds)
            else:
                group.add(self._item(character), 1)
        if enclosing:
            raise PatternError("A group is never closed.")
        group.end_branch()
        return choice(group.branches)

    def _item(self, character: str) -> Sequence:
        if character == "%":
            return self._percent
        return (self._single(character),)

    def _single(self, character: str) -> Item:
        if character == "_":
            return ANY
        if character == "[":
            return self._class()
        if character == "\\":
            character = self._next()
            if character in _SHORTHANDS:
                return Characters(shorthands=character)
        return literal(character)

    def _quantifier(self, character: str) -> tuple[int, int | None, str] | None:
        if character in _QUANTIFIERS:
            least, most = _QUANTIFIERS[character]
            return least, most, character
        if character != "{" or self._peek() not in _DIGITS:
            return None
        start = self._at - 1
        least = most = self._bound()
        if self._peek() == ",":
            self._at += 1
            most = self._bound() if self._peek() in _DIGITS else _NO_BOUND
        if self._peek() != "}":
            raise PatternError("A bound is written {2}, {2,} or {2,4}.")
        self._at += 1
        text = self._text[start : self._at]
        if most < least:
            raise PatternError(f"The bound {text} ends before it begins.")
        return least, None if most == _NO_BOUND else most, text

    def _bound(self) -> int:
        start = self._at
        while self._peek() in _DIGITS:
            self._at += 1
        number = int(self._text[start : self._at])
        if number > MAX_BOUND:
            raise PatternError(f"A bound is larger than {MAX_BOUND}.")
        return number

    def _class(self) -> Characters:
        negated = self._peek() == "^"
        if negated:
            self._at += 1
        ranges: list[tuple[int, int]] = []
        shorthands = ""
        is_first = True
        while (first := self._member(is_first=is_first)) is not None:
            is_first = False
            if not self._is_range_next():
                if len(first) > 1:
                    shorthands += first[1]
                else:
                    ranges.append((ord(first), ord(first)))
                continue
            self._at += 1
            last = self._member(is_first=False)
            if last is None or len(first) > 1 or len(last) > 1 or self._is_range_next():
                raise PatternError("A range has one character at each end.")
            if last < first:
                raise PatternError(f"The range {first}-{last} ends before it begins.")
            ranges.append((ord(first), ord(last)))
        return Characters(tuple(ranges), shorthands, negated)

    def _is_range_next(self) -> bool:
        """A hyphen makes a range unless it is the last of its class."""
        return self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in {"]", ""}

    def _member(self, *, is_first: bool) -> str | None:
        """A character, or a shorthand with its backslash; None at the end of the class."""
        character = self._next()
        if not character:
            raise PatternError("A class of characters is never closed.")
        if character == "]" and not is_first:
            return None
        if character == "[" and self._peek() in {":", ".", "="}:
            raise PatternError("Named classes of characters are no part of the language.")
        if character == "\\":
            escaped = self._next()
            return f"\\{escaped}" if escaped in _SHORTHANDS else escaped
        return character

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        character = self._peek()
        self._at += 1
        return character
