"""WebP: RIFF chunks of type, length, body, padded to even length."""

from collections.abc import Iterator

from polybooru.media.errors import CorruptFile

_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})  # codespell:ignore
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def frame_delays_ms(data: bytes) -> tuple[int, ...]:
    """One a frame of an animation, behind its place and size; none for a still."""
    return tuple(
        int.from_bytes(data[start + 20 : start + 23], "little")
        for kind, start, _ in _chunks(data)
        if kind == b"ANMF"
    )


def clean(data: bytes) -> bytes:
    """Keeps the chunks that draw, time and colour, each as it is."""
    parts = [_unflagged(kind, data[start:end]) for kind, start, end in _chunks(data) if kind in _KEPT]
    body = b"".join(parts)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _unflagged(kind: bytes, chunk: bytes) -> bytes:
    """The extended header also says which metadata follow."""
    if kind != b"VP8X":
        return chunk
    return chunk[:8] + bytes([chunk[8] & ~(_EXIF_FLAG | _XMP_FLAG)]) + chunk[9:]


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(type, first byte, byte behind the padding), as far as the RIFF length says."""
    at, end_of_file = 12, 8 + int.from_bytes(data[4:8], "little")
    if end_of_file > len(data) + 1:
        raise CorruptFile(reason="the WebP ends too early")
    found = False
    while at + 8 <= end_of_file:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if at + 8 + length > len(data):
            raise CorruptFile(reason="the WebP ends too early")
        found = True
        yield data[at : at + 4], at, end
        at = end
    if not found:
        raise CorruptFile(reason="the WebP is empty")
