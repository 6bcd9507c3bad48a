"""What is written on an image, and what its uploader and staff may say about where it came from.

Neighbours: `image_sources`, `image_locks`, `tag_edits`.
"""

from sqlalchemy import select, update

from polybooru.db.full_text import IMAGE_WORDS
from polybooru.db.tables import images, users
from polybooru.library.actors import Actor, Permission, require, require_staff
from polybooru.library.destruction import is_being_destroyed
from polybooru.library.errors import InvalidValue, NotAllowed, UserNotFound
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import MAX_ID, ImageState, lock_image, lock_open_image
from polybooru.library.images import whole_seconds
from polybooru.library.representations import process_again
from polybooru.library.texts import body_text, storable
from polybooru.library.verbs import Acts, verb
from polybooru.library.words import put_row_words
from polybooru.library.work import Work

MAX_ALT_TEXT_CHARACTERS = 2_000
MAX_SCRATCHPAD_BYTES = 10_000


@verb(Acts.IMAGE)
def edit_description(work: Work, actor: Actor, image_id: int, description: str) -> None:
    """Replace the description; staff may do so on any image, locked or not.

    Raises LoginRequired, NotAllowed for all but the uploader, and where it is locked, ImageNotFound, also for
    a hidden one, InvalidValue.
    """
    image = _lock_own(work, actor, image_id)
    text = body_text("description", description, max_bytes=work.policy.max_description_bytes)
    if image.is_approved:  # else nobody is to hear, later neither, what it was
        before = work.execute(select(images.c.description).where(images.c.id == image_id)).scalar_one()
        if before != text:
            work.told(Happening.IMAGE_DESCRIBED, image_id, before=before, after=text)
    _write(work, actor, image, "image.description", description=text)


@verb(Acts.IMAGE)
def edit_alt_text(work: Work, actor: Actor, image_id: int, alt_text: str) -> None:
    """Replace the text for those who cannot see the image; locked together with the description.

    Raises as `edit_description` does: LoginRequired, NotAllowed, ImageNotFound, InvalidValue.
    """
    image = _lock_own(work, actor, image_id)
    text = storable(alt_text).strip()
    if len(text) > MAX_ALT_TEXT_CHARACTERS:
        raise InvalidValue("alt_text", f"should be at most {MAX_ALT_TEXT_CHARACTERS} character(s)")
    _write(work, actor, image, "image.alt_text", alt_text=text)


@verb(Acts.IMAGE)
def edit_scratchpad(work: Work, actor: Actor, image_id: int, notes: str) -> None:
    """Replace the notes of staff, which nobody else sees. Raises NotAllowed, ImageNotFound, InvalidValue."""
    user_id = require_staff(actor)
    lock_image(work, actor, image_id)
    text = body_text("notes", notes, max_bytes=MAX_SCRATCHPAD_BYTES)
    _set(work, image_id, scratchpad=text)
    put_row_words(work, IMAGE_WORDS, image_id)
    work.logged(user_id, "image.scratchpad", "image", image_id)


@verb(Acts.IMAGE)
def set_anonymous(work: Work, actor: Actor, image_id: int, *, is_anonymous: bool) -> None:
    """Name the uploader or not.

    Raises LoginRequired, NotAllowed for all but the uploader and staff, ImageNotFound, also for a hidden one.
    """
    require_staff_or(actor)
    image = lock_open_image(work, actor, image_id)
    is_own = _is_own(actor, image)
    if not is_own and not actor.is_staff:
        raise NotAllowed("Only the uploader and staff decide whether the uploader is named.")
    _set(work, image_id, is_anonymous=is_anonymous)
    work.told(Happening.IMAGE_CHANGED, image_id)
    if not is_own:
        action = "image.anonymous" if is_anonymous else "image.not_anonymous"
        work.logged(actor.user_id, action, "image", image_id)


@verb(Acts.IMAGE)
def change_uploader(work: Work, actor: Actor, image_id: int, user_id: int | None) -> None:
    """Let somebody else be the uploader, or nobody. Raises NotAllowed, ImageNotFound, UserNotFound."""
    staff_id = require_staff(actor)
    image = lock_image(work, actor, image_id)
    if user_id is not None:
        wanted = select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True, read=True)
        if not 0 < user_id <= MAX_ID or work.execute(wanted).first() is None:
            raise UserNotFound(f"There is no user {user_id}.")
    _set(work, image_id, uploader_id=user_id)
    work.told(Happening.IMAGE_CHANGED, image_id)
    work.logged(staff_id, "image.uploader", "image", image_id, before=image.uploader_id, after=user_id)


@verb(Acts.IMAGE)
def clear_hash(work: Work, actor: Actor, image_id: int) -> None:
    """Let the same file be uploaded again, as another image.

    Raises NotAllowed, ImageNotFound, InvalidValue while its files are being destroyed.
    """
    user_id = require_staff(actor)
    lock_image(work, actor, image_id)
    if is_being_destroyed(work, image_id):
        raise InvalidValue("image", "is being destroyed; try again when its files are gone")
    _set(work, image_id, orig_sha512_hash=None)
    work.told(Happening.IMAGE_CHANGED, image_id)
    work.logged(user_id, "image.clear_hash", "image", image_id)


@verb(Acts.IMAGE)
def repair_image(work: Work, actor: Actor, image_id: int) -> None:
    """Make everything that is derived from the file once more, in the background.

    Raises NotAllowed, ImageNotFound, InvalidValue for one that has no files any more.
    """
    user_id = require_staff(actor)
    if lock_image(work, actor, image_id).is_destroyed:
        raise InvalidValue("image", "has no files any more")
    process_again(work, image_id)
    work.logged(user_id, "image.repair", "image", image_id)


def require_staff_or(actor: Actor) -> None:
    """Raises LoginRequired, AccountDeactivated, Banned, NotAllowed for who may not write, staff included."""
    if not actor.is_operator:
        require(actor, Permission.WRITE)


def _lock_own(work: Work, actor: Actor, image_id: int) -> ImageState:
    require_staff_or(actor)
    image = lock_open_image(work, actor, image_id)
    if actor.is_staff:
        return image
    if not _is_own(actor, image):
        raise NotAllowed("Only the uploader and staff write about an image.")
    if image.is_description_locked:
        raise NotAllowed("The description is locked.")
    return image


def _is_own(actor: Actor, image: ImageState) -> bool:
    return actor.user_id is not None and image.uploader_id == actor.user_id


def _write(work: Work, actor: Actor, image: ImageState, action: str, **text: str) -> None:
    _set(work, image.id, **text)
    work.told(Happening.IMAGE_CHANGED, image.id)
    put_row_words(work, IMAGE_WORDS, image.id)
    if not _is_own(actor, image):
        work.logged(actor.user_id, action, "image", image.id)


def _set(work: Work, image_id: int, **values: object) -> None:
    values["updated_at"] = whole_seconds(work.now)
    work.execute(update(images).where(images.c.id == image_id).values(**values))
    work.changed("image", image_id)
