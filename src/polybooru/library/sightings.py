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

from sqlalchemy import BigInteger, bindparam, func, select

from polybooru.db import joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import sightings
from polybooru.library.library import Library

_BLOCK_BITS = 8
_BLOCK = 1 << _BLOCK_BITS
_SAVED_AT_ONCE = 2_000
"""In one transaction: nobody who writes waits long."""
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
        # In the order of the ids, as another process that saves too might wait for this one.
        given = iter(sorted(unsaved.elements()))
        try:
            while portion := [*islice(given, _SAVED_AT_ONCE)]:
                self._save(portion)
                unsaved.subtract(portion)
        except BaseException:
            with self._lock:
                self._unsaved.update(+unsaved)
            raise

    def _save(self, portion: Sequence[int]) -> None:
        """Each of the ids counts once; one that was given often comes often."""
        given = joined.rows_asked()
        added = self._library.database.insert(sightings)
        added = added.from_select(
            ["image_id", "times"],
            select(given.c.value, func.count()).group_by(given.c.value).order_by(given.c.value),
        )
        added = added.on_conflict_do_update(
            index_elements=["image_id"], set_={"times": sightings.c.times + added.excluded.times}
        ).returning(sightings.c.image_id, sightings.c.times)
        with self._library.work() as work:
            rows = work.connection.execute(added, joined.asked(portion)).all()
        with self._lock:
            for row in rows:
                block = self._blocks.get(row.image_id >> _BLOCK_BITS)
                if block is not None:
                    block[row.image_id % _BLOCK] = row.times + self._unsaved[row.image_id]

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
