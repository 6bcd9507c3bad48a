"""Images as the library sees them: finding, reading for display, hiding, featuring.

How one comes in: `uploads`. How its files are made: `representations`. Votes and faves: `interactions`.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import bindparam, case, insert, null, select, update

from polybooru.db import joined
from polybooru.db.full_text import IMAGE_WORDS
from polybooru.db.prepared import Prepared
from polybooru.db.tables import (
    features,
    galleries,
    gallery_images,
    image_sources,
    image_tags,
    images,
    users,
)
from polybooru.library import image_visibility
from polybooru.library.actors import Actor, require_staff
from polybooru.library.duplicates import settle_reports_of_image
from polybooru.library.errors import ImageNotFound, InvalidValue
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import IN_SIGHT, is_in_sight, lock_image, not_found
from polybooru.library.tags import Tag, count_images, in_display_order, load_tag_lists
from polybooru.library.texts import reason_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.words import put_row_words
from polybooru.library.work import Reading, Work

MAX_ID = image_visibility.MAX_ID
"""See there."""

FindTags: TypeAlias = Callable[[Sequence[Sequence[int]]], list[list[Tag]]]
"""Answers with those tags of each list of ids that exist."""


# Structs, where elsewhere stand dataclasses: a search makes 25 of each, and a frozen dataclass with so many
# fields takes as long to make as its row takes to be found. Of `Image`, what is no column comes last.
class Intensities(msgspec.Struct, frozen=True, gc=False):
    """Mean brightness of the four quadrants, 0..255, above it for tiny pictures."""

    nw: float
    ne: float
    sw: float
    se: float


class Image(msgspec.Struct, frozen=True, gc=False):
    """One image with what every dialect shows of it.

    size_bytes, sha512_hash, md5_hash, width_px, height_px: of the current file; `orig_…` as uploaded.
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
    dominant_color: str | None
    thumbnails_generated: bool
    is_processed: bool
    hidden_from_users: bool
    is_approved: bool
    alt_text: str
    deletion_reason: str | None
    duplicate_id: int | None
    md5_hash: str | None
    tags: tuple[Tag, ...]
    sources: tuple[str, ...]
    intensities: Intensities | None

    @property
    def is_in_sight(self) -> bool:
        """Whether everybody may find it, and load its files."""
        return self.is_approved and not self.hidden_from_users

    @property
    def score(self) -> int:
        """Upvotes less downvotes."""
        return self.upvotes - self.downvotes

    @property
    def aspect_ratio(self) -> float:
        """Width by height; 0 without a height."""
        return self.width_px / self.height_px if self.height_px else 0.0


_CORNERS = Intensities.__struct_fields__
_SHOWN = tuple(name for name in Image.__struct_fields__ if name not in {"intensities", "tags", "sources"})
"""Fields of an image that are columns of the same name; `uploader` is another table's."""
_TAGS = len(_SHOWN)
"""Place in a row of the joined tags, sources and then the corners of the brightness."""
_NAMED = {
    name: case((images.c.is_anonymous, null()), else_=column)
    for name, column in (("uploader_id", images.c.uploader_id), ("uploader", users.c.name))
}
_ROWS = Prepared(
    select(
        *(_NAMED[name] if name in _NAMED else images.c[name] for name in _SHOWN),
        select(joined.joined_numbers(image_tags.c.tag_id))
        .where(image_tags.c.image_id == images.c.id)
        .scalar_subquery(),
        select(joined.texts_by_number(image_sources.c.position, image_sources.c.url))
        .where(image_sources.c.image_id == images.c.id)
        .scalar_subquery(),
        *(images.c[f"intensity_{corner}"] for corner in _CORNERS),
    )
    .outerjoin(users, users.c.id == images.c.uploader_id)
    .where(joined.among_asked(images.c.id))
)


_MD5 = re.compile(r"[0-9a-fA-F]{32}", re.ASCII)
_OF_MD5 = Prepared(
    select(images.c.id)
    .where(images.c.md5_hash == bindparam("md5"), IN_SIGHT, images.c.is_processed)
    .order_by(images.c.id)
    .limit(1)
)

_FEATURED = Prepared(
    select(features.c.image_id)
    .join(images, images.c.id == features.c.image_id)
    .where(IN_SIGHT)
    .order_by(features.c.id.desc())
    .limit(1)
)


def find_image(reading: Reading, image_id: int) -> Image:
    """The image, hidden or not, approved or not. Raises ImageNotFound.

    What a hidden one may show is the edge's to present, and whether this caller may see it the edge's to ask
    of `image_visibility`.
    """
    found = load_images(reading, [image_id]) if 0 < image_id <= MAX_ID else {}
    if image_id not in found:
        raise not_found(image_id)
    return found[image_id]


def load_images(
    reading: Reading, image_ids: Sequence[int], *, find_tags: FindTags | None = None
) -> dict[int, Image]:
    """Images by id with their tags and sources; unknown ids are left out.

    find_tags: where tags are looked up, if not in the rows. Cost: one statement, two with the tags' own.
    """
    rows = reading.run(_ROWS, **joined.asked(image_ids))
    tag_ids = [joined.read_numbers(row[_TAGS]) for row in rows]
    found = load_tag_lists(reading, tag_ids) if find_tags is None else find_tags(tag_ids)
    return {row[0]: _image(row, carried) for row, carried in zip(rows, found, strict=True)}


def find_md5(reading: Reading, md5: str) -> int | None:
    """Id of the image in sight whose file has this MD5, the oldest of several; in any letter case."""
    if not _MD5.fullmatch(md5):
        return None
    found = reading.run(_OF_MD5, md5=md5.lower())
    return int(found[0][0]) if found else None


def featured_image_id(reading: Reading) -> int:
    """Id of the image featured last among those in sight. Raises ImageNotFound."""
    found = reading.run(_FEATURED)
    if not found:
        raise ImageNotFound("No image is featured.")
    return int(found[0][0])


@verb(Acts.IMAGE)
def feature_image(work: Work, actor: Actor, image_id: int) -> None:
    """Put the image on the front.

    Raises LoginRequired, NotAllowed, ImageNotFound, InvalidValue for one that is not in sight.
    """
    user_id = require_staff(actor)
    if not is_in_sight(lock_image(work, actor, image_id)):
        raise InvalidValue("image", "An image that is not in sight cannot be featured.")
    work.execute(insert(features), [{"image_id": image_id, "user_id": user_id, "created_at": work.now}])
    work.logged(user_id, "image.feature", "image", image_id)
    work.changed("feature", image_id)


@verb(Acts.IMAGE)
def hide_image(work: Work, actor: Actor, image_id: int, *, reason: str) -> None:
    """Take the image from everybody's sight, reversibly; a repeat only changes the reason.

    Raises NotAllowed, ImageNotFound, InvalidValue, also for a merged one.
    """
    user_id = require_staff(actor)
    why = reason_text(reason)
    image = lock_image(work, actor, image_id)
    if image.duplicate_id is not None:
        raise InvalidValue("image", "is merged into another")
    if is_in_sight(image):
        _count(work, image_id, -1)
    _set_hidden(work, image_id, hidden_from_users=True, deletion_reason=why, deleted_by_user_id=user_id)
    settle_reports_of_image(work, image_id, staff_user_id=user_id)
    work.logged(user_id, "image.hide", "image", image_id, reason=why)


@verb(Acts.IMAGE)
def unhide_image(work: Work, actor: Actor, image_id: int) -> None:
    """Undo `hide_image`; a visible image stays as it is.

    Raises NotAllowed, ImageNotFound, InvalidValue for one that was merged or destroyed.
    """
    user_id = require_staff(actor)
    image = lock_image(work, actor, image_id)
    if not image.hidden_from_users:
        return
    if image.duplicate_id is not None:
        raise InvalidValue("image", "is merged into another; undo that")
    if image.is_destroyed:
        raise InvalidValue("image", "has no files any more")
    if image.is_approved:
        _count(work, image_id, 1)
    _set_hidden(work, image_id, hidden_from_users=False, deletion_reason=None, deleted_by_user_id=None)
    work.logged(user_id, "image.unhide", "image", image_id)
    work.told(Happening.IMAGE_CHANGED, image_id)


def _set_hidden(work: Work, image_id: int, **values: object) -> None:
    values["updated_at"] = whole_seconds(work.now)
    work.execute(update(images).where(images.c.id == image_id).values(**values))
    put_row_words(work, IMAGE_WORDS, image_id)
    work.changed("image", image_id)


def _count(work: Work, image_id: int, by: int) -> None:
    tagged = select(image_tags.c.tag_id).where(image_tags.c.image_id == image_id)
    count_images(work, work.execute(tagged).scalars().all(), by)
    _count_in_galleries(work, image_id, by)


def _count_in_galleries(work: Work, image_id: int, by: int) -> None:
    # The image's row is held already: `galleries` takes image and gallery in the same order.
    having = select(gallery_images.c.gallery_id).where(gallery_images.c.image_id == image_id)
    in_line = select(galleries.c.id).where(galleries.c.id.in_(having)).order_by(galleries.c.id)
    for gallery_id in work.execute(in_line.with_for_update(key_share=True)).scalars().all():
        counted = update(galleries).where(galleries.c.id == gallery_id)
        work.execute(counted.values(image_count=galleries.c.image_count + by))


def whole_seconds(moment: datetime) -> datetime:
    """The times of an image have no fraction.

    The dialects print none, and searches compare what they print.
    """
    return moment.replace(microsecond=0)


def _image(row: Sequence[Any], found_tags: list[Tag]) -> Image:
    # By place: named, the columns of a row take longer to pass than the database took to find it.
    corners = row[_TAGS + 2 :]
    values: list[Any] = [
        *row[:_TAGS],
        tuple(in_display_order(found_tags)),
        tuple(joined.read_texts(row[_TAGS + 1])),
        None if corners[0] is None else Intensities(*corners),
    ]
    return Image(*values)
