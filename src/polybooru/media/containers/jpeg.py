"""JPEG segments: FF, marker, length, body; coded data between scans."""

from collections.abc import Iterator

from polybooru.media.errors import CorruptFile

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_JFIF, _ICC, _ADOBE = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"
# What may follow coded data; in it FF is only stuffed (00), filled (FF) or a restart (D0 to D7).
_AFTER_SCAN = tuple(bytes([0xFF, code]) for code in (0xC4, 0xDA, 0xDB, 0xDC, 0xDD, 0xFE, *range(0xE0, 0xF0)))


def clean(data: bytes) -> bytes:
    """Keeps what decides the pixels, colour profile, Adobe's transform, and JFIF without its thumbnail."""
    view = memoryview(data)
    parts: list[bytes | memoryview] = [data[:2]]
    for marker, start, end in _segments(data):
        if _is_kept(marker, data[start + 4 : start + 16]):
            parts.append(_without_thumbnail(data[start:end]) if marker == 0xE0 else view[start:end])
    return b"".join(parts)


def require_end(data: bytes) -> None:
    """Raises CorruptFile if no end follows the first scan; what lies between is left to the decoder."""
    for marker, _, end in _segments(data, through_scans=False):
        if marker == _SOS and data.rfind(b"\xff\xd9", end) < 0:
            raise CorruptFile(reason="the JPEG ends too early")


def _is_kept(marker: int, body: bytes) -> bool:
    if marker == 0xE0:
        return body.startswith(_JFIF)
    if marker == 0xE2:
        return body.startswith(_ICC)
    if marker == 0xEE:
        return body.startswith(_ADOBE)
    return marker != _COM and not 0xE0 <= marker <= 0xEF


def _without_thumbnail(jfif: bytes) -> bytes:
    return jfif[:2] + (16).to_bytes(2, "big") + jfif[4:16] + b"\0\0"


def _segments(data: bytes, *, through_scans: bool = True) -> Iterator[tuple[int, int, int]]:
    """(marker, first byte, byte behind) up to and including EOI; a scan includes its coded data.

    through_scans: else the last one is the header of the first scan.
    """
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _EOI:
            yield marker, at, at + 2
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(data):
            break
        if marker == _SOS:
            end = _end_of_scan(data, end) if through_scans else end
        yield marker, at, end
        if marker == _SOS and not through_scans:
            return
        at = end
    raise CorruptFile(reason="the JPEG ends too early")


def _end_of_scan(data: bytes, start: int) -> int:
    """The nearest marker behind coded data. Most pictures have one scan, so the end is looked for first."""
    nearest = data.find(b"\xff\xd9", start)
    if nearest < 0:
        raise CorruptFile(reason="the JPEG ends too early")
    if b"\xff" not in data[start:nearest].replace(b"\xff\x00", b""):
        return nearest
    for marker in _AFTER_SCAN:
        found = data.find(marker, start, nearest + 1)
        nearest = found if found >= 0 else nearest
    return nearest
