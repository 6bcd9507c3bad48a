"""Some images of a result, each as likely as any other, without walking it."""

from random import Random

from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY
from polybooru.search.index.found import Found


def sample(found: Found, count: int, rng: Random) -> list[int]:
    """So many different images in random order, or all there are; the cost does not grow with the result."""
    if count < 0:
        raise ValueError("a sample has 0 or more images")
    if 2 * count >= len(found):
        return draw(found.bitmap(), count, rng)
    if 2 * len(found) < len(found.base):
        found.bitmap()  # else most of what is drawn below would have to be thrown away
    return draw(found.base, count, rng, without=found.without)


def draw(images: BitMap, count: int, rng: Random, *, without: BitMap = EMPTY) -> list[int]:
    """So many different images of a set in random order, or all; it may hold few of `without`."""
    if 2 * count >= len(images):
        ids: list[int] = (images - without).to_array().tolist()
        rng.shuffle(ids)
        return ids[:count]
    chosen: dict[int, None] = {}
    while len(chosen) < count:
        image_id = images[rng.randrange(len(images))]
        if image_id not in without:
            chosen[image_id] = None
    return list(chosen)
