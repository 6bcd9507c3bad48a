"""What changed since the base was made: in no order, looked through by every search."""

import numpy as np

from polybooru.search.reverse.rows import Row, Rows

MOST = 65_536
"""Looking through so many takes about 0.1 ms, for either search."""

_LEAST = 1_024


class Tail:
    """Rows in the order of their changes, of which an image's last one counts.

    A row is never changed, only outlived: whoever looks at a `view` may go on while another thread writes.
    """

    def __init__(self) -> None:
        self._rows = Rows.empty(_LEAST)
        self._counts = np.zeros(_LEAST, np.bool_)
        self._used = 0
        self._places: dict[int, int] = {}

    @property
    def is_full(self) -> bool:
        """Whether the next row has to wait for a new base."""
        return self._used >= MOST

    def view(self) -> Rows:
        """The rows that count."""
        used, counts, rows = self._used, self._counts, self._rows  # in the order opposite to that of `put`
        return rows.at(np.flatnonzero(counts[:used]))

    def put(self, image_id: int, row: Row) -> None:
        """Add one image, or replace it; the tail is not full."""
        self.discard(image_id)
        if self._used == len(self._rows):
            self._rows = self._rows.followed_by(Rows.empty(self._used))
            self._counts = np.concatenate((self._counts, np.zeros(self._used, np.bool_)))
        self._rows.set(self._used, image_id, row)
        self._counts[self._used] = True
        self._places[image_id] = self._used
        self._used += 1

    def discard(self, image_id: int) -> None:
        """An image that is not there changes nothing."""
        place = self._places.pop(image_id, None)
        if place is not None:
            self._counts[place] = False

    def row(self, image_id: int) -> Row | None:
        """The one that counts, if there is one."""
        place = self._places.get(image_id)
        return None if place is None else self._rows.row(place)

    def memory_bytes(self) -> int:
        """Bytes of arrays and table, roughly."""
        return self._rows.memory_bytes() + self._counts.nbytes + 100 * len(self._places)
