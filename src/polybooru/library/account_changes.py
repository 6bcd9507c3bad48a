"""What becomes of an account: its role, its name, whether it is on. By its owner in person, and by staff.

Staff act on people who are not staff; admins on all. Neighbour: `account_deletion`.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, update
from sqlalchemy.exc import IntegrityError

from polybooru.db.tables import earlier_names, users
from polybooru.library.accounts import is_reserved, lock_user, name_taken
from polybooru.library.actors import (
    Actor,
    Permission,
    Role,
    refuse_banned,
    refuse_tokens,
    require_in_person,
    require_staff,
)
from polybooru.library.errors import AccountDeactivated, InvalidValue, NotAllowed
from polybooru.library.tag_names import slug
from polybooru.library.texts import reason_text
from polybooru.library.user_names import clean_user_name, fold_name
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work

RENAME_DAYS = 90
"""Between two names that somebody takes; staff give names at any time."""


@verb(Acts.USER)
def set_role(work: Work, actor: Actor, user_id: int, role: Role) -> None:
    """Make somebody staff or not, as an admin in person. Raises LoginRequired, NotAllowed, UserNotFound."""
    refuse_tokens(actor)
    staff_id = require_staff(actor, Permission.ADMINISTER)
    user = lock_user(work, user_id)
    if user.role == role.value:
        return
    work.execute(update(users).where(users.c.id == user_id).values(role=role.value))
    work.logged(staff_id, "user.role", "user", user_id, before=user.role, after=role.value)
    work.changed("user", user_id)


@verb(Acts.USER)
def rename_user(work: Work, actor: Actor, user_id: int, name: str) -> None:
    """Give another name; the earlier one still leads to the account, and stays its own.

    Raises LoginRequired, AccountDeactivated, Banned, NotAllowed, UserNotFound, NameTaken, and InvalidValue,
    also for a second time within 90 days.
    """
    user, staff_id = owner_or_staff(work, actor, user_id)
    name = clean_user_name(name)
    if name == user.name:
        return
    values: dict[str, Any] = {"name": name, "folded_name": fold_name(name), "slug": slug(name)}
    is_own = actor.user_id == user_id
    if is_own:
        refuse_banned(actor)
        _refuse_early(work, user)
        values["renamed_at"] = work.now
    try:
        with work.connection.begin_nested():
            work.execute(update(users).where(users.c.id == user_id).values(values))
            if is_reserved(work, name, user_id):
                raise name_taken(name)
    except IntegrityError:
        raise name_taken(name) from None
    if not is_own:
        work.logged(staff_id, "user.rename", "user", user_id, before=user.name, after=name)
    work.execute(delete(earlier_names).where(earlier_names.c.slug == slug(name)))
    left = {"slug": user.slug, "user_id": user_id, "name": user.name, "folded_name": user.folded_name}
    work.execute(work.insert(earlier_names).values(**left, left_at=work.now))
    work.changed("user", user_id)


def _refuse_early(work: Work, user: Row[Any]) -> None:
    if user.renamed_at is not None and work.now < user.renamed_at + timedelta(days=RENAME_DAYS):
        again = user.renamed_at + timedelta(days=RENAME_DAYS)
        raise InvalidValue("name", f"can be changed again on {again:%Y-%m-%d}")


@verb(Acts.USER)
def deactivate_user(work: Work, actor: Actor, user_id: int, *, reason: str = "") -> None:
    """Switch the account off: its tokens and grants are refused from now on. What it made stays.

    Raises LoginRequired, NotAllowed, UserNotFound, InvalidValue.
    """
    user, staff_id = owner_or_staff(work, actor, user_id)
    why = reason_text(reason, is_required=False)
    is_own = actor.user_id == user_id
    if user.deactivated_at is not None and (is_own or user.is_deactivated_by_staff):
        return
    off = {"deactivated_at": user.deactivated_at or work.now, "is_deactivated_by_staff": not is_own}
    work.execute(update(users).where(users.c.id == user_id).values(off))
    if not is_own:
        work.logged(staff_id, "user.deactivate", "user", user_id, reason=why)
    work.changed("user", user_id)


@verb(Acts.USER)
def reactivate_user(work: Work, actor: Actor, user_id: int) -> None:
    """Switch the account on again; what staff switched off only staff switch on.

    Raises LoginRequired, NotAllowed, AccountDeactivated, UserNotFound.
    """
    is_own = actor.user_id is not None and actor.user_id == user_id
    if is_own:
        refuse_tokens(actor)
        user, staff_id = lock_user(work, user_id), None
    else:
        user, staff_id = owner_or_staff(work, actor, user_id)
    if user.deactivated_at is None:
        return
    if is_own and user.is_deactivated_by_staff:
        raise AccountDeactivated("Staff deactivated this account.")
    on = {"deactivated_at": None, "is_deactivated_by_staff": False}
    work.execute(update(users).where(users.c.id == user_id).values(on))
    if not is_own:
        work.logged(staff_id, "user.reactivate", "user", user_id)
    work.changed("user", user_id)


def owner_or_staff(work: Work, actor: Actor, user_id: int) -> tuple[Row[Any], int | None]:
    """The account's row, held until the commit, and who acts on it: its owner in person, or staff above it.

    Raises LoginRequired, AccountDeactivated, NotAllowed, UserNotFound.
    """
    if actor.user_id is not None and actor.user_id == user_id:
        return lock_user(work, user_id), require_in_person(actor)
    refuse_tokens(actor)
    staff_id = require_staff(actor)
    user = lock_user(work, user_id)
    if not actor.outranks(Role(user.role)):
        raise NotAllowed("Only admins act on the accounts of staff.")
    return user, staff_id
