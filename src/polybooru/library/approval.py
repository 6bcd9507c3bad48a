"""Whose uploads wait for staff, and how they come into sight.

Until it is approved an image is in no search, count or file address; see `image_visibility`. An approval is
never taken back: what should not have been approved is hidden.
"""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from polybooru.db.tables import image_tags, images, users
from polybooru.library.actors import STAFF, Actor, Role, require_staff
from polybooru.library.errors import UserNotFound
from polybooru.library.happenings import Happening
from polybooru.library.image_visibility import MAX_ID, lock_image
from polybooru.library.images import whole_seconds
from polybooru.library.policy import Policy
from polybooru.library.report_rows import Category, Reportable, report_by_program
from polybooru.library.tags import count_images
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

CONSIDERED_AT = 5
"""So many approved images make staff think of verifying somebody."""


def is_trusted(reading: Reading, policy: Policy, actor: Actor) -> bool:
    """Whether what this person uploads now needs no approval.

    The board asks for none; or staff have verified the person; or as many uploads of the person as the board
    wants to see first are approved, and not hidden since.
    """
    wanted = policy.first_uploads_to_approve
    if not wanted or actor.role in STAFF:
        return True
    verified = select(users.c.is_verified).where(users.c.id == actor.user_id)
    if reading.execute(verified).scalar_one():
        return True
    approved = (
        select(images.c.id)
        .where(images.c.uploader_id == actor.user_id, images.c.is_approved)
        .where(images.c.hidden_from_users.is_(False))
        .limit(wanted)
    )
    seen: int = reading.execute(select(func.count()).select_from(approved.subquery())).scalar_one()
    return seen >= wanted


def consider_verification(work: Work, user_id: int | None) -> None:
    """File a report for staff when this was somebody's fifth approved image.

    To be called on each approval, also by trust. Nothing happens where the board asks for no approval, nor
    for staff and those whom staff have verified.
    """
    if user_id is None or not work.policy.first_uploads_to_approve:
        return
    user = work.execute(select(users.c.role, users.c.is_verified).where(users.c.id == user_id)).one()
    if user.is_verified or Role(user.role) in STAFF:
        return
    approved = select(images.c.id).where(images.c.uploader_id == user_id, images.c.is_approved)
    some = approved.limit(CONSIDERED_AT + 1).subquery()
    if work.execute(select(func.count()).select_from(some)).scalar_one() == CONSIDERED_AT:
        reason = f"{CONSIDERED_AT} images of this person are approved. Consider verification."
        report_by_program(work, Reportable.USER, user_id, Category.VERIFICATION, reason)


@verb(Acts.IMAGE)
def approve_image(work: Work, actor: Actor, image_id: int) -> bool:
    """Let everybody see the image, from now on as a new one; whether it was waiting for that.

    A hidden one stays hidden. Raises NotAllowed, ImageNotFound.
    """
    user_id = require_staff(actor)
    image = lock_image(work, actor, image_id)
    if image.is_approved:
        return False
    moment = whole_seconds(work.now)
    work.execute(
        update(images)
        .where(images.c.id == image_id)
        .values(is_approved=True, first_seen_at=moment, updated_at=moment)
    )
    if not image.hidden_from_users:
        tagged = select(image_tags.c.tag_id).where(image_tags.c.image_id == image_id)
        count_images(work, work.execute(tagged).scalars().all(), 1)
        work.told(Happening.IMAGE_CREATED, image_id)
    consider_verification(work, image.uploader_id)
    work.logged(user_id, "image.approve", "image", image_id)
    work.changed("image", image_id)
    return True


def awaiting_approval(reading: Reading, actor: Actor, *, after: int = 0, limit: int = 50) -> Sequence[int]:
    """Ids of images in the queue, oldest first, above an id; none that was hidden. Raises NotAllowed."""
    require_staff(actor)
    waiting = select(images.c.id).where(images.c.is_approved.is_(False), images.c.id > after)
    waiting = waiting.where(images.c.hidden_from_users.is_(False)).order_by(images.c.id).limit(limit)
    return reading.execute(waiting).scalars().all()


@verb(Acts.USER)
def verify_user(work: Work, actor: Actor, user_id: int) -> None:
    """Trust this person's uploads and edits from now on; what waits already goes on waiting.

    Raises NotAllowed, UserNotFound.
    """
    _set_verified(work, actor, user_id, is_verified=True)


@verb(Acts.USER)
def unverify_user(work: Work, actor: Actor, user_id: int) -> None:
    """Undo `verify_user`. Raises NotAllowed, UserNotFound."""
    _set_verified(work, actor, user_id, is_verified=False)


def _set_verified(work: Work, actor: Actor, user_id: int, *, is_verified: bool) -> None:
    staff_id = require_staff(actor)
    row = None
    if 0 < user_id <= MAX_ID:
        wanted = select(users.c.is_verified).where(users.c.id == user_id, users.c.deleted_at.is_(None))
        row = work.execute(wanted.with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise UserNotFound(f"There is no user {user_id}.")
    if row.is_verified is is_verified:
        return
    work.execute(update(users).where(users.c.id == user_id).values(is_verified=is_verified))
    work.logged(staff_id, "user.verify" if is_verified else "user.unverify", "user", user_id)
    work.changed("user", user_id)
