"""Pictures of people and badges that have none: drawn from a name, the same for the same name everywhere."""

from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

_KEPT = 20_000
_LEAST, _MOST = 72, 200  # of each channel of a colour: never too dark or too pale to see the lines
_MASK = 0xFFFFFFFF
_SPECIES = (  # ears and horns behind the head
    '<path d="M34 42 28 14 50 30ZM66 42 72 14 50 30Z"/>',
    '<circle cx="30" cy="32" r="12"/><circle cx="70" cy="32" r="12"/>',
    '<ellipse cx="37" cy="22" rx="7" ry="20"/><ellipse cx="63" cy="22" rx="7" ry="20"/>',
    '<path d="M34 42 28 16 48 30ZM66 42 72 16 52 30ZM46 34 50 4 54 34Z"/>',
    '<path d="M26 62 12 44 34 44ZM74 62 88 44 66 44Z"/>',
)
_HAIR = (
    '<path d="M26 48Q30 20 52 26 72 30 72 50 60 36 26 48Z"/>',
    '<path d="M50 24Q62 8 66 28 60 44 50 40 40 44 36 30 42 20 50 24Z"/>',
    '<path d="M25 50 32 28 40 42 48 26 56 42 64 28 75 50 50 38Z"/>',
    '<path d="M28 44Q50 14 72 44L80 76 68 60 66 46Q50 34 34 46L32 60 20 76Z"/>',
    '<path d="M44 40Q40 16 60 12 54 22 58 40Z"/>',
)
_FACE = (
    '<circle cx="41" cy="54" r="5"/><circle cx="59" cy="54" r="5"/>'
    '<path d="M44 68Q50 73 56 68" fill="none" stroke="#222" stroke-width="2"/>'
)


@lru_cache(maxsize=_KEPT)
def drawn_avatar(name: str) -> str:
    """An SVG picture of the name, as an address that holds it all."""
    chance = _seeded(name)
    species = _SPECIES[next(chance) % len(_SPECIES)]
    coat, mane = _colour(chance), _colour(chance)
    hair = _HAIR[next(chance) % len(_HAIR)]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        '<path fill="#e8e8ec" d="M0 0h100v100H0z"/>'
        f'<g fill="{coat}">{species}<circle cx="50" cy="54" r="26"/><path d="M24 100Q50 64 76 100Z"/></g>'
        f'<g fill="{mane}">{hair}</g><g fill="#222">{_FACE}</g></svg>'
    )
    return _address(svg)


@lru_cache(maxsize=_KEPT)
def drawn_badge(title: str) -> str:
    """An SVG picture of a badge with this title, as `drawn_avatar`."""
    chance = _seeded(title)
    return _address(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<path fill="{_colour(chance)}" d="M30 8h40L60 52H40Z"/>'
        f'<circle cx="50" cy="64" r="28" fill="{_colour(chance)}"/>'
        '<circle cx="50" cy="64" r="20" fill="none" stroke="#fff" stroke-width="3"/></svg>'
    )


def _seeded(name: str) -> Iterator[int]:
    return _xorshift(crc32(name.encode(errors="surrogatepass")) or 1)


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _xorshift(state: int) -> Iterator[int]:
    """32-bit numbers. state: not 0."""
    while True:
        state ^= (state << 13) & _MASK
        state ^= state >> 17
        state ^= (state << 5) & _MASK
        yield state


def _colour(chance: Iterator[int]) -> str:
    return "#" + "".join(f"{_LEAST + next(chance) % (_MOST - _LEAST + 1):02x}" for _ in range(3))
