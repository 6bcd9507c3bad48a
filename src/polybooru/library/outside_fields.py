"""Fields that the image index does not hold, as their values differ from image to image.

An exact value is one look into a database index; the words of a description are found by full text, patterns
and misspellings of names and addresses by a scan inside the database that has a time to keep. Neighbours:
`image_index` (which fields these are), `image_search` (who asks), `words` (what full text holds).
"""

import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from pyroaring import BitMap
from sqlalchemy import Column, ColumnElement, Select, String, cast, func, select

from polybooru.db.full_text import IMAGE_WORDS, containing
from polybooru.db.tables import image_sources, images, words
from polybooru.db.time_limit import TookTooLong, time_limit
from polybooru.library.errors import QueryTooExpensive
from polybooru.library.image_index import OUTSIDE
from polybooru.library.library import Library
from polybooru.library.work import Reading
from polybooru.search.language.patterns import edit_limit, within
from polybooru.search.language.tree import And, Boost, Equals, Fuzzy, Leaf, Not, Or, Phrase, Query, Wildcard
from polybooru.search.language.words import analyse
from polybooru.search.sql.patterns import fits, is_storable, may_be_near

OutsideLeaf: TypeAlias = Equals | Wildcard | Fuzzy | Phrase

MOST_WORDS = 1_000
"""So many different words one pattern over analysed text may stand for."""
MOST_CANDIDATES = 20_000
"""So many texts are held against one misspelling, after the database has chosen them."""
PLAIN = 32
"""A tree that weighs no more is never too dear: so many tags, four ranges, one pattern and a few tags."""
HEAVIEST = 12_000
"""A tree that weighs more is refused unseen: two of the longest lists of tags there may be."""
_RANGE, PATTERN = 8, 20
_ANALYSED = frozenset(IMAGE_WORDS.fields)
_LITERAL: dict[str, tuple[Column[str], Column[int]]] = {
    "sha512_hash": (images.c.sha512_hash, images.c.id),
    "orig_sha512_hash": (images.c.orig_sha512_hash, images.c.id),
    "file_name": (images.c.file_name, images.c.id),
    "source_url": (image_sources.c.folded_url, image_sources.c.image_id),
}


def survey(query: Query) -> tuple[list[OutsideLeaf], int]:
    """The leaves of the tree that are answered here, and how dear the tree looks; see `PLAIN`.

    Of a tree beyond `HEAVIEST` not all is looked at: a text can name a stored query hundreds of times.
    """
    found: list[OutsideLeaf] = []
    weight = 0
    waiting = [query]
    for node in waiting:  # which grows meanwhile
        if weight > HEAVIEST:
            break
        if isinstance(node, Equals):
            weight += 1
            if node.field in OUTSIDE:
                found.append(node)
        elif isinstance(node, (And, Or)):  # at every search: a union of types is made anew each time
            waiting.extend(node.children)
        elif isinstance(node, (Not, Boost)):
            waiting.append(node.child)
        elif isinstance(node, (Wildcard, Fuzzy, Phrase)):
            weight += PATTERN
            if node.field in OUTSIDE:
                found.append(node)
        else:
            weight += _RANGE
    return found, weight


def take_long(leaves: Iterable[OutsideLeaf]) -> bool:
    """Whether answering them takes more than looks into an index."""
    return any(not isinstance(leaf, Equals) for leaf in leaves)


def outside_answers(
    library: Library,
    leaves: Sequence[OutsideLeaf],
    *,
    seconds: float,
    among: Sequence[int] | None = None,
) -> Callable[[Leaf], BitMap]:
    """Answers the leaves now; what it returns does not touch the database.

    seconds: for all of them together. among: a few images that alone matter. Raises QueryTooExpensive.
    """
    if not leaves:
        return nothing_outside
    until = time.monotonic() + seconds
    found: dict[Leaf, BitMap] = {}
    with library.reading() as reading:
        for leaf in leaves:
            try:
                with time_limit(reading.connection, until - time.monotonic()):
                    found[leaf] = _answer(reading, leaf, among)
            except TookTooLong as error:
                raise QueryTooExpensive(
                    f"The query takes too long at `{leaf.field}'. Ask for longer or whole words and values."
                ) from error
    return lambda leaf: found.get(leaf, BitMap())


def nothing_outside(_: Leaf) -> BitMap:
    """For a query without such leaves; fields that this library does not keep match nothing."""
    return BitMap()


def _answer(reading: Reading, leaf: OutsideLeaf, among: Sequence[int] | None) -> BitMap:
    match leaf:
        case Phrase(field, text):
            return _containing(reading, field, [analyse(text)], among)
        case Wildcard(field) if field in _ANALYSED:
            return _containing(reading, field, _words_fitting(reading, leaf), among)
        case Equals(field, value):
            condition = _LITERAL[field][0] == value
            return _ids(reading, _literal(field, condition, among)) if is_storable(str(value)) else BitMap()
        case Wildcard(field, pattern):
            condition = fits(_LITERAL[field][0], pattern, is_sqlite=reading.is_sqlite)
            return _ids(reading, _literal(field, condition, among)) if is_storable(pattern) else BitMap()
        case Fuzzy(field, wanted, fuzz):
            return _near(reading, field, wanted, edit_limit(wanted, fuzz), among)


def _literal(
    field: str, condition: ColumnElement[bool], among: Sequence[int] | None, *more: Column[str]
) -> Select[*tuple[Any, ...]]:
    _, image_id = _LITERAL[field]
    statement = select(image_id, *more).where(condition)
    return statement if among is None else statement.where(image_id.in_(among))


def _near(reading: Reading, field: str, wanted: str, distance: int, among: Sequence[int] | None) -> BitMap:
    text, _ = _LITERAL[field]
    condition = may_be_near(text, wanted, distance, is_sqlite=reading.is_sqlite)
    rows = reading.execute(_literal(field, condition, among, text).limit(MOST_CANDIDATES + 1)).all()
    if len(rows) > MOST_CANDIDATES:
        raise QueryTooExpensive(f"Too many values of `{field}' are near `{wanted}'. Ask for a longer text.")
    return BitMap([image_id for image_id, found in rows if within(distance, wanted, found)])


def _containing(
    reading: Reading, field: str, phrases: Sequence[Sequence[str]], among: Sequence[int] | None
) -> BitMap:
    asked = [phrase for phrase in phrases if phrase]
    if not asked:
        return BitMap()
    image_id = IMAGE_WORDS.clause.c.rowid
    condition = containing(IMAGE_WORDS, field, asked, is_sqlite=reading.is_sqlite)
    statement = select(image_id).where(condition)
    if among is None:
        return _ids(reading, statement)
    if len(asked) == 1:
        return _ids(reading, statement.where(image_id.in_(among)))
    # SQLite would prepare all the words anew for each id of a list.
    found = _ids(reading, statement.where(image_id.between(min(among), max(among))))
    return found & BitMap(among)


def _words_fitting(reading: Reading, leaf: Wildcard) -> list[list[str]]:
    if not is_storable(leaf.pattern):
        return []
    known = select(words.c.word).where(fits(words.c.word, leaf.pattern, is_sqlite=reading.is_sqlite))
    found = reading.execute(known.limit(MOST_WORDS + 1)).scalars().all()
    if len(found) > MOST_WORDS:
        raise QueryTooExpensive(
            f"`{leaf.pattern}' stands for more than {MOST_WORDS} words. Ask for more of the word."
        )
    return [[word] for word in found]


def _ids(reading: Reading, statement: Select[*tuple[Any, ...]]) -> BitMap:
    # Joined by the database and taken apart by numpy: row by row, a driver takes six times as long.
    [image_id] = statement.subquery().columns
    joined = reading.execute(select(func.aggregate_strings(cast(image_id, String), ","))).scalar_one()
    return BitMap(array("I", np.fromstring(joined, np.uint32, sep=",").tobytes())) if joined else BitMap()
