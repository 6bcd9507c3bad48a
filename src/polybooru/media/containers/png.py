"""PNG and APNG chunks: length, type, body, checksum."""

import zlib
from collections.abc import Iterator

from polybooru.media.errors import CorruptFile

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT".split()
)
_PROFILE_BYTES = 4 * 2**20


def frame_delays_ms(data: bytes) -> tuple[int, ...]:
    """One a frame of an APNG; none for a still.

    Counted from the frames that are there, not from the header's claim.
    """
    chunks = list(_chunks(data))
    kinds = [kind for kind, _, _ in chunks]
    if b"acTL" not in kinds or kinds.index(b"acTL") > kinds.index(b"IDAT"):
        return ()
    return tuple(_delay_ms(data[start + 8 : end - 4]) for kind, start, end in chunks if kind == b"fcTL")


def plays(data: bytes) -> int:
    """How often an APNG plays; 0 for ever."""
    return next(
        (
            int.from_bytes(data[start + 12 : start + 16], "big")
            for kind, start, _ in _chunks(data)
            if kind == b"acTL"
        ),
        0,
    )


def _delay_ms(control: bytes) -> int:
    """A fraction of a second, behind sequence number, size and place; denominator 0 means hundredths."""
    if len(control) < 24:
        raise CorruptFile(reason="the PNG has a short frame header")
    delay, parts = int.from_bytes(control[20:22], "big"), int.from_bytes(control[22:24], "big")
    return delay * 1000 // (parts or 100)


def clean(data: bytes) -> bytes:
    """Keeps the chunks that draw, time and colour; a profile that unpacks too large is left out."""
    view = memoryview(data)
    parts = [view[: len(_SIGNATURE)]]
    for kind, start, end in _chunks(data):
        if kind in _KEPT and not (kind == b"iCCP" and _unpacks_too_large(data[start + 8 : end - 4])):
            parts.append(view[start:end])
    return b"".join(parts)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(type, first byte, byte behind the checksum) up to and including IEND."""
    at, seen_data = len(_SIGNATURE), False
    while at + 12 <= len(data):
        kind = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            break
        seen_data |= kind == b"IDAT"
        yield kind, at, end
        if kind == b"IEND":
            if not seen_data:
                break
            return
        at = end
    raise CorruptFile(reason="the PNG ends too early")


def _unpacks_too_large(profile: bytes) -> bool:
    """Whether a colour-profile chunk (name, NUL, method, deflated bytes) is damaged or a compression bomb."""
    _, _, packed = profile.partition(b"\0")
    try:
        return len(zlib.decompressobj().decompress(packed[1:], _PROFILE_BYTES + 1)) > _PROFILE_BYTES
    except zlib.error:
        return True
