"""What people tell of themselves, and how they want the board to be for them.

Neighbours: `filter_edits` (the filter they chose), `watched_lists`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Table, and_, func, select, update

from polybooru.db.tables import comments, forums, images, posts, topics, users
from polybooru.library.accounts import get_user, lock_user
from polybooru.library.actors import Actor, Permission, Role, require, require_staff
from polybooru.library.errors import InvalidValue, NotAllowed, UserNotFound
from polybooru.library.texts import body_text, line_text
from polybooru.library.user_names import fold_name
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MAX_BIO_BYTES = 10_000
MAX_TITLE_BYTES = 24
IMAGES_PER_PAGE = range(1, 51)
STAFF_WORDS = ("admin", "assistant", "developer", "mod", "moderator", "owner", "staff", "sysop", "team")
"""What a personal title does not contain as a word, unless its owner has a role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileText:
    """What somebody tells of himself. hides_role: others see a user like any other."""

    bio: str = ""
    personal_title: str = ""
    hides_role: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What everybody may know of somebody; numbers of what is in sight under the name."""

    id: int
    name: str
    slug: str
    role: Role
    bio: str
    personal_title: str
    created_at: datetime
    comment_count: int
    upload_count: int
    post_count: int
    topic_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """images_per_page: None is the board's number. writes_anonymously: unless a text says otherwise."""

    images_per_page: int | None = None
    writes_anonymously: bool = False


@verb(Acts.USER)
def edit_profile(work: Work, actor: Actor, user_id: int, text: ProfileText) -> None:
    """Replace the own profile, or as staff that of somebody else.

    Raises LoginRequired, NotAllowed, UserNotFound, InvalidValue.
    """
    is_own = actor.user_id == user_id
    staff_id = require(actor, Permission.WRITE) if is_own else require_staff(actor)
    user = lock_user(work, user_id)
    if not is_own and not actor.outranks(Role(user.role)):
        raise NotAllowed("Only admins act on the accounts of staff.")
    title = line_text("personal_title", text.personal_title, max_bytes=MAX_TITLE_BYTES)
    words = "".join(c if c.isalnum() else " " for c in fold_name(title)).split()
    if Role(user.role) is Role.USER and not set(words).isdisjoint(STAFF_WORDS):
        raise InvalidValue("personal_title", "must not contain words of staff")
    values = {
        "bio": body_text("bio", text.bio, max_bytes=MAX_BIO_BYTES),
        "personal_title": title,
        "hides_role": text.hides_role,
    }
    work.execute(update(users).where(users.c.id == user_id).values(values))
    if not is_own:
        work.logged(
            staff_id, "user.edit_profile", "user", user_id, before=user.bio, title=user.personal_title
        )
    work.changed("user", user_id)


@verb(Acts.THE_LIBRARY)
def set_preferences(work: Work, actor: Actor, preferences: Preferences) -> None:
    """Replace the own preferences. Raises LoginRequired, NotAllowed, InvalidValue."""
    user_id = require(actor, Permission.INTERACT)
    per_page = preferences.images_per_page
    if per_page is not None and per_page not in IMAGES_PER_PAGE:
        raise InvalidValue(
            "images_per_page", f"must be {IMAGES_PER_PAGE.start} to {IMAGES_PER_PAGE.stop - 1}"
        )
    values = {"images_per_page": per_page, "writes_anonymously": preferences.writes_anonymously}
    work.execute(update(users).where(users.c.id == user_id).values(values))
    work.changed("preferences", user_id)


def find_profile(reading: Reading, user_id: int) -> Profile:
    """Raises UserNotFound, also for somebody who is switched off."""
    user = get_user(reading, user_id)
    if user.is_deactivated:
        raise UserNotFound(f"There is no user {user_id}.")
    row = reading.execute(
        select(users.c.bio, users.c.personal_title, users.c.hides_role).where(users.c.id == user_id)
    ).one()

    return Profile(
        id=user.id,
        name=user.name,
        slug=user.slug,
        role=Role.USER if row.hides_role else user.role,
        bio=row.bio,
        personal_title=row.personal_title,
        created_at=user.created_at,
        comment_count=_number(
            reading,
            comments.join(images, comments.c.image_id == images.c.id),
            *_by(comments, user_id),
            _in_sight(images),
        ),
        upload_count=_number(reading, images, *_by(images, user_id)),
        post_count=_number(
            reading,
            posts.join(_FORUMS, posts.c.topic_id == topics.c.id),
            *_by(posts, user_id),
            _in_sight(topics),
            _IS_OPEN,
        ),
        topic_count=_number(reading, _FORUMS, *_by(topics, user_id), _IS_OPEN),
    )


def _number(reading: Reading, rows: FromClause, *conditions: ColumnElement[bool]) -> int:
    found: int = reading.execute(select(func.count()).select_from(rows).where(*conditions)).scalar_one()
    return found


def _by(table: Table, user_id: int) -> tuple[ColumnElement[bool], ...]:
    author = table.c.uploader_id if table is images else table.c.user_id
    return author == user_id, _in_sight(table), table.c.is_anonymous.is_(False)


def _in_sight(table: Table) -> ColumnElement[bool]:
    shown: ColumnElement[bool] = table.c.hidden_from_users.is_(False)
    return and_(shown, table.c.is_approved) if "is_approved" in table.c else shown


_FORUMS = topics.join(forums, topics.c.forum_id == forums.c.id)
_IS_OPEN = forums.c.access_level == "normal"
