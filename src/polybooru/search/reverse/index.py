"""The reverse index: pictures near one picture, by brightness or by perceptual hash.

A replica like the image index: its owner loads it, tells it what changed, and lets one thread at a time
change it. Searching beside a change is safe; it sees the image before or after, or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from polybooru.search.reverse.base import Base
from polybooru.search.reverse.hash_tables import HashTables, distances
from polybooru.search.reverse.rows import LEVELS_PER_UNIT, Best, Row, Rows, level_of, levels_of
from polybooru.search.reverse.tail import Tail

_Kind = TypeVar("_Kind", bound=np.generic)
_SPREAD = 3  # by how much the window of a quadrant is wider than that of the aspect ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a picture is found by.

    intensities: north-west, north-east, south-west, south-east, with at most 6 decimals. aspect_ratio: width
    by height. perceptual_hash: 64 bits, unsigned.
    """

    intensities: tuple[float, float, float, float]
    aspect_ratio: float
    perceptual_hash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The nearest ids, nearest first and of equal ones the lowest first, and the number of all candidates."""

    ids: list[int]
    total: int


@dataclass(frozen=True, slots=True)
class _State:
    """All of it, replaced at once. gone: by image id, whether its row in the base no longer counts."""

    base: Base
    gone: NDArray[np.bool_]
    tail: Tail


class ReverseIndex:
    """See the module."""

    def __init__(self) -> None:
        self._state = _fresh(Base.of(Rows.empty()))

    def load(
        self,
        ids: NDArray[np.integer],
        intensities: NDArray[np.floating],
        aspect_ratios: NDArray[np.floating],
        hashes: NDArray[np.uint64],
    ) -> None:
        """Replace everything; 0.4 s a million.

        intensities: shape (n, 4), the others (n,). ids: in any order, without repeats.
        """
        rows = Rows(
            ids=ids.astype(np.uint32),
            levels=np.ascontiguousarray(levels_of(intensities.reshape(len(ids), 4)).T),
            aspects=aspect_ratios.astype(np.float64),
            hashes=hashes.astype(np.uint64),
        )
        self._state = _fresh(Base.of(rows))

    def put(self, image_id: int, found: Fingerprint) -> None:
        """Insert or replace an image; one that is known like this changes nothing."""
        if self.holds(image_id, found):
            return
        if self._state.tail.is_full:
            self._fold()
        self._outlive(image_id)
        self._state.tail.put(image_id, _row(found))

    def discard(self, image_id: int) -> None:
        """Remove an image; one that is not there changes nothing."""
        self._outlive(image_id)
        self._state.tail.discard(image_id)

    def holds(self, image_id: int, found: Fingerprint) -> bool:
        """Whether this is what is known of the image."""
        state, row = self._state, _row(found)
        known = state.tail.row(image_id)
        if known is None and image_id < len(state.gone) and not state.gone[image_id]:
            known = state.base.row(image_id, row.levels)
        return known == row

    @property
    def ids(self) -> NDArray[np.uint32]:
        """Those of all images, ascending."""
        return np.sort(_living(self._state).ids)

    def near_picture(
        self, intensities: Sequence[float], aspect_ratio: float, *, distance: float, limit: int
    ) -> Matches:
        """Images whose quadrants differ by at most 3 times the distance, whose aspect ratio by the distance.

        By the sum of the five squared differences. Wide windows, and libraries full of one picture, cost as
        much as a look at every image in the cells of the window, in portions: some 14 ns an image.
        Source of the rule: docs/reference/philomena.md, reverse search.
        """
        state, best = self._state, Best(limit)
        wanted = _Wanted(
            levels=tuple(map(level_of, intensities)),
            aspect_ratio=aspect_ratio,
            window=round(_SPREAD * distance * LEVELS_PER_UNIT),
            distance=distance,
        )
        for places in state.base.around(wanted.levels, wanted.window):
            rows = state.base.rows.at(places)
            wanted.take(best, rows, ~state.gone[rows.ids])
        rows = state.tail.view()
        wanted.take(best, rows, np.ones(len(rows), np.bool_))
        return Matches(ids=best.ids, total=best.total)

    def near_hash(self, perceptual_hash: int, *, bits: int, limit: int) -> Matches:
        """Images whose hash differs in at most so many bits, by their number.

        Exact. Over 15 bits, or where one picture fills the library, every hash is looked at, 6 ns each.
        """
        state, best = self._state, Best(limit)
        hashes = state.base.rows.hashes
        for places in state.base.hash_tables.around(hashes, perceptual_hash, bits):
            ids = state.base.rows.ids[places]
            _take_close(best, ids, distances(hashes[places], perceptual_hash), bits, ~state.gone[ids])
        rows = state.tail.view()
        differing = distances(rows.hashes, perceptual_hash)
        _take_close(best, rows.ids, differing, bits, np.ones(len(rows), np.bool_))
        return Matches(ids=best.ids, total=best.total)

    def dump(self) -> dict[str, NDArray[np.generic]]:
        """Plain arrays from which `restore` makes the same again without sorting."""
        self._fold()
        base = self._state.base
        return {
            "ids": base.rows.ids,
            "levels": base.rows.levels,
            "aspects": base.rows.aspects,
            "hashes": base.rows.hashes,
            "hash_places": base.hash_tables.places,
            "hash_starts": base.hash_tables.starts,
        }

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Replace everything by what `dump` gave; the arrays are kept and may be read-only.

        Raises ValueError, KeyError if they are not what `dump` gives; what is in them is taken on trust.
        """
        rows = Rows(
            ids=_checked(arrays, "ids", np.uint32),
            levels=_checked(arrays, "levels", np.int32),
            aspects=_checked(arrays, "aspects", np.float64),
            hashes=_checked(arrays, "hashes", np.uint64),
        )
        places = _checked(arrays, "hash_places", np.uint32)
        starts = _checked(arrays, "hash_starts", np.uint32)
        count = len(rows)
        lengths = {
            rows.levels.shape == (4, count),
            places.shape == (4, count),
            starts.shape == (4, 2**16 + 1),
        }
        if lengths != {True} or {rows.aspects.shape, rows.hashes.shape} != {(count,)}:
            raise ValueError("these arrays do not belong together")
        self._state = _fresh(Base.sorted(rows, HashTables(places=places, starts=starts)))

    def memory_bytes(self) -> int:
        """Bytes of all arrays."""
        state = self._state
        return state.base.memory_bytes() + state.gone.nbytes + state.tail.memory_bytes()

    def _outlive(self, image_id: int) -> None:
        if image_id < len(self._state.gone):
            self._state.gone[image_id] = True

    def _fold(self) -> None:
        state = self._state
        if len(state.tail.view()) or state.gone.any():
            self._state = _fresh(Base.of(_living(state)))


def _fresh(base: Base) -> _State:
    ids = base.rows.ids
    return _State(base, np.zeros(int(ids.max()) + 1 if len(ids) else 0, np.bool_), Tail())


def _living(state: _State) -> Rows:
    rows = state.base.rows
    return rows.at(np.flatnonzero(~state.gone[rows.ids])).followed_by(state.tail.view())


def _row(found: Fingerprint) -> Row:
    return Row(tuple(map(level_of, found.intensities)), found.aspect_ratio, found.perceptual_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A picture, and how far others may be. window: in levels."""

    levels: tuple[int, ...]
    aspect_ratio: float
    window: int
    distance: float

    def take(self, best: Best, rows: Rows, counting: NDArray[np.bool_]) -> None:
        """Those of the rows that are near enough. counting: shape (n,), changed."""
        apart = rows.levels - np.array(self.levels, np.int32)[:, None]
        stretched = rows.aspects - self.aspect_ratio
        counting &= (np.abs(apart) <= self.window).all(axis=0)
        counting &= np.abs(stretched) <= self.distance
        ids = rows.ids
        if not counting.all():
            ids, apart, stretched = ids[counting], apart.compress(counting, axis=1), stretched[counting]
        squares = np.square(apart, dtype=np.float64).sum(axis=0)  # whole numbers below 2 ** 53, so exact
        best.take(ids, squares / LEVELS_PER_UNIT**2 + stretched**2)


def _take_close(
    best: Best, ids: NDArray[np.uint32], differing: NDArray[np.uint8], bits: int, counting: NDArray[np.bool_]
) -> None:
    counting &= differing <= bits
    best.take(ids[counting], differing[counting].astype(np.float64))


def _checked(arrays: Mapping[str, NDArray[np.generic]], name: str, kind: type[_Kind]) -> NDArray[_Kind]:
    array = arrays[name]
    if array.dtype != np.dtype(kind):
        raise ValueError(f"{name} is of another kind")
    return array.astype(kind, copy=False)
