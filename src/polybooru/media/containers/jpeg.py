"""JPEG segments: FF, marker, length, body; coded data between scans."""

import re
from collections.abc import Iterator

from polybooru.media.errors import CorruptFile

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_JFIF, _ICC, _ADOBE = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"
_NEXT_MARKER = re.compile(rb"\xff+[^\xff\x00\xd0-\xd7]")
"""The first marker behind coded data: not a stuffed FF 00 and not a restart."""


def clean(data: bytes) -> bytes:
    """Keeps the segments that decide the pixels, JFIF without its thumbnail, colour profile and Adobe's transform."""
    view = memoryview(data)
    parts: list[bytes | memoryview] = [data[:2]]
    for marker, start, end in _segments(data):
        if _is_kept(marker, data[start + 4 : start + 16]):
            parts.append(_without_thumbnail(data[start:end]) if marker == 0xE0 else view[start:end])
    return b"".join(parts)


def require_end(data: bytes) -> None:
    """Raises CorruptFile if the picture is cut off."""
    for _ in _segments(data):
        pass


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


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, first byte, byte behind) from the start up to and including EOI; a scan includes its coded data."""
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
            found = _NEXT_MARKER.search(data, end)
            if found is None:
                break
            end = found.start()
        yield marker, at, end
        at = end
    raise CorruptFile(reason="the JPEG ends too early")
