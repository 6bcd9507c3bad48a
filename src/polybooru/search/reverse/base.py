"""The bulk of the library, never changed: sorted by cell of brightness, with tables of the hashes.

The cells are a grid of 128 to each of the four quadrants, 2 units of brightness wide, the last one open
upwards. The images of a window are in a few runs of neighbouring cells, found by bisection; nothing is kept
for the cells themselves, nearly all of which are empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np
from numpy.typing import NDArray

from polybooru.search.reverse.hash_tables import HashTables
from polybooru.search.reverse.rows import LEVELS_PER_UNIT, Places, Row, Rows, pieces

_SIDE = 128
_CELL_LEVELS = 2 * LEVELS_PER_UNIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """rows: by cell, in a cell by id. cells: of each row, ascending; shape (n,)."""

    rows: Rows
    cells: NDArray[np.uint32]
    hash_tables: HashTables

    @classmethod
    def of(cls, rows: Rows) -> Self:
        """Sorts, 0.4 s a million."""
        order = np.lexsort((rows.ids, _cells(rows.levels)))
        return cls.sorted(rows.at(order), HashTables.of(rows.hashes[order]))

    @classmethod
    def sorted(cls, rows: Rows, hash_tables: HashTables) -> Self:
        """Of rows that were sorted by `of`, with their tables."""
        return cls(rows=rows, cells=_cells(rows.levels), hash_tables=hash_tables)

    def around(self, levels: Sequence[int], window: int) -> Iterator[Places | slice]:
        """Places of rows, among them all whose four levels are within the window of these; in portions."""
        lowest = [_cell(level - window) for level in levels]
        highest = [_cell(level + window) for level in levels]
        axes = [
            np.arange(low, high + 1) * _SIDE**power
            for low, high, power in zip(lowest[:3], highest[:3], (3, 2, 1), strict=True)
        ]
        lines = np.asarray(reduce(np.add.outer, axes), np.int64).ravel()
        cells = np.concatenate((lines + lowest[3], lines + highest[3] + 1)).astype(np.uint32)
        starts, ends = np.split(np.searchsorted(self.cells, cells), 2)
        some = ends > starts
        return pieces(starts[some], ends[some])

    def row(self, image_id: int, levels: Sequence[int]) -> Row | None:
        """The image, if it has levels of the same cell."""
        cell = reduce(lambda cells, level: cells * _SIDE + _cell(level), levels, 0)
        start, end = np.searchsorted(self.cells, np.array((cell, cell + 1), np.uint32)).tolist()
        place: int = start + int(np.searchsorted(self.rows.ids[start:end], np.uint32(image_id)))
        return self.rows.row(place) if place < end and self.rows.ids[place] == image_id else None

    def memory_bytes(self) -> int:
        """Bytes of the arrays."""
        return self.rows.memory_bytes() + self.cells.nbytes + self.hash_tables.memory_bytes()


def _cell(level: int) -> int:
    return min(max(level // _CELL_LEVELS, 0), _SIDE - 1)


def _cells(levels: NDArray[np.int32]) -> NDArray[np.uint32]:
    """levels: shape (4, n)."""
    cells = np.zeros(levels.shape[1], np.uint32)
    for axis in levels:
        cells *= np.uint32(_SIDE)
        cells += np.minimum(axis // _CELL_LEVELS, _SIDE - 1).astype(np.uint32)
    return cells
