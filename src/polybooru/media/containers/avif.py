"""AVIF: ISO boxes.

Items are found by absolute offsets, so metadata are blanked where they stand and nothing moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from polybooru.media.errors import CorruptFile

_KNOWN = frozenset({b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip"})
_METADATA_ITEMS = frozenset({b"Exif", b"mime", b"uri "})
_METADATA_BOXES = frozenset({b"udta", b"meta"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def clean(data: bytes) -> bytes:
    """Blanks EXIF and XMP items and unknown boxes; cuts what follows the last known box."""
    boxes = list(_boxes(data, 0, len(data), strict=False))
    if not {b"ftyp", b"meta"} <= {box.kind for box in boxes}:
        raise CorruptFile(reason="the AVIF has no picture item")
    out = bytearray(data[: max(box.end for box in boxes if box.kind in _KNOWN)])
    for box in boxes:
        if box.end > len(out):
            continue
        match box.kind:
            case b"meta":
                _blank_items(out, box)
            case b"moov":
                _blank_within_movie(out, box)
            case kind if kind not in _KNOWN or kind in {b"free", b"skip"}:
                _blank_box(out, box)
            case _:
                pass
    return bytes(out)


def _boxes(data: bytes | bytearray, at: int, end: int, *, strict: bool = True) -> Iterator[_Box]:
    """strict: raise on a broken box; else stop there, as for bytes appended behind a file."""
    while at + 8 <= end:
        size, kind, body = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8]), at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            size = end - at
        if at + size < body or at + size > end:
            if strict or kind in _KNOWN:
                raise CorruptFile(reason="the AVIF ends too early")
            return
        yield _Box(kind=kind, start=at, body=body, end=at + size)
        at += size


def _blank_box(out: bytearray, box: _Box) -> None:
    out[box.start + 4 : box.start + 8] = b"free"
    out[box.body : box.end] = bytes(box.end - box.body)


def _blank_within_movie(out: bytearray, box: _Box) -> None:
    """User data of a sequence and of its tracks."""
    for child in list(_boxes(out, box.body, box.end)):
        if child.kind in _METADATA_BOXES:
            _blank_box(out, child)
        elif child.kind == b"trak":
            _blank_within_movie(out, child)


def _blank_items(out: bytearray, meta: _Box) -> None:
    children = {box.kind: box for box in _boxes(out, meta.body + 4, meta.end)}
    if b"iinf" not in children or b"iloc" not in children:
        return
    private = _private_items(out, children[b"iinf"])
    inner = children[b"idat"].body if b"idat" in children else 0
    for item, method, offset, length in _extents(out, children[b"iloc"]):
        start = offset + (inner if method == 1 else 0)
        if item in private:
            if not length:
                raise CorruptFile(reason="the AVIF has metadata without an end")
            stop = min(start + length, len(out))
            out[start:stop] = bytes(max(0, stop - start))


def _private_items(out: bytearray, iinf: _Box) -> set[int]:
    """Ids of metadata items, which also lose their type, so that no reader looks for them."""
    found: set[int] = set()
    first = iinf.body + (6 if out[iinf.body] == 0 else 8)
    for infe in _boxes(out, first, iinf.end):
        wide = out[infe.body] >= 3
        item = int.from_bytes(out[infe.body + 4 : infe.body + (8 if wide else 6)], "big")
        at = infe.body + (10 if wide else 8)
        if bytes(out[at : at + 4]) in _METADATA_ITEMS:
            found.add(item)
            out[at : at + 4] = b"skip"
    return found


def _extents(out: bytearray, iloc: _Box) -> Iterator[tuple[int, int, int, int]]:
    """(item id, construction method, offset, length): ISO 14496-12, 8.11.3."""
    reader = _Reader(data=out, at=iloc.body + 4, end=iloc.end)
    version = out[iloc.body]
    sizes = reader.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    for _ in range(reader.number(4 if version == 2 else 2)):
        item = reader.number(4 if version == 2 else 2)
        method = reader.number(2) & 15 if version else 0
        reader.number(2)
        base = reader.number(base_size)
        for _ in range(reader.number(2)):
            reader.number(index_size)
            yield item, method, base + reader.number(offset_size), reader.number(length_size)


@dataclass(slots=True, kw_only=True)
class _Reader:
    data: bytearray
    at: int
    end: int

    def number(self, size: int) -> int:
        if self.at + size > self.end:
            raise CorruptFile(reason="the AVIF item table ends too early")
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "big")
