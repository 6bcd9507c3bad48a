"""Badges, and to whom they were awarded. Without pictures: a badge is its title."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from polybooru.db.tables import badge_awards, badges, users
from polybooru.db.types import HIGHEST_ID
from polybooru.library.actors import Actor, require_staff
from polybooru.library.errors import AwardNotFound, BadgeNotFound, InvalidValue, NameTaken, UserNotFound
from polybooru.library.texts import body_text, line_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

ARTIST = "Artist"
"""The badge that whoever is known as an artist gets; see `artist_links`."""
MAX_TITLE_BYTES = 100
MAX_DESCRIPTION_BYTES = 1_000
MAX_LABEL_BYTES = 100
MAX_REASON_BYTES = 1_000
MAX_PER_USER = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """One badge; a disabled one is awarded no more, and stays with those who have it."""

    id: int
    title: str
    description: str
    is_disabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A badge that somebody has. label: shown beside it; reason: why.

    awarded_by_user_id: None for the operator.
    """

    id: int
    user_id: int
    badge_id: int
    title: str
    description: str
    label: str
    reason: str
    awarded_by_user_id: int | None
    awarded_at: datetime


@verb(Acts.THE_LIBRARY)
def create_badge(work: Work, actor: Actor, title: str, *, description: str = "") -> int:
    """Id of a new badge. Raises LoginRequired, NotAllowed, NameTaken, InvalidValue."""
    staff_id = require_staff(actor)
    row = _written(title, description)
    made = _insert(work, row)
    if made is None:
        raise NameTaken(f"There is a badge {row['title']!r} already.")
    work.logged(staff_id, "badge.create", "badge", made, title=row["title"])
    return made


@verb(Acts.BADGE)
def edit_badge(work: Work, actor: Actor, badge_id: int, *, title: str, description: str = "") -> None:
    """Replace what is written of the badge.

    Raises LoginRequired, NotAllowed, BadgeNotFound, NameTaken, InvalidValue.
    """
    staff_id = require_staff(actor)
    row = _written(title, description)
    _locked(work, badge_id)
    same = select(badges.c.id).where(badges.c.title == row["title"], badges.c.id != badge_id)
    if work.execute(same).first() is not None:
        raise NameTaken(f"There is a badge {row['title']!r} already.")
    _change(work, staff_id, badge_id, "badge.edit", **row)


@verb(Acts.BADGE)
def disable_badge(work: Work, actor: Actor, badge_id: int) -> None:
    """Let nobody be awarded it any more; a repeat changes nothing.

    Raises LoginRequired, NotAllowed, BadgeNotFound.
    """
    staff_id = require_staff(actor)
    if not _locked(work, badge_id).is_disabled:
        _change(work, staff_id, badge_id, "badge.disable", is_disabled=True)


@verb(Acts.BADGE)
def enable_badge(work: Work, actor: Actor, badge_id: int) -> None:
    """Undo `disable_badge`. Raises LoginRequired, NotAllowed, BadgeNotFound."""
    staff_id = require_staff(actor)
    if _locked(work, badge_id).is_disabled:
        _change(work, staff_id, badge_id, "badge.enable", is_disabled=False)


@verb(Acts.BADGE)
def award_badge(
    work: Work, actor: Actor, badge_id: int, user_id: int, *, label: str = "", reason: str = ""
) -> int:
    """Id of the award; one person may have a badge several times.

    Raises LoginRequired, NotAllowed, BadgeNotFound, UserNotFound, InvalidValue for a disabled badge too.
    """
    staff_id = require_staff(actor)
    told = {
        "label": line_text("label", label, max_bytes=MAX_LABEL_BYTES),
        "reason": line_text("reason", reason, max_bytes=MAX_REASON_BYTES),
    }
    if _locked(work, badge_id).is_disabled:
        raise InvalidValue("badge", "is disabled")
    _lock_user(work, user_id)
    counted = select(func.count()).select_from(badge_awards).where(badge_awards.c.user_id == user_id)
    if work.execute(counted).scalar_one() >= MAX_PER_USER:
        raise InvalidValue("user", f"has {MAX_PER_USER} badges already")
    return _award(work, staff_id, badge_id, user_id, **told)


@verb(Acts.USER)
def revoke_award(work: Work, actor: Actor, user_id: int, award_id: int) -> None:
    """Take an award of the person back.

    Raises LoginRequired, NotAllowed, UserNotFound, AwardNotFound.
    """
    staff_id = require_staff(actor)
    _lock_user(work, user_id)
    removed = None
    if 0 < award_id <= HIGHEST_ID:
        own = (badge_awards.c.id == award_id, badge_awards.c.user_id == user_id)
        removed = work.execute(badge_awards.delete().where(*own).returning(badge_awards.c.badge_id)).first()
    if removed is None:
        raise AwardNotFound(f"The user {user_id} has no award {award_id}.")
    work.logged(staff_id, "badge.revoke", "user", user_id, badge_id=removed[0])
    work.changed("user", user_id)


def award_artist(work: Work, staff_id: int | None, user_id: int) -> None:
    """Award the artist's badge, made if there is none, unless the person has it."""
    badge_id = _insert(work, _written(ARTIST, ""))
    if badge_id is None:
        badge_id = work.execute(select(badges.c.id).where(badges.c.title == ARTIST)).scalar_one()
    _lock_user(work, user_id)
    own = (badge_awards.c.badge_id == badge_id, badge_awards.c.user_id == user_id)
    if work.execute(select(badge_awards.c.id).where(*own)).first() is None:
        _award(work, staff_id, badge_id, user_id, label="", reason="")


def take_artist(work: Work, user_id: int) -> None:
    """Take the artist's badge back."""
    artist = select(badges.c.id).where(badges.c.title == ARTIST).scalar_subquery()
    own = (badge_awards.c.badge_id == artist, badge_awards.c.user_id == user_id)
    if work.execute(badge_awards.delete().where(*own)).rowcount:
        work.changed("user", user_id)


def list_badges(reading: Reading) -> list[Badge]:
    """All of them, oldest first."""
    rows = reading.execute(select(badges).order_by(badges.c.id)).mappings()
    return [Badge(**row) for row in rows]


def list_awards(reading: Reading, user_id: int) -> list[Award]:
    """What the person has, oldest first; nothing for somebody who is not there."""
    if not 0 < user_id <= HIGHEST_ID:
        return []
    wanted = select(badge_awards, badges.c.title, badges.c.description)
    wanted = wanted.join(badges, badges.c.id == badge_awards.c.badge_id)
    rows = reading.execute(wanted.where(badge_awards.c.user_id == user_id).order_by(badge_awards.c.id))
    return [Award(**row) for row in rows.mappings()]


def _written(title: str, description: str) -> dict[str, str]:
    return {
        "title": line_text("title", title, max_bytes=MAX_TITLE_BYTES, min_bytes=1),
        "description": body_text("description", description, max_bytes=MAX_DESCRIPTION_BYTES),
    }


def _insert(work: Work, row: dict[str, str]) -> int | None:
    statement = work.insert(badges).values(created_at=work.now, **row)
    statement = statement.on_conflict_do_nothing(index_elements=["title"]).returning(badges.c.id)
    made: int | None = work.execute(statement).scalar_one_or_none()
    if made is not None:
        work.changed("badge", made)
    return made


def _locked(work: Work, badge_id: int) -> Badge:
    row = None
    if 0 < badge_id <= HIGHEST_ID:
        wanted = select(badges).where(badges.c.id == badge_id).with_for_update(key_share=True)
        row = work.execute(wanted).mappings().one_or_none()
    if row is None:
        raise BadgeNotFound(f"There is no badge {badge_id}.")
    return Badge(**row)


def _change(work: Work, staff_id: int | None, badge_id: int, action: str, **values: object) -> None:
    work.execute(update(badges).where(badges.c.id == badge_id).values(**values))
    work.logged(staff_id, action, "badge", badge_id, **values)
    work.changed("badge", badge_id)


def _lock_user(work: Work, user_id: int) -> None:
    found = None
    if 0 < user_id <= HIGHEST_ID:
        wanted = select(users.c.id).where(users.c.id == user_id, users.c.deleted_at.is_(None))
        found = work.execute(wanted.with_for_update(key_share=True)).first()
    if found is None:
        raise UserNotFound(f"There is no user {user_id}.")


def _award(work: Work, staff_id: int | None, badge_id: int, user_id: int, **told: str) -> int:
    row = {"badge_id": badge_id, "user_id": user_id, "awarded_by_user_id": staff_id, "awarded_at": work.now}
    statement = badge_awards.insert().values(**row, **told).returning(badge_awards.c.id)
    made: int = work.execute(statement).scalar_one()
    work.logged(staff_id, "badge.award", "user", user_id, badge_id=badge_id, **told)
    work.changed("user", user_id)
    return made
