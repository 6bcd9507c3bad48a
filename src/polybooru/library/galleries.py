"""Galleries: a person's own choice of images, in an order of their own.

A gallery counts the images in sight. Whoever changes what is counted holds the image's row and then the
gallery's, each kind by ascending id; `images` keeps to that when it takes an image from sight and back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from polybooru.db.full_text import GALLERY_WORDS, remove_words
from polybooru.db.tables import galleries, gallery_images, gallery_subscriptions, images
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import GalleryNotFound, ImageNotFound, InvalidValue, NotAllowed
from polybooru.library.image_visibility import in_sight, is_in_sight, not_found
from polybooru.library.images import MAX_ID
from polybooru.library.notices import GALLERY_IMAGE, forget, note
from polybooru.library.report_rows import Reportable, close_reports_of
from polybooru.library.texts import body_text, line_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.words import put_words
from polybooru.library.work import Work

MAX_TITLE_BYTES = 100
MAX_WARNING_BYTES = 20
MAX_DESCRIPTION_BYTES = 10_000
MAX_IMAGES_AT_ONCE = 1_000
_IN_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryText:
    """What an owner writes about a gallery.

    cover_id: an image in sight. is_anonymous: nobody but staff learns whose it is. is_descending: it is shown
    from its last image to its first.
    """

    title: str
    description: str = ""
    spoiler_warning: str = ""
    cover_id: int | None = None
    is_anonymous: bool = False
    is_descending: bool = False


@verb(Acts.THE_LIBRARY)
def create_gallery(work: Work, actor: Actor, text: GalleryText) -> int:
    """Id of a new, empty gallery. Raises LoginRequired, NotAllowed, ImageNotFound, InvalidValue."""
    user_id = require(actor, Permission.WRITE)
    row = {**_row(work, text), "user_id": user_id, "created_at": work.now}
    gallery_id: int = work.execute(work.insert(galleries).values(row).returning(galleries.c.id)).scalar_one()
    _put_words(work, gallery_id, row)
    work.changed("gallery", gallery_id)
    return gallery_id


@verb(Acts.GALLERY)
def edit_gallery(work: Work, actor: Actor, gallery_id: int, text: GalleryText) -> None:
    """Replace all that is written about the gallery.

    Raises LoginRequired, NotAllowed, GalleryNotFound, ImageNotFound, InvalidValue.
    """
    gallery = _find_own(work, actor, gallery_id)
    row = _row(work, text)
    work.execute(update(galleries).where(galleries.c.id == gallery_id).values(row))
    _put_words(work, gallery_id, row)
    _log_of_staff(work, actor, gallery, "edit")
    work.changed("gallery", gallery_id)


@verb(Acts.GALLERY)
def delete_gallery(work: Work, actor: Actor, gallery_id: int) -> None:
    """Remove the gallery; its images stay. Raises LoginRequired, NotAllowed, GalleryNotFound."""
    gallery = _find_own(work, actor, gallery_id)
    forget(work, GALLERY_IMAGE, gallery_id)
    for table in (gallery_images, gallery_subscriptions):
        work.execute(delete(table).where(table.c.gallery_id == gallery_id))
    work.execute(delete(galleries).where(galleries.c.id == gallery_id))
    remove_words(work.connection, GALLERY_WORDS, gallery_id)
    close_reports_of(work, Reportable.GALLERY, gallery_id, staff_user_id=actor.user_id)
    _log_of_staff(work, actor, gallery, "delete")
    work.changed("gallery", gallery_id)


@verb(Acts.GALLERY)
def add_images(work: Work, actor: Actor, gallery_id: int, image_ids: Sequence[int]) -> int:
    """Put images at the end, in this order; those already there stay where they are. Returns how many came.

    Raises LoginRequired, NotAllowed, GalleryNotFound, ImageNotFound for one that is not in sight,
    InvalidValue.
    """
    require(actor, Permission.WRITE)
    wanted = _listed(image_ids)
    seen = _locked_images(work, wanted)
    gallery = _find_own(work, actor, gallery_id)
    for image_id in wanted:
        if not seen.get(image_id, False):
            raise not_found(image_id)
    known = _contained(work, gallery_id, wanted)
    new = [image_id for image_id in wanted if image_id not in known]
    if new:
        last = select(func.coalesce(func.max(gallery_images.c.position), -1))
        start = work.execute(last.where(gallery_images.c.gallery_id == gallery_id)).scalar_one() + 1
        work.execute(
            insert(gallery_images),
            [
                {"gallery_id": gallery_id, "image_id": image_id, "position": position}
                for position, image_id in enumerate(new, start)
            ],
        )
        _count(work, gallery_id, len(new))
        note(work, GALLERY_IMAGE, gallery_id, new[-1], user_id=actor.user_id)
        _log_of_staff(work, actor, gallery, "add_images", images=new)
    return len(new)


@verb(Acts.GALLERY)
def remove_images(work: Work, actor: Actor, gallery_id: int, image_ids: Sequence[int]) -> int:
    """Take images out, also such that are no longer in sight; returns how many were there.

    Raises LoginRequired, NotAllowed, GalleryNotFound, InvalidValue.
    """
    require(actor, Permission.WRITE)
    seen = _locked_images(work, _listed(image_ids))
    gallery = _find_own(work, actor, gallery_id)
    known = _contained(work, gallery_id, seen)
    for part in _parts(sorted(known)):
        listed = gallery_images.c.image_id.in_(part)
        work.execute(delete(gallery_images).where(gallery_images.c.gallery_id == gallery_id, listed))
    if known:
        _count(work, gallery_id, -sum(seen[image_id] for image_id in known))
        _log_of_staff(work, actor, gallery, "remove_images", images=list(known))
    return len(known)


@verb(Acts.GALLERY)
def reorder_images(work: Work, actor: Actor, gallery_id: int, image_ids: Sequence[int]) -> None:
    """Let these images have the places that they have together, in the order in which they stand here.

    So a page of a gallery is put into order without the others. Raises LoginRequired, NotAllowed,
    GalleryNotFound, ImageNotFound for one that the gallery does not have, InvalidValue.
    """
    require(actor, Permission.WRITE)
    wanted = _listed(image_ids)
    gallery = _find_own(work, actor, gallery_id)
    known = _contained(work, gallery_id, wanted)
    for image_id in wanted:
        if image_id not in known:
            raise ImageNotFound(f"The gallery has no image {image_id}.")
    for image_id, position in zip(wanted, sorted(known.values()), strict=True):
        if known[image_id] != position:
            one = (gallery_images.c.gallery_id == gallery_id, gallery_images.c.image_id == image_id)
            work.execute(update(gallery_images).where(*one).values(position=position))
    if list(known) != sorted(known, key=known.__getitem__):
        _count(work, gallery_id, 0)
        _log_of_staff(work, actor, gallery, "reorder_images", images=wanted)


def _row(work: Work, text: GalleryText) -> dict[str, object]:
    title = line_text("title", text.title, max_bytes=MAX_TITLE_BYTES, min_bytes=1)
    if text.cover_id is not None:
        _check_cover(work, text.cover_id)
    return {
        "title": title,
        "folded_title": title.lower(),
        "description": body_text("description", text.description, max_bytes=MAX_DESCRIPTION_BYTES),
        "spoiler_warning": line_text("spoiler_warning", text.spoiler_warning, max_bytes=MAX_WARNING_BYTES),
        "thumbnail_id": text.cover_id,
        "is_anonymous": text.is_anonymous,
        "is_descending": text.is_descending,
        "updated_at": work.now,
    }


def _check_cover(work: Work, image_id: int) -> None:
    if image_id not in in_sight(work, [image_id]):
        raise not_found(image_id)


def _put_words(work: Work, gallery_id: int, row: dict[str, object]) -> None:
    texts = {name: str(row[name]) for name in GALLERY_WORDS.fields}
    put_words(work, GALLERY_WORDS, gallery_id, **texts)


def _find_own(work: Work, actor: Actor, gallery_id: int) -> Row[Any]:
    """The gallery of the caller, for staff any; locked until the commit."""
    user_id = require(actor, Permission.WRITE)
    row = None
    if 0 < gallery_id <= MAX_ID:
        wanted = select(galleries).where(galleries.c.id == gallery_id)
        row = work.execute(wanted.with_for_update()).one_or_none()
    if row is None:
        raise GalleryNotFound(f"There is no gallery {gallery_id}.")
    if row.user_id != user_id and not actor.is_staff:
        raise NotAllowed("Only its owner changes a gallery.")
    return row


def _log_of_staff(work: Work, actor: Actor, gallery: Row[Any], act: str, **details: object) -> None:
    if gallery.user_id != actor.user_id:
        work.logged(actor.user_id, f"gallery.{act}", "gallery", gallery.id, title=gallery.title, **details)


def _listed(image_ids: Iterable[int]) -> list[int]:
    wanted = list(dict.fromkeys(image_ids))
    if len(wanted) > MAX_IMAGES_AT_ONCE:
        raise InvalidValue("images", f"should have at most {MAX_IMAGES_AT_ONCE} item(s)")
    return wanted


def _locked_images(work: Work, image_ids: Collection[int]) -> dict[int, bool]:
    """Whether each image is in sight; unknown ones are left out."""
    known = sorted(image_id for image_id in image_ids if 0 < image_id <= MAX_ID)
    found: dict[int, bool] = {}
    for part in _parts(known):
        rows = work.execute(
            select(images.c.id, images.c.hidden_from_users, images.c.is_approved)
            .where(images.c.id.in_(part))
            .order_by(images.c.id)
            .with_for_update(key_share=True)
        )
        found.update((row.id, is_in_sight(row)) for row in rows)
    return found


def _contained(work: Work, gallery_id: int, image_ids: Iterable[int]) -> dict[int, int]:
    """Position by id of those that the gallery has, in the order in which they are given."""
    wanted = [image_id for image_id in image_ids if 0 < image_id <= MAX_ID]
    found: dict[int, int] = {}
    for part in _parts(wanted):
        rows = work.execute(
            select(gallery_images.c.image_id, gallery_images.c.position).where(
                gallery_images.c.gallery_id == gallery_id, gallery_images.c.image_id.in_(part)
            )
        )
        found.update((row.image_id, row.position) for row in rows)
    return {image_id: found[image_id] for image_id in wanted if image_id in found}


def _count(work: Work, gallery_id: int, by: int) -> None:
    counted = update(galleries).where(galleries.c.id == gallery_id)
    work.execute(counted.values(image_count=galleries.c.image_count + by, updated_at=work.now))
    work.changed("gallery", gallery_id)


def _parts(image_ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (image_ids[start : start + _IN_LIMIT] for start in range(0, len(image_ids), _IN_LIMIT))
