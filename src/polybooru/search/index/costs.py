"""What a step of a search is likely to cost, in microseconds of one core, from sizes alone.

Measured with 1 million images on a busy server of 2026, so rather too high than too low: nothing is ordered
by them, they only say whether a search is worth what it takes. Most are right within a factor of three; a
pattern that begins with a star is taken to match every name.
"""

from collections.abc import Sequence

SEARCH = 12.0
"""What every search costs: looking up its names, making the page."""

IMAGE_KEYS = 12.0
"""To read the keys of one image."""

_CONTAINER_IDS = 65_536


def containers(images: int, everything: int) -> int:
    """How many containers a bitmap of so many images has at most, in a library of so many."""
    return min(images, everything // _CONTAINER_IDS + 1)


def walked(images: int, everything: int) -> float:
    """To read or write every member of a bitmap once."""
    held = containers(images, everything)
    return 0.7 + 0.15 * held + min(0.002 * images, 3.0 * held)


def gathered(images: int) -> float:
    """To take the members out as an array and look at a value of each."""
    return 15.0 + 0.012 * images


def joined(keys: int, pairs: float, everything: int) -> float:
    """To make the union of so many keys with together so many images."""
    return 5.0 + 0.3 * keys + 0.004 * min(pairs, 3 * everything)


def scanned(names: int, matches: int) -> float:
    """To hold a pattern against so many names, and take the keys of those that match."""
    return 80.0 + 0.03 * names + 0.05 * matches


def compared(names: int, cells: int) -> float:
    """To find the edit distances of so many names, of a table of so many cells for each."""
    return names * (0.15 + 0.003 * cells)


def bucketed(buckets: int, everything: int) -> float:
    """To join so many buckets."""
    return 20.0 + buckets * (1.0 + 0.1 * containers(everything, everything)) + 0.0003 * everything


def most_classes(leaves: int) -> int:
    """Of so many classes of equal score images are split no further: of many leaves each costs too much."""
    return 64 if leaves <= 64 else 24


def split(sizes: Sequence[int], weights: int, images: int, everything: int) -> float:
    """To tell images apart by which leaves of these sizes they match, of so many different weights."""
    took, classes, most = 0.0, 1, most_classes(len(sizes))
    for size in (min(size, images) for size in sizes):
        if classes > most:  # each image gets a number
            took += 20.0 + 0.012 * size
            continue
        took += classes * (2 * walked(size // classes, everything) + walked(images // classes, everything))
        classes += 1 if weights == 1 else classes
        if classes > most:
            took += 2 * gathered(images)
    return took
