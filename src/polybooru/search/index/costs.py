"""What a step of a search is likely to cost, in microseconds of one core, from sizes alone.

Measured with 1 and 3 million images on a server of 2026 and rounded up: nothing is ordered by them, they only
say whether a search is worth what it takes. An estimate may be three times too high; it is rarely too low.
"""

SEARCH = 8.0
"""What every search costs: looking up its names, making the page."""

IMAGE_KEYS = 12.0
"""To read the keys of one image."""

_CONTAINER_IDS = 65_536
_DENSE = 4_096
"""From so many ids on a container of a bitmap is an array of bits."""


def walked(images: int, everything: int) -> float:
    """To read or write every member of a bitmap once, of a library of so many images."""
    containers = min(images, everything // _CONTAINER_IDS + 1)
    if images > containers * _DENSE:
        return 0.5 + 0.7 * containers
    return 0.5 + 0.08 * containers + 0.0014 * images


def gathered(images: int) -> float:
    """To take the members out as an array and look at a value of each."""
    return 12.0 + 0.012 * images


def joined(keys: int, pairs: float, everything: int) -> float:
    """To make the union of so many keys with together so many images."""
    return 3.0 + 0.4 * keys + 0.004 * min(pairs, 4 * everything)


def scanned(names: int) -> float:
    """To hold a pattern against so many names."""
    return 20.0 + 0.06 * names


def bucketed(buckets: int, images: int, everything: int) -> float:
    """To join so many buckets with together so many images."""
    return 10.0 + buckets * (1.0 + 0.1 * (everything // _CONTAINER_IDS + 1)) + 0.002 * images
