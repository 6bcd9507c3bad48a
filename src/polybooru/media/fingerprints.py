"""Numbers by which equal pictures are found. Pure: sums and small grids of pixels come from `pixels.py`.

Intensities: philomena.md 8.6, to the letter, so that numbers agree with those of other boards.

Perceptual hash: the picture on white, upright, squeezed to 32 by 32 grey values; its two-dimensional DCT-II;
of the 8 by 8 lowest frequencies each gives one bit, row by row, the first (the mean) highest: set if the
coefficient is above the median of the 64. Equal pictures of other size or compression differ in few bits; 10
is a usual bound.

Dominant colour: each pixel of a small copy falls into one of 512 boxes of colour; the mean of the fullest
box. Pixels more transparent than not are left out.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from statistics import median

from polybooru.media.results import Intensities

HASH_SIDE = 32
_KEPT_SIDE = 8
_COSINES = [
    [math.cos(math.pi * (2 * x + 1) * u / (2 * HASH_SIDE)) for x in range(HASH_SIDE)]
    for u in range(_KEPT_SIDE)
]

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuadrantSums:
    """Exact sums of red, green and blue on black, 0 to 255 a pixel.

    For row i, column j of a picture h high and w wide: north i ≤ h // 2, south i ≥ h // 2, west j ≤ w // 2,
    east j ≥ w // 2; the middle lines count on both sides.
    """

    nw: Rgb
    ne: Rgb
    sw: Rgb
    se: Rgb


def intensities(sums: QuadrantSums, width: int, height: int) -> Intensities:
    """The divisor is a quarter of the picture made even: a quadrant of a tiny picture can exceed 255."""
    divisor = (width + width % 2) * (height + height % 2) / 4

    def brightness(rgb: Rgb) -> float:
        red, green, blue = (channel / divisor for channel in rgb)
        return round(0.2126 * red + 0.7152 * green + 0.0722 * blue, 6)

    return Intensities(
        nw=brightness(sums.nw), ne=brightness(sums.ne), sw=brightness(sums.sw), se=brightness(sums.se)
    )


def perceptual_hash(grey: Sequence[int]) -> int:
    """grey: 32 rows of 32 values, 0 to 255. Returns 64 bits."""
    rows = [grey[y * HASH_SIDE : (y + 1) * HASH_SIDE] for y in range(HASH_SIDE)]
    across = [[_dot(row, cosine) for cosine in _COSINES] for row in rows]
    low = [_dot([row[u] for row in across], cosine) for cosine in _COSINES for u in range(_KEPT_SIDE)]
    middle = median(low)
    bits = "".join("1" if coefficient > middle else "0" for coefficient in low)
    return int(bits, 2)


def grey_on_white(pixel: tuple[int, int, int, int]) -> int:
    """pixel: red, green, blue, alpha. Returns its luma (Rec. 601) on white, 0 to 255."""
    red, green, blue, alpha = pixel
    return ((red * 299 + green * 587 + blue * 114) * alpha // 255 + 1000 * (255 - alpha)) // 1000


def dominant_color(pixels: Iterable[tuple[int, int, int, int]]) -> int:
    """pixels: red, green, blue, alpha, each 0 to 255. Returns 0xRRGGBB; black if all is transparent."""
    boxes: dict[int, list[Rgb]] = {}
    for (red, green, blue, alpha), count in Counter(pixels).items():
        if alpha >= 128:
            box = red >> 5 << 6 | green >> 5 << 3 | blue >> 5
            boxes.setdefault(box, []).extend([(red, green, blue)] * count)
    if not boxes:
        return 0
    fullest = max(boxes.values(), key=len)
    red, green, blue = (sum(pixel[band] for pixel in fullest) // len(fullest) for band in range(3))
    return (red << 16) + (green << 8) + blue


def _dot(values: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(map(mul, values, weights))
