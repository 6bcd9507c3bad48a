"""How often each image was given to somebody who asked for any: counted in memory, added to the rows later.

A write for each request would cost more than the request. What a process has not saved yet is lost if it is
killed, and what others have counted is seen after the next saving.

Counts are read and kept by blocks of neighbouring ids, eight bytes an image: those of all images of a board
are soon known, and a draw among a million then asks no rows.
"""

import threading
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import islice

import numpy as np
from sqlalchemy import BigInteger, bindparam, func, select

from polybooru.db import Database, joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import sightings
from polybooru.library.library import Library

_BLOCK_BITS = 8
_BLOCK = 1 << _BLOCK_BITS
_SAVED_AT_ONCE = 2_000
"""In one transaction: nobody who writes waits long."""
_ADDED_AT_ONCE = 200
"""By one statement: whoever answers requests meanwhile waits only while its rows are taken in."""
_ROWS = Prepared(
    select(sightings.c.image_id, sightings.c.times).where(
        sightings.c.image_id >= bindparam("first", type_=BigInteger()),
        sightings.c.image_id < bindparam("end", type_=BigInteger()),
    )
)


class Sightings:
    """Of one library, as one process sees them. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._blocks: dict[int, array[int]] = {}
        self._unsaved: Counter[int] = Counter()
        self._add = _adding(library.database)

    def of(self, image_ids: Sequence[int]) -> list[int]:
        """How often each was given."""
        with self._lock:
            return [self._block(image_id)[image_id % _BLOCK] for image_id in image_ids]

    def saw(self, image_ids: Sequence[int]) -> list[int]:
        """Count one for each; how often each was given, with this time."""
        found: list[int] = []
        with self._lock:
            for image_id in image_ids:
                block = self._block(image_id)
                block[image_id % _BLOCK] += 1
                found.append(block[image_id % _BLOCK])
            self._unsaved.update(image_ids)
        return found

    def save(self) -> None:
        """Add what was counted to the rows. Raises Unavailable; then it is kept for the next time."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, Counter()
        # In the order of the ids, as another process that saves too might wait for this one, and so that few
        # pages are written; as an array, as nobody could answer while Python sorts a hundred thousand.
        given = np.sort(np.fromiter(unsaved.elements(), np.int64, unsaved.total()))
        try:
            for at in range(0, len(given), _SAVED_AT_ONCE):
                portion: list[int] = given[at : at + _SAVED_AT_ONCE].tolist()
                self._save(portion)
                unsaved.subtract(portion)
        except BaseException:
            with self._lock:
                self._unsaved.update(+unsaved)
            raise

    def _save(self, portion: Sequence[int]) -> None:
        """Each of the ids counts once; one that was given often comes often."""
        ids = iter(portion)
        with self._library.work() as work:
            while asked := [*islice(ids, _ADDED_AT_ONCE)]:
                rows = work.run(self._add, **joined.asked(asked))
                with self._lock:
                    for image_id, times in rows:
                        block = self._blocks.get(image_id >> _BLOCK_BITS)
                        if block is not None:
                            block[image_id % _BLOCK] = times + self._unsaved[image_id]

    def _block(self, image_id: int) -> "array[int]":
        """That of the image. Under the lock, so that nothing is saved between the look and the keeping."""
        number = image_id >> _BLOCK_BITS
        block = self._blocks.get(number)
        if block is None:
            first = number << _BLOCK_BITS
            block = array("Q", bytes(_BLOCK * 8))
            with self._library.reading() as reading:
                for found_id, times in reading.run(_ROWS, first=first, end=first + _BLOCK):
                    block[found_id - first] = times
            self._blocks[number] = block
        return block


def _adding(database: Database) -> Prepared:
    """Add as often as an id is asked for; gives ids and how often each was given then."""
    given = joined.rows_asked()
    often = select(given.c.value, func.count()).group_by(given.c.value).order_by(given.c.value)
    added = database.insert(sightings).from_select(["image_id", "times"], often)
    times = sightings.c.times + added.excluded.times
    added = added.on_conflict_do_update(index_elements=["image_id"], set_={"times": times})
    return Prepared(added.returning(sightings.c.image_id, sightings.c.times))
