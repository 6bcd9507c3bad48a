"""Images as the library sees them: finding, reading for display, hiding, featuring.

How one comes in: `uploads`. How its files are made: `representations`. Votes and faves: `interactions`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Row, Text, bindparam, cast, func, insert, select, update

from polybooru.db.full_text import IMAGE_WORDS
from polybooru.db.tables import (
    features,
    galleries,
    gallery_images,
    image_sources,
    image_tags,
    images,
    users,
)
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import ImageNotFound, InvalidValue
from polybooru.library.tags import Tag, count_images, in_display_order, load_tags
from polybooru.library.words import put_words
from polybooru.library.work import Reading, Work

MAX_ID = 2**31 - 1
"""Ids above it are unknown by definition: the dialects print ids that clients keep in 32 bits."""

FindTags: TypeAlias = Callable[[Collection[int]], Mapping[int, Tag]]
"""Answers with at least the tags of these ids that exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensities:
    """Mean brightness of the four quadrants, 0..255, above it for tiny pictures."""

    nw: float
    ne: float
    sw: float
    se: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image with what every dialect shows of it.

    size_bytes, sha512_hash, width_px, height_px: of the current file; `orig_…` as uploaded.
    duration_seconds: 0 for a still. uploader: None where anonymous or unknown. tags: in display order.
    sources: oldest first. duplicate_id: set on an image that was merged into another.
    """

    id: int
    created_at: datetime
    updated_at: datetime
    first_seen_at: datetime
    uploader_id: int | None
    uploader: str | None
    is_anonymous: bool
    file_name: str | None
    mime_type: str
    format: str
    width_px: int
    height_px: int
    size_bytes: int
    orig_size_bytes: int
    duration_seconds: float
    is_animated: bool
    sha512_hash: str
    orig_sha512_hash: str | None
    blob: str
    description: str
    upvotes: int
    downvotes: int
    faves: int
    hides: int
    comment_count: int
    intensities: Intensities | None
    dominant_color: str | None
    thumbnails_generated: bool
    is_processed: bool
    hidden_from_users: bool
    deletion_reason: str | None
    duplicate_id: int | None
    tags: tuple[Tag, ...]
    sources: tuple[str, ...]

    @property
    def score(self) -> int:
        """Upvotes less downvotes."""
        return self.upvotes - self.downvotes

    @property
    def aspect_ratio(self) -> float:
        """Width by height; 0 without a height."""
        return self.width_px / self.height_px if self.height_px else 0.0


# Made once: to write a statement down takes longer than to run it.
_ASKED: BindParameter[int] = bindparam("image_ids", expanding=True)
_CORNERS = ("nw", "ne", "sw", "se")
_SHOWN = tuple(field.name for field in fields(Image) if field.name not in {"intensities", "tags", "sources"})
"""Fields of an image that are columns of the same name; `uploader` is another table's."""
_ROWS = (
    select(
        *(users.c.name if name == "uploader" else images.c[name] for name in _SHOWN),
        *(images.c[f"intensity_{corner}"] for corner in _CORNERS),
    )
    .outerjoin(users, users.c.id == images.c.uploader_id)
    .where(images.c.id.in_(_ASKED))
)
_TAG_IDS = (  # one row an image: a thousand rows of pairs take a database's driver twice as long
    select(image_tags.c.image_id, func.aggregate_strings(cast(image_tags.c.tag_id, Text), ","))
    .where(image_tags.c.image_id.in_(_ASKED))
    .group_by(image_tags.c.image_id)
)
_SOURCES = (
    select(image_sources.c.image_id, image_sources.c.url)
    .where(image_sources.c.image_id.in_(_ASKED))
    .order_by(image_sources.c.image_id, image_sources.c.position)
)


def find_image(reading: Reading, image_id: int) -> Image:
    """The image, hidden or not: what a hidden one may show is the edge's to present. Raises ImageNotFound."""
    found = load_images(reading, [image_id]) if 0 < image_id <= MAX_ID else {}
    if image_id not in found:
        raise ImageNotFound(f"There is no image {image_id}.")
    return found[image_id]


def load_images(
    reading: Reading, image_ids: Sequence[int], *, find_tags: FindTags | None = None
) -> dict[int, Image]:
    """Images by id with their tags and sources; unknown ids are left out.

    find_tags: where tags are looked up, if not in the rows. Cost: three statements, four with the tags' own.
    """
    asked, ask = {"image_ids": image_ids}, reading.connection.execute
    rows = ask(_ROWS, asked).all()
    tagged = {image_id: [*map(int, joined.split(","))] for image_id, joined in ask(_TAG_IDS, asked).all()}
    wanted = set(chain.from_iterable(tagged.values()))
    known = load_tags(reading, [*wanted]) if find_tags is None else find_tags(wanted)
    sources: defaultdict[int, list[str]] = defaultdict(list)
    for image_id, url in ask(_SOURCES, asked).all():
        sources[image_id].append(url)
    return {
        row.id: _image(
            row, [known[key] for key in tagged.get(row.id, ()) if key in known], sources.get(row.id, ())
        )
        for row in rows
    }


def featured_image(reading: Reading) -> Image:
    """The image featured last among those that are not hidden. Raises ImageNotFound."""
    statement = (
        select(features.c.image_id)
        .join(images, images.c.id == features.c.image_id)
        .where(images.c.hidden_from_users.is_(False))
        .order_by(features.c.id.desc())
        .limit(1)
    )
    image_id = reading.execute(statement).scalar_one_or_none()
    if image_id is None:
        raise ImageNotFound("No image is featured.")
    return find_image(reading, image_id)


def feature_image(work: Work, actor: Actor, image_id: int) -> None:
    """Put the image on the front. Raises NotAllowed, ImageNotFound, InvalidValue."""
    user_id = require(actor, Permission.MODERATE)
    if find_image(work, image_id).hidden_from_users:
        raise InvalidValue("image", "A hidden image cannot be featured.")
    work.execute(insert(features), [{"image_id": image_id, "user_id": user_id, "created_at": work.now}])
    work.changed("feature", image_id)


def hide_image(work: Work, actor: Actor, image_id: int, *, reason: str) -> None:
    """Take the image from everybody's sight, reversibly; a repeat only changes the reason.

    Raises NotAllowed, ImageNotFound, InvalidValue.
    """
    user_id = require(actor, Permission.MODERATE)
    if not reason.strip():
        raise InvalidValue("reason", "Hiding an image needs a reason.")
    image = _find_locked(work, image_id)
    if not image.hidden_from_users:
        count_images(work, [tag.id for tag in image.tags], -1)
        _count_in_galleries(work, image_id, -1)
    work.execute(
        update(images)
        .where(images.c.id == image_id)
        .values(
            hidden_from_users=True,
            deletion_reason=reason.strip(),
            deleted_by_user_id=user_id,
            updated_at=whole_seconds(work.now),
        )
    )
    put_words(work, IMAGE_WORDS, image_id, description=image.description, deletion_reason=reason.strip())
    work.changed("image", image_id)


def unhide_image(work: Work, actor: Actor, image_id: int) -> None:
    """Undo `hide_image`; a visible image stays as it is. Raises NotAllowed, ImageNotFound."""
    require(actor, Permission.MODERATE)
    image = _find_locked(work, image_id)
    if not image.hidden_from_users:
        return
    count_images(work, [tag.id for tag in image.tags], 1)
    _count_in_galleries(work, image_id, 1)
    work.execute(
        update(images)
        .where(images.c.id == image_id)
        .values(
            hidden_from_users=False,
            deletion_reason=None,
            deleted_by_user_id=None,
            duplicate_id=None,
            updated_at=whole_seconds(work.now),
        )
    )
    put_words(work, IMAGE_WORDS, image_id, description=image.description)
    work.changed("image", image_id)


def _count_in_galleries(work: Work, image_id: int, by: int) -> None:
    # The image's row is held already: `galleries` takes image and gallery in the same order.
    having = select(gallery_images.c.gallery_id).where(gallery_images.c.image_id == image_id)
    in_line = select(galleries.c.id).where(galleries.c.id.in_(having)).order_by(galleries.c.id)
    for gallery_id in work.execute(in_line.with_for_update(key_share=True)).scalars().all():
        counted = update(galleries).where(galleries.c.id == gallery_id)
        work.execute(counted.values(image_count=galleries.c.image_count + by))


def _find_locked(work: Work, image_id: int) -> Image:
    # Two that hide the same image must not both lower its counts.
    if 0 < image_id <= MAX_ID:
        work.execute(select(images.c.id).where(images.c.id == image_id).with_for_update(key_share=True))
    return find_image(work, image_id)


def whole_seconds(moment: datetime) -> datetime:
    """The times of an image have no fraction.

    The dialects print none, and searches compare what they print.
    """
    return moment.replace(microsecond=0)


def _image(row: Row[Any], found_tags: list[Tag], sources: Sequence[str]) -> Image:
    # Column by column, reading the attributes of a row takes longer than the database took to find it.
    found: dict[str, Any] = dict(zip(_SHOWN, row, strict=False))
    corners = row[len(_SHOWN) :]
    if found["is_anonymous"]:
        found["uploader_id"] = found["uploader"] = None
    return Image(
        **found,
        intensities=None if corners[0] is None else Intensities(**dict(zip(_CORNERS, corners, strict=True))),
        tags=tuple(in_display_order(found_tags)),
        sources=tuple(sources),
    )
