"""Wildcards and edit distance over a text column, held inside the database.

A pattern is SQLite's GLOB or PostgreSQL's LIKE, which agree once escaped: letters are compared exactly, and
neither backtracks exponentially. Where SQLite has an index on the column, only what has the pattern's prefix
is read.
"""

import re

from sqlalchemy import ColumnElement, and_, false, func, or_, true

ANY, ONE = "*", "?"
_LIKE = str.maketrans({ANY: "%", ONE: "_", "%": r"\%", "_": r"\_", "\\": r"\\"})
_GLOB = str.maketrans({"[": "[[]"})
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LAST, _BEFORE_SURROGATES, _AFTER_SURROGATES = 0x10FFFF, 0xD7FF, 0xE000


def fits(text: ColumnElement[str], pattern: str, *, is_sqlite: bool) -> ColumnElement[bool]:
    """Whether the whole text fits a pattern of `*` (any run) and `?` (one character)."""
    if not is_sqlite:
        return text.collate("C").like(pattern.translate(_LIKE), escape="\\")
    prefix = pattern.split(ANY, 1)[0].split(ONE, 1)[0]
    return and_(begins_with(text, prefix), text.bool_op("GLOB")(pattern.translate(_GLOB)))


def begins_with(text: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """A range of SQLite's order of texts, which is that of their characters."""
    if not prefix:
        return true()
    stem = prefix.rstrip(chr(_LAST))
    if not stem:
        return text >= prefix
    after = _AFTER_SURROGATES if ord(stem[-1]) == _BEFORE_SURROGATES else ord(stem[-1]) + 1
    return and_(text >= prefix, text < stem[:-1] + chr(after))


def may_be_near(
    text: ColumnElement[str], wanted: str, distance: int, *, is_sqlite: bool
) -> ColumnElement[bool]:
    """What every text within this Levenshtein distance fulfils, and few others.

    Of distance + 1 pieces of the wanted text at least one stands unchanged in such a text.
    """
    length = func.length(text).between(len(wanted) - distance, len(wanted) + distance)
    size = len(wanted) // (distance + 1)
    if not size:
        return length
    starts = [number * size for number in range(distance + 1)]
    pieces = [wanted[start:end] for start, end in zip(starts, [*starts[1:], len(wanted)], strict=True)]
    place = func.instr if is_sqlite else func.strpos
    return and_(length, or_(false(), *(place(text, piece) > 0 for piece in pieces if is_storable(piece))))


def is_storable(text: str) -> bool:
    """Not with a NUL or half a character: no row has them, and the databases refuse to be asked."""
    return not _UNSTORABLE.search(text)
