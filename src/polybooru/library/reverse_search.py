"""Searching by picture: what is near a file, and what looks like an image that is there.

Neither asks a filter: whoever brings a picture knows what is on it. Both see visible images only.
Source of the rules: docs/reference/philomena.md, reverse search
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from polybooru import media
from polybooru.db.tables import images
from polybooru.library.errors import ImageNotFound
from polybooru.library.fingerprints import aspect_ratio, unsigned
from polybooru.library.library import Library
from polybooru.media import MediaType
from polybooru.search.reverse import Matches

SAME_PICTURE_BITS = 10
"""In how many bits the hashes of one picture in two sizes or compressions differ at most, as a rule."""

_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a search by picture asks with. intensities: north-west, north-east, south-west, south-east."""

    intensities: tuple[float, float, float, float]
    aspect_ratio: float


def measure_picture(library: Library, file: Path, accepted_types: Collection[MediaType]) -> Picture | None:
    """The picture in a file, decoded in a limited process as an upload is; None for what is no picture."""
    with file.open("rb") as opened:
        media_type = media.sniff(opened.read(_HEAD_BYTES))
    if media_type not in accepted_types:
        return None
    try:
        measured = library.decoders.measure(file)
    except media.MediaError:
        return None
    found = measured.intensities
    return Picture(
        intensities=(found.nw, found.ne, found.sw, found.se),
        aspect_ratio=aspect_ratio(measured.width, measured.height),
    )


def near_picture(library: Library, picture: Picture, *, distance: float, limit: int) -> Matches:
    """The images nearest to a picture, by brightness and aspect ratio. distance: 0 to 1."""
    return library.replica.reverse.near_picture(
        picture.intensities, picture.aspect_ratio, distance=distance, limit=limit
    )


def look_alikes(
    library: Library, image_id: int, *, bits: int = SAME_PICTURE_BITS, limit: int = 10
) -> Matches:
    """Other images whose perceptual hash differs in at most so many bits; none before it is processed.

    Raises ImageNotFound.
    """
    with library.reading() as reading:
        row = reading.execute(select(images.c.perceptual_hash).where(images.c.id == image_id)).one_or_none()
    if row is None:
        raise ImageNotFound(f"There is no image {image_id}.")
    if row.perceptual_hash is None:
        return Matches(ids=[], total=0)
    found = library.replica.reverse.near_hash(unsigned(row.perceptual_hash), bits=bits, limit=limit + 1)
    others = [other for other in found.ids if other != image_id]
    return Matches(ids=others[:limit], total=found.total - (len(found.ids) - len(others)))
