"""Fields that the image index does not hold, as their values differ from image to image.

An exact value is found by a database index; a pattern, a phrase or a misspelling by reading every value,
with the search language's own matcher. Neighbours: `image_index` (which fields these are), `image_search`
(who asks).
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from pyroaring import BitMap
from sqlalchemy import select

from polybooru.db.tables import image_sources, images
from polybooru.library.image_index import OUTSIDE
from polybooru.library.library import Library
from polybooru.library.work import Reading
from polybooru.search.language.matcher import Value, matches
from polybooru.search.language.tree import And, Boost, Equals, Fuzzy, Leaf, Not, Or, Phrase, Query, Wildcard
from polybooru.search.language.words import Prose

_EXACT = {
    "sha512_hash": (images.c.sha512_hash, images.c.id),
    "orig_sha512_hash": (images.c.orig_sha512_hash, images.c.id),
    "file_name": (images.c.file_name, images.c.id),
    "source_url": (image_sources.c.folded_url, image_sources.c.image_id),
}
_COLUMNS = _EXACT | {
    "description": (images.c.description, images.c.id),
    "deletion_reason": (images.c.deletion_reason, images.c.id),
}
_READ: Mapping[str, Callable[[str], Value]] = MappingProxyType(
    {"description": Prose.of, "deletion_reason": Prose.of}
)


def reads_all_rows(query: Query) -> bool:
    """Whether answering it takes reading a value of every image."""
    return any(isinstance(leaf, Wildcard | Fuzzy | Phrase) for leaf in _outside_leaves(query))


def outside_answers(library: Library, query: Query) -> Callable[[Leaf], BitMap]:
    """Answers every leaf of the query that the index cannot; what it returns does not touch the database."""
    leaves = dict.fromkeys(_outside_leaves(query))
    if not leaves:
        return nothing_outside
    with library.reading() as reading:
        found: dict[Leaf, BitMap] = {leaf: _answer(reading, leaf) for leaf in leaves}
    return lambda leaf: found.get(leaf, BitMap())


def nothing_outside(_: Leaf) -> BitMap:
    """For a query without such leaves; fields that this library does not keep match nothing."""
    return BitMap()


def _outside_leaves(query: Query) -> Iterable[Equals | Wildcard | Fuzzy | Phrase]:
    match query:
        case Not(child) | Boost(_, child):
            yield from _outside_leaves(child)
        case And(children) | Or(children):
            for child in children:
                yield from _outside_leaves(child)
        case Equals(field) | Wildcard(field) | Fuzzy(field) | Phrase(field) if field in OUTSIDE:
            yield query
        case _:
            pass


def _answer(reading: Reading, leaf: Equals | Wildcard | Fuzzy | Phrase) -> BitMap:
    if isinstance(leaf, Equals) and leaf.field in _EXACT:
        if "\0" in str(leaf.value):  # no row has it, and PostgreSQL refuses to be asked
            return BitMap()
        column, image_id = _EXACT[leaf.field]
        return BitMap(reading.execute(select(image_id).where(column == leaf.value)).scalars())
    column, image_id = _COLUMNS[leaf.field]
    read = _READ.get(leaf.field, str)
    rows = reading.execute(select(image_id, column).where(column != "").execution_options(yield_per=5_000))
    return BitMap(found for found, text in rows if matches(leaf, {leaf.field: (read(text),)}, reading.now))
