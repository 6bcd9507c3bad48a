"""Between bitmaps and numpy arrays of ids, by whole buffers.

`BitMap(numpy_array)` would walk the array element by element; `array.array` goes over in one call, eight
times faster.
"""

from array import array
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Ids: TypeAlias = NDArray[np.uint32]

EMPTY = BitMap()
"""Shared; never changed."""


def ids_of(bitmap: BitMap) -> Ids:
    """The members, ascending; a fresh array."""
    return np.asarray(bitmap.to_array(), dtype=np.uint32)


def bitmap_of(ids: Ids) -> BitMap:
    """The set of these ids; fastest when they ascend."""
    buffer = array("I")
    buffer.frombytes(np.ascontiguousarray(ids, dtype=np.uint32).tobytes())
    return BitMap(buffer)


def memory_of(bitmap: BitMap) -> int:
    """Bytes of the containers plus what an object and its allocations cost besides, roughly."""
    statistics = bitmap.get_statistics()
    containers = (
        statistics["n_bytes_array_containers"]
        + statistics["n_bytes_run_containers"]
        + statistics["n_bytes_bitset_containers"]
    )
    return containers + 120 + 32 * statistics["n_containers"]
