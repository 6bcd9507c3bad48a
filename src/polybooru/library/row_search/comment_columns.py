"""What a search of comments needs of each, in memory: its image, when it was made, who may find it.

A board has more comments than anything else but tags, and nearly every search of them asks of each found one
whether its image is hidden, by staff or by a filter: in SQL a look at three tables for each. Here it is one
look at a bitmap for all. Read at the first search, then kept true by the change log.
Neighbours: `comment_search` (asks), the replica (tells of changes).
"""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, case, func, literal, select, type_coerce

from polybooru.db import Change, joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import comments
from polybooru.library.library import Library
from polybooru.library.work import Reading

MOST = 2_000_000
"""More comments than these are not kept, as each process would hold 21 bytes of each."""
HIDDEN, DESTROYED, WAITING = 1, 2, 4
_STATE = sum(
    (
        case((comments.c.hidden_from_users, HIDDEN), else_=0),
        case((comments.c.is_destroyed, DESTROYED), else_=0),
        case((comments.c.is_approved, 0), else_=WAITING),
    ),
    start=literal(0),
)
_ROWS = select(
    comments.c.id, comments.c.image_id, type_coerce(comments.c.created_at, BigInteger), _STATE
).order_by(comments.c.id)
_ALL = Prepared(_ROWS)
_SOME = Prepared(_ROWS.where(joined.among_asked(comments.c.id)))
_COUNT = Prepared(select(func.count()).select_from(comments))
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Comments in the order of their ids; never changed, only replaced.

    created: microseconds since 1970. state: of `HIDDEN`, `DESTROYED` and `WAITING`.
    is_ordered: whether the order of ids is that of creation.
    """

    ids: NDArray[np.int64]
    images: NDArray[np.int32]
    created: NDArray[np.int64]
    state: NDArray[np.uint8]
    is_ordered: bool

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, found: NDArray[np.int64]) -> NDArray[np.intp]:
        """Of these ids those that are here, as places."""
        if not len(self.ids):
            return np.zeros(0, np.intp)
        places = np.minimum(np.searchsorted(self.ids, found), len(self.ids) - 1)
        known: NDArray[np.intp] = places[self.ids[places] == found]
        return known


class CommentColumns:
    """The columns of one library. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._columns: Columns | None = None
        self._stale: set[int] = set()
        library.replica.listen(self._hear)

    def current(self) -> Columns | None:
        """With all changes that this process has heard of; None where there are too many comments.

        Cost: of the first call a look at every comment, of others one at those that changed.
        """
        with self._lock:
            with self._library.replica.lock:
                stale, self._stale = self._stale, set()
                known = self._columns
            try:
                # Begun after that: what the look does not see yet will be heard of.
                with self._library.reading() as reading:
                    found = _read(reading) if known is None or 0 in stale else _renewed(reading, known, stale)
            except BaseException:
                with self._library.replica.lock:
                    self._stale |= stale
                raise
            self._columns = found
            return found

    def _hear(self, batch: Sequence[Change]) -> None:
        for change in batch:
            if change.kind == "comment":
                self._stale.add(change.object_id)
            elif change.object_id == 0:  # everything may have changed
                self._stale.add(0)


def _read(reading: Reading) -> Columns | None:
    [(count,)] = reading.run(_COUNT)
    return _columns(reading.run(_ALL)) if count <= MOST else None


def _renewed(reading: Reading, known: Columns, stale: Collection[int]) -> Columns | None:
    if not stale:
        return known
    wanted = sorted(stale)
    rows: list[Any] = []
    for start in range(0, len(wanted), _AT_ONCE):
        rows += reading.run(_SOME, **joined.asked(wanted[start : start + _AT_ONCE]))
    fresh = _columns(rows)
    kept = ~np.isin(known.ids, np.array(wanted, np.int64), kind="sort")
    if len(known) + len(fresh) > MOST:
        return None
    ids = np.concatenate([known.ids[kept], fresh.ids])
    order = np.argsort(ids, kind="stable")
    created = np.concatenate([known.created[kept], fresh.created])[order]
    return Columns(
        ids=ids[order],
        images=np.concatenate([known.images[kept], fresh.images])[order],
        created=created,
        state=np.concatenate([known.state[kept], fresh.state])[order],
        is_ordered=_is_ordered(created),
    )


def _columns(rows: Sequence[Any]) -> Columns:
    table = np.array(rows, np.int64).reshape(-1, 4)
    ids, images, created, state = (np.ascontiguousarray(column) for column in table.T)
    return Columns(
        ids=ids,
        images=images.astype(np.int32),
        created=created,
        state=state.astype(np.uint8),
        is_ordered=_is_ordered(created),
    )


def _is_ordered(created: NDArray[np.int64]) -> bool:
    return bool(np.all(created[1:] >= created[:-1]))
