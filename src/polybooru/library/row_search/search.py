"""Runs a search over rows: text and rights become one statement, which gives ids and their number."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy import text as text_clause

from polybooru.db.time_limit import TookTooLong, time_limit
from polybooru.library.actors import Actor
from polybooru.library.errors import FilterNotFound, InvalidQuery, QueryTooExpensive
from polybooru.library.filters import current_filter, find_filter, forced_filter
from polybooru.library.image_fields import Viewer
from polybooru.library.library import Library
from polybooru.library.row_search.comment_search import CommentSearch
from polybooru.library.row_search.comments import comments_for
from polybooru.library.row_search.filters import filters_for
from polybooru.library.row_search.galleries import galleries_for
from polybooru.library.row_search.noun import Noun
from polybooru.library.row_search.posts import posts_for
from polybooru.library.row_search.tags import tags_for_all
from polybooru.library.work import Reading
from polybooru.search.index import Page
from polybooru.search.language.fields import QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import Nothing, Query, leaves_of
from polybooru.search.sql.conditions import selection
from polybooru.search.sql.errors import TooBroad

_LAST_OFFSET = 2**31
"""Nothing lies behind it, and both databases can count to it."""


class RowSearch:
    """Search over the rows of one library.

    Every method gives the ids of one page, and the exact number of all that match and that the caller may
    find. Raises InvalidQuery, QueryTooExpensive.
    """

    def __init__(self, library: Library, limits: Limits, *, seconds: float = 2.0) -> None:
        self._library = library
        self._limits = limits
        self._seconds = seconds
        self._is_sqlite = library.database.is_sqlite
        self._comments = CommentSearch(library)

    def comments(
        self, actor: Actor, text: str, *, offset: int, limit: int, filter_id: int | None = None
    ) -> Page:
        """filter_id: the filter to apply instead of the caller's own, if the caller may use it."""
        with self._library.reading() as reading:
            filter_ids = _filter_ids(reading, actor, filter_id, self._library.policy.default_filter_id)
        viewer = _viewer(actor)
        noun = comments_for(viewer, filter_ids, is_sqlite=self._is_sqlite)
        query = self._parse(noun, text)
        columns = None if isinstance(query, Nothing) else self._comments.columns_for(query)
        if columns is None:
            return self._page(noun, query, offset, limit)
        with self._bounded() as reading:
            return self._comments.find(
                reading,
                columns,
                noun,
                query,
                viewer,
                filter_ids,
                sees_hidden=_reveals(noun, query),
                offset=offset,
                limit=limit,
            )

    def posts(self, actor: Actor, text: str, *, offset: int, limit: int) -> Page:
        """Of forums that everybody reads."""
        return self._found(posts_for(_viewer(actor), is_sqlite=self._is_sqlite), text, offset, limit)

    def galleries(self, actor: Actor, text: str, *, offset: int, limit: int) -> Page:
        """Of everybody."""
        return self._found(galleries_for(_viewer(actor), is_sqlite=self._is_sqlite), text, offset, limit)

    def tags(self, text: str, *, offset: int, limit: int) -> Page:
        """Aliases too; the same for every caller."""
        return self._found(tags_for_all(is_sqlite=self._is_sqlite), text, offset, limit)

    def filters(self, actor: Actor, text: str, *, offset: int, limit: int) -> Page:
        """Public ones, system filters and the caller's own."""
        return self._found(filters_for(_viewer(actor), is_sqlite=self._is_sqlite), text, offset, limit)

    def _found(self, noun: Noun, text: str, offset: int, limit: int) -> Page:
        return self._page(noun, self._parse(noun, text), offset, limit)

    def _parse(self, noun: Noun, text: str) -> Query:
        try:
            return parse(text, noun.fields, self._limits)
        except QueryError as error:
            raise InvalidQuery(error.message, error.column) from error

    def _page(self, noun: Noun, query: Query, offset: int, limit: int) -> Page:
        if isinstance(query, Nothing):
            return Page(ids=[], total=0)
        with self._bounded() as reading:
            return _found(reading, noun, query, offset, limit)

    @contextmanager
    def _bounded(self) -> Generator[Reading]:
        """A look at the rows that may not take long. Raises QueryTooExpensive."""
        with self._library.reading() as reading:
            # Every shape of query is another statement: SQLAlchemy would keep them, some megabytes large.
            reading.connection.execution_options(compiled_cache=None)
            if not reading.is_sqlite:
                # Compiling the largest conditions takes it half a minute, and no limit stops that.
                reading.execute(text_clause("SET LOCAL jit = off"))
            try:
                with time_limit(reading.connection, self._seconds):
                    yield reading
            except TookTooLong as error:
                raise QueryTooExpensive(
                    f"The query takes longer than {self._seconds:g} seconds. Ask for less at once."
                ) from error
            except TooBroad as error:
                raise QueryTooExpensive(str(error)) from error


def _viewer(actor: Actor) -> Viewer:
    return Viewer(user_id=actor.user_id, is_staff=actor.is_staff)


def _filter_ids(reading: Reading, actor: Actor, filter_id: int | None, default_id: int) -> list[int]:
    """The filter that applies to this request, and the one that staff forced on the caller."""
    forced = forced_filter(reading, actor.user_id) if actor.user_id is not None else None
    try:
        chosen = find_filter(reading, actor, filter_id or 0)
    except FilterNotFound:  # clients also send ids of other boards blindly
        chosen = current_filter(reading, actor, default_id)
    return [chosen.id] if forced is None else [chosen.id, forced.id]


def _found(reading: Reading, noun: Noun, query: Query, offset: int, limit: int) -> Page:
    meant = selection(query, noun.answers, reading.connection, reading.now)
    rows = noun.rows
    for place in meant.joined:
        rows = rows.outerjoin(place.table, place.key == place.link)
    visible = noun.visible_when_asked if _reveals(noun, query) else noun.visible
    matching = select(noun.id.label("id"), noun.sort.value.label("sorted_by"))
    # Read once, to be counted and to be sorted: a search costs as much as its matches do.
    found = (
        matching.select_from(rows).where(*visible, meant.condition).cte("found").prefix_with("MATERIALIZED")
    )
    total = select(func.count()).select_from(found)
    first, second = (
        value.desc() if is_descending else value
        for value, is_descending in (
            (found.c.sorted_by, noun.sort.is_descending),
            (found.c.id, noun.sort.is_id_descending),
        )
    )
    page = select(found.c.id, total.scalar_subquery()).order_by(first, second).limit(limit)
    rows_found = reading.execute(page.offset(min(offset, _LAST_OFFSET))).all()
    if rows_found:
        return Page(ids=[row[0] for row in rows_found], total=rows_found[0][1])
    return Page(ids=[], total=reading.execute(total).scalar_one() if offset else 0)


def _reveals(noun: Noun, query: Query) -> bool:
    """Whether the query names a field that calls for what is hidden."""
    return any(getattr(leaf, "field", None) in noun.reveals for leaf in leaves_of(query))
