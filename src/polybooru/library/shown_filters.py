"""Filters as whoever may see them reads them, with how many people use each.

Neighbours: `filters` (who may see and use one), `filter_edits` (the verbs), `row_search` (which ids).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, func, select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import filter_tags, filters, users
from polybooru.library.actors import Actor
from polybooru.library.errors import FilterNotFound
from polybooru.library.filters import HIDE, SPOILER
from polybooru.library.images import MAX_ID
from polybooru.library.kept import Kept
from polybooru.library.library import Library
from polybooru.library.shown_forums import Listed, clamped_offset
from polybooru.library.work import Reading


class ShownFilter(msgspec.Struct, frozen=True, gc=False):
    """One filter. user_id: whose it is, None for nobody's; user_count: people whose current filter it is."""

    id: int
    name: str
    description: str
    user_id: int | None
    is_system: bool
    is_public: bool
    hidden_complex: str
    spoilered_complex: str
    hidden_tag_ids: Sequence[int]
    spoilered_tag_ids: Sequence[int]
    user_count: int


_CHOICES = frozenset({"user", "preferences", "filter"})
"""Changes of these kinds alter who uses which filter."""
_PLAIN = ShownFilter.__struct_fields__[:8]
_HIDDEN, _COUNT = len(_PLAIN), len(_PLAIN) + 2


def _listed(effect: str) -> Any:
    of = and_(filter_tags.c.filter_id == filters.c.id, filter_tags.c.effect == effect)
    return select(joined.joined_numbers(filter_tags.c.tag_id)).where(of).scalar_subquery()


_IS_USED = and_(users.c.current_filter_id == filters.c.id, users.c.deactivated_at.is_(None))
_ROWS = select(
    *(filters.c[name] for name in _PLAIN),
    _listed(HIDE),
    _listed(SPOILER),
    select(func.count()).where(_IS_USED).select_from(users).scalar_subquery(),
)
_BY_ID = Prepared(_ROWS.where(joined.among_asked(filters.c.id)))
_HAS_NONE = and_(users.c.current_filter_id.is_(None), users.c.deactivated_at.is_(None))
_WITHOUT = Prepared(select(func.count()).select_from(users).where(_HAS_NONE))


def _page(condition: ColumnElement[bool]) -> tuple[Prepared, Prepared]:
    page = _ROWS.where(condition).order_by(filters.c.id)
    counted = select(func.count()).select_from(filters).where(condition)
    return Prepared(counted), Prepared(page.limit(bindparam("size")).offset(bindparam("start")))


_SYSTEM = _page(filters.c.is_system)
_OWN = _page(filters.c.user_id == bindparam("user"))


class ShownFilters:
    """The filters of one library, as they are read."""

    def __init__(self, library: Library) -> None:
        self._default_id = library.policy.default_filter_id
        self._without: Kept[None, int] = Kept(library.replica, is_stale=_CHOICES.__contains__, most=1)

    def find(self, reading: Reading, actor: Actor, filter_id: int) -> ShownFilter:
        """One that the caller may see: a system or public one, an own one, for staff any.

        Raises FilterNotFound.
        """
        rows = reading.run(_BY_ID, **joined.asked([filter_id])) if 0 < filter_id <= MAX_ID else []
        for found in self._shown(reading, rows):
            is_own = found.user_id is not None and found.user_id == actor.user_id
            if found.is_system or found.is_public or is_own or actor.is_staff:
                return found
        raise FilterNotFound(f"There is no filter {filter_id}.")

    def load(self, reading: Reading, filter_ids: Iterable[int]) -> dict[int, ShownFilter]:
        """Filters by id, whoever may see them; unknown ids are left out. Cost: one statement."""
        rows = reading.run(_BY_ID, **joined.asked(filter_ids))
        return {found.id: found for found in self._shown(reading, rows)}

    def of_system(self, reading: Reading, *, page: int, limit: int) -> Listed[ShownFilter]:
        """The board's own, by id. page: from 1; one past the end is the last page."""
        return self._list(reading, _SYSTEM, page, limit)

    def of_user(self, reading: Reading, user_id: int, *, page: int, limit: int) -> Listed[ShownFilter]:
        """Of one person, by id. page: as for `of_system`."""
        return self._list(reading, _OWN, page, limit, user=user_id)

    def _list(
        self, reading: Reading, statements: tuple[Prepared, Prepared], page: int, limit: int, **values: int
    ) -> Listed[ShownFilter]:
        counted, wanted = statements
        [(total,)] = reading.run(counted, **values)
        rows = reading.run(wanted, size=limit, start=clamped_offset(page, limit, total), **values)
        return Listed(shown=self._shown(reading, rows), total=total)

    def _shown(self, reading: Reading, rows: Iterable[tuple[Any, ...]]) -> list[ShownFilter]:
        found: list[ShownFilter] = []
        for row in rows:
            fields = [*row]
            fields[_HIDDEN:_COUNT] = (sorted(joined.read_numbers(listed)) for listed in row[_HIDDEN:_COUNT])
            if row[0] == self._default_id:  # theirs too who have chosen none: a look at all people
                fields[_COUNT] += self._without.find(None, lambda: int(reading.run(_WITHOUT)[0][0]))
            found.append(ShownFilter(*fields))
        return found
