"""Some images of a result, each as likely as any other, without walking it."""

from random import Random

from polybooru.search.index.found import Found


def sample(found: Found, count: int, rng: Random) -> list[int]:
    """So many different images in random order, or all there are; the cost does not grow with the result."""
    if count < 0:
        raise ValueError("a sample has 0 or more images")
    if 2 * count >= len(found):
        ids: list[int] = found.bitmap().to_array().tolist()
        rng.shuffle(ids)
        return ids[:count]
    if 2 * len(found) < len(found.base):
        found.bitmap()  # else most of what is drawn below would have to be thrown away
    base, without = found.base, found.without
    chosen: dict[int, None] = {}
    while len(chosen) < count:
        image_id = base[rng.randrange(len(base))]
        if image_id not in without:
            chosen[image_id] = None
    return list(chosen)
