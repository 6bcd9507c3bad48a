"""What can be told of all that a pattern matches before any text is read."""

from collections.abc import Iterator
from dataclasses import dataclass

from polybooru.search.pattern.tree import (
    Characters,
    Choice,
    Item,
    Repeated,
    Sequence,
    lengths,
    reversed_sequence,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Plain text at its beginning, at its end, and within. least, most: characters; None for any number."""

    least: int
    most: int | None
    prefix: str
    suffix: str
    longest: str

    def may_be(self, text: str) -> bool:
        """Whether nothing of this speaks against the text."""
        if len(text) < self.least or (self.most is not None and len(text) > self.most):
            return False
        return text.startswith(self.prefix) and text.endswith(self.suffix) and self.longest in text


def parts(items: Sequence) -> Parts:
    """Those of a pattern."""
    least, most = lengths(items)
    pieces = [*_pieces(items)]
    suffix = next(_pieces(reversed_sequence(items)))[::-1]
    return Parts(least=least, most=most, prefix=pieces[0], suffix=suffix, longest=max(pieces, key=len))


def _pieces(items: Sequence) -> Iterator[str]:
    """Plain text that each match has, piece by piece; the first is how it begins, maybe nothing."""
    piece = ""
    for item in items:
        text, is_all = _plain(item)
        piece += text
        if is_all:
            continue
        yield piece
        piece = ""
        if isinstance(item, Repeated) and item.least and isinstance(item.item, Choice):
            branches = item.item.branches
            if len(branches) == 1:
                yield from _pieces(branches[0])
    yield piece


def _plain(item: Item) -> tuple[str, bool]:
    """How all that the item matches begins, and whether that is all of it."""
    if isinstance(item, Characters):
        return item.single or "", item.single is not None
    if isinstance(item, Repeated) and isinstance(item.item, Characters) and item.item.single is not None:
        return item.item.single * item.least, item.least == item.most
    return "", False
