"""Filters: which images a caller does not want to see, and which are to be covered.

A filter hides by tag ids and by a query, and spoilers by others; all are kept as rows and read as query
trees.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, insert, select

from polybooru.db.full_text import FILTER_WORDS
from polybooru.db.tables import filter_tags, filters, users
from polybooru.library.actors import Actor
from polybooru.library.errors import FilterNotFound, InvalidValue
from polybooru.library.images import MAX_ID
from polybooru.library.tags import find_tags
from polybooru.library.words import put_words
from polybooru.library.work import Reading, Work
from polybooru.search.language.tree import Nothing, Or, Query

HIDE = "hide"
SPOILER = "spoiler"
DEFAULT_NAME = "Default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter as stored; the complex queries may have several lines, any of which may match."""

    id: int
    name: str
    user_id: int | None
    is_system: bool
    is_public: bool
    hidden_tag_ids: tuple[int, ...]
    spoilered_tag_ids: tuple[int, ...]
    hidden_complex: str
    spoilered_complex: str


def find_filter(reading: Reading, actor: Actor, filter_id: int) -> Filter:
    """A filter that the caller may see and use: a system or public one, an own one, for staff any.

    Raises FilterNotFound.
    """
    row = None
    if 0 < filter_id <= MAX_ID:
        row = reading.execute(select(filters).where(filters.c.id == filter_id)).one_or_none()
    if row is None or not (
        row.is_system
        or row.is_public
        or (row.user_id is not None and row.user_id == actor.user_id)
        or actor.is_staff
    ):
        raise FilterNotFound(f"There is no filter {filter_id}.")
    return _filter(row, _tag_ids(reading, row.id))


def forced_filter(reading: Reading, user_id: int) -> Filter | None:
    """The filter that staff put on this user, whoever may see it otherwise."""
    statement = select(filters).join(users, users.c.forced_filter_id == filters.c.id)
    row = reading.execute(statement.where(users.c.id == user_id)).one_or_none()
    return None if row is None else _filter(row, _tag_ids(reading, row.id))


def current_filter(reading: Reading, actor: Actor, default_id: int) -> Filter:
    """The filter that applies where the request names none: the user's own choice, or the board's default."""
    if actor.current_filter_id is not None:
        try:
            return find_filter(reading, actor, actor.current_filter_id)
        except FilterNotFound:
            pass  # it was deleted, or is no longer public
    return find_filter(reading, actor, default_id)


def complex_query(text: str, parse: Callable[[str], Query]) -> Query:
    """The tree of a filter's query: each line a query of its own, joined by OR; empty matches nothing.

    parse: raises QueryError; deciding what a stored query that no longer parses means is the caller's.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    trees = [parse(line) for line in lines]
    match trees:
        case []:
            return Nothing()
        case [only]:
            return only
        case _:
            return Or(tuple(trees))


def seed_filters(work: Work, default_id: int, everything_id: int) -> None:
    """Make the two system filters under these ids; those already there stay as they are.

    Raises InvalidValue if a person's filter has the id.
    """
    system = [
        (default_id, DEFAULT_NAME, "The filter of everybody who has not chosen another."),
        (everything_id, "Everything", "Hides and spoilers nothing."),
    ]
    for filter_id, name, description in system:
        known = work.execute(
            select(filters.c.is_system).where(filters.c.id == filter_id)
        ).scalar_one_or_none()
        if known is False:
            raise InvalidValue("filter_id", f"Filter {filter_id} is somebody's own; choose another id.")
        if known is not None:
            continue
        work.execute(
            insert(filters),
            [
                {
                    "id": filter_id,
                    "name": name,
                    "folded_name": name.lower(),
                    "description": description,
                    "is_system": True,
                    "is_public": True,
                    "created_at": work.now,
                }
            ],
        )
        work.database.skip_ids(work.connection, filters)
        put_words(work, FILTER_WORDS, filter_id, description=description)
        if name == DEFAULT_NAME:
            _seed_default_tags(work, filter_id)


def _seed_default_tags(work: Work, filter_id: int) -> None:
    for names, effect in ((("explicit", "grotesque"), HIDE), (("questionable",), SPOILER)):
        work.execute(
            insert(filter_tags),
            [
                {"filter_id": filter_id, "tag_id": tag.id, "effect": effect}
                for tag in find_tags(work, names).values()
            ],
        )


def _tag_ids(reading: Reading, filter_id: int) -> Sequence[Row[tuple[int, str]]]:
    return reading.execute(
        select(filter_tags.c.tag_id, filter_tags.c.effect)
        .where(filter_tags.c.filter_id == filter_id)
        .order_by(filter_tags.c.tag_id)
    ).all()


def _filter(row: Row[tuple[object, ...]], listed: Sequence[Row[tuple[int, str]]]) -> Filter:
    return Filter(
        id=row.id,
        name=row.name,
        user_id=row.user_id,
        is_system=row.is_system,
        is_public=row.is_public,
        hidden_tag_ids=tuple(r.tag_id for r in listed if r.effect == HIDE),
        spoilered_tag_ids=tuple(r.tag_id for r in listed if r.effect == SPOILER),
        hidden_complex=row.hidden_complex,
        spoilered_complex=row.spoilered_complex,
    )
