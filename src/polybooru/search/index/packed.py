"""The way back from an image to its keys: sorted lists of integers, packed.

Needed only to replace or remove an image, so small rather than fast: the gaps between ascending keys, seven
bits a byte, the lists of 64 neighbouring images in one `bytes`: a byte and a half a key of a tagged library.
A list is read or replaced by copying its block, a few thousand bytes.
"""

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from polybooru.search.index.bitmaps import Ids
from polybooru.search.index.snapshot import SnapshotReader, SnapshotWriter

_BLOCK_BITS = 6
_BLOCK = 1 << _BLOCK_BITS
_MORE = 128
_BYTE = 255
_WIDTHS = ((1, "B"), (2, "H"), (4, "I"))
_BYTES_OF_A_KEY = 5


class PackedLists:
    """One ascending list of keys (0..2^32-1) for each image.

    A block: one byte that says how wide the lengths are, the 64 lengths in bytes, the lists.
    """

    __slots__ = ("_blocks",)

    def __init__(self) -> None:
        self._blocks: dict[int, bytes] = {}

    def dump(self, into: SnapshotWriter) -> None:
        """Write all that is needed to restore it."""
        into.array("blocks", np.array([*self._blocks], np.uint32))
        into.pieces("lists", self._blocks.values())

    def restore(self, source: SnapshotReader) -> None:
        """Become what was dumped."""
        blocks: list[int] = source.array("blocks").tolist()
        self._blocks.update(zip(blocks, map(bytes, source.pieces("lists")), strict=True))

    def keys(self, image_id: int) -> list[int]:
        """The keys of an image, ascending."""
        block = self._blocks.get(image_id >> _BLOCK_BITS)
        if block is None:
            return []
        start, end = _place(block, image_id & (_BLOCK - 1))
        return _unpacked(block[start:end])

    def set(self, image_id: int, keys: Iterable[int]) -> None:
        """Give the image these ascending keys and no others."""
        self._splice(image_id, _packed(keys))

    def load(self, ids: Ids, keys: NDArray[np.uint32]) -> None:
        """Give keys to images that have none: pairs ascending by image, then by key, without repeats."""
        gaps = keys.copy()
        starts = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
        gaps[1:] -= keys[:-1]
        gaps[starts] = keys[starts]
        widths = np.ones(len(gaps), np.uint8)
        for place in range(1, _BYTES_OF_A_KEY):
            widths += gaps >= np.uint32(1 << 7 * place)
        ends = np.cumsum(widths, dtype=np.int64)
        packed = np.empty(int(ends[-1]), np.uint8)
        for place in range(_BYTES_OF_A_KEY):
            wide = np.flatnonzero(widths > place)
            more = np.where(widths[wide] > place + 1, np.uint8(_MORE), np.uint8(0))
            packed[ends[wide] - widths[wide] + place] = (gaps[wide] >> np.uint32(7 * place)) & 127 | more
        lengths = np.add.reduceat(widths, starts, dtype=np.int64)
        self._load(ids[starts], lengths, packed.tobytes())

    def memory_bytes(self) -> int:
        """Bytes of all blocks, with what an object costs besides."""
        return sum(len(block) + 120 for block in self._blocks.values())

    def _load(self, ids: Ids, lengths: NDArray[np.int64], packed: bytes) -> None:
        blocks = ids >> _BLOCK_BITS
        firsts = np.flatnonzero(np.concatenate(([True], blocks[1:] != blocks[:-1])))
        ends = np.concatenate(([0], np.cumsum(lengths)))
        for first, last in zip(firsts.tolist(), [*firsts[1:].tolist(), len(ids)], strict=True):
            number = int(blocks[first])
            if number in self._blocks:
                for place in range(first, last):
                    self._splice(int(ids[place]), packed[ends[place] : ends[place + 1]])
                continue
            row = np.zeros(_BLOCK, np.int64)
            row[ids[first:last] & (_BLOCK - 1)] = lengths[first:last]
            self._blocks[number] = _head(row.tolist()) + packed[ends[first] : ends[last]]

    def _splice(self, image_id: int, packed: bytes) -> None:
        number, place = image_id >> _BLOCK_BITS, image_id & (_BLOCK - 1)
        block = self._blocks.get(number)
        if block is None:
            if packed:
                lengths = [0] * _BLOCK
                lengths[place] = len(packed)
                self._blocks[number] = _head(lengths) + packed
            return
        start, end = _place(block, place)
        body = 1 + block[0] * _BLOCK
        if block[0] == 1 and len(packed) <= _BYTE:  # as a rule, and then the other lengths stay as they are
            head = b"%b%c%b" % (block[: 1 + place], len(packed), block[2 + place : body])
        else:
            lengths = _lengths(block)
            lengths[place] = len(packed)
            head = _head(lengths)
        if len(block) + len(packed) == body + end - start:
            del self._blocks[number]
        else:
            self._blocks[number] = head + block[body:start] + packed + block[end:]


def _head(lengths: list[int]) -> bytes:
    most = max(lengths)
    width, code = next((width, code) for width, code in _WIDTHS if most < 1 << 8 * width)
    return bytes((width,)) + array(code, lengths).tobytes()


def _lengths(block: bytes) -> list[int]:
    width = block[0]
    return array(dict(_WIDTHS)[width], block[1 : 1 + width * _BLOCK]).tolist()


def _place(block: bytes, place: int) -> tuple[int, int]:
    """Where the list at this place begins and ends."""
    lengths = block[1 : 1 + _BLOCK] if block[0] == 1 else _lengths(block)
    start = 1 + block[0] * _BLOCK + sum(lengths[:place])
    return start, start + lengths[place]


def _packed(keys: Iterable[int]) -> bytes:
    packed = bytearray()
    last = 0
    for key in keys:
        gap, last = key - last, key
        while gap >= _MORE:
            packed.append(gap & 127 | _MORE)
            gap >>= 7
        packed.append(gap)
    return bytes(packed)


def _unpacked(packed: bytes) -> list[int]:
    keys: list[int] = []
    key = gap = shift = 0
    for byte in packed:
        if byte >= _MORE:
            gap |= (byte & 127) << shift
            shift += 7
        else:
            key += gap | byte << shift
            keys.append(key)
            gap = shift = 0
    return keys
