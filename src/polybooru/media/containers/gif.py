"""GIF blocks: header, screen, palette, then extensions and frames up to the trailer."""

from collections.abc import Iterator
from enum import Enum, auto

from polybooru.media.errors import CorruptFile

_KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


class _Kind(Enum):
    HEADER = auto()
    CONTROL = auto()
    APPLICATION = auto()
    OTHER = auto()
    FRAME = auto()
    TRAILER = auto()


def clean(data: bytes) -> bytes:
    """Keeps the frames bit by bit, their timing, the loop count and the colour profile."""
    view = memoryview(data)
    parts = [
        view[start:end]
        for kind, start, end in _blocks(data)
        if kind is not _Kind.OTHER
        and (kind is not _Kind.APPLICATION or data[start + 3 : start + 14] in _KEPT_APPLICATIONS)
    ]
    return b"".join(parts)


def frame_delays_ms(data: bytes) -> tuple[int, ...]:
    """One a frame, as browsers play them: 0 and 10 ms become 100 ms."""
    delays: list[int] = []
    delay_ms = 0
    for kind, start, _ in _blocks(data):
        if kind is _Kind.CONTROL:
            delay_ms = int.from_bytes(data[start + 4 : start + 6], "little") * 10
        elif kind is _Kind.FRAME:
            delays.append(delay_ms if delay_ms > 10 else 100)
            delay_ms = 0
    if not delays:
        raise CorruptFile(reason="the GIF has no frame")
    return tuple(delays)


def _blocks(data: bytes) -> Iterator[tuple[_Kind, int, int]]:
    try:
        yield from _walk(data)
    except IndexError as error:
        raise CorruptFile(reason="the GIF ends too early") from error


def _walk(data: bytes) -> Iterator[tuple[_Kind, int, int]]:
    at = 13 + _palette_bytes(data[10])
    yield _Kind.HEADER, 0, at
    while True:
        start = at
        match data[at]:
            case 0x21:  # extension
                label = data[at + 1]
                at = _skip_sub_blocks(data, at + 2)
                yield _extension_kind(label), start, at
            case 0x2C:  # frame: place, own palette, minimum code size, coded data
                at = _skip_sub_blocks(data, at + 11 + _palette_bytes(data[at + 9]))
                yield _Kind.FRAME, start, at
            case 0x3B:  # trailer
                yield _Kind.TRAILER, start, at + 1
                return
            case _:
                raise CorruptFile(reason="the GIF has an unknown block")


def _extension_kind(label: int) -> _Kind:
    match label:
        case 0xF9:
            return _Kind.CONTROL
        case 0xFF:
            return _Kind.APPLICATION
        case _:  # comments and plain text
            return _Kind.OTHER


def _palette_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_sub_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1
