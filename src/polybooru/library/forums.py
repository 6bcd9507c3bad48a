"""Forums: the ones that every board begins with, and who may enter which.

Neighbours: `topics` and `posts`, which hold a forum's row while they change what it counts: the topics in
sight and all their posts.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, or_, select, update

from polybooru.db.tables import forums
from polybooru.library.actors import Actor, Permission, Role, require_staff
from polybooru.library.errors import ForumNotFound, InvalidValue, NameTaken
from polybooru.library.texts import line_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work

LEVELS = NORMAL, ASSISTANT, STAFF = "normal", "assistant", "staff"
MAX_SHORT_NAME = 25
MAX_NAME_BYTES = 100
MAX_DESCRIPTION_BYTES = 1_000
_SHORT_NAME = re.compile(f"[a-z]{{1,{MAX_SHORT_NAME}}}")
FORUMS = (
    ("dis", "General Discussion", NORMAL),
    ("pony", "Shows and Movies", NORMAL),
    ("meta", "Site and Policy", NORMAL),
    ("art", "Art Chat", NORMAL),
    ("rp", "Roleplaying", NORMAL),
    ("helper", "Site Assistant Discussion", ASSISTANT),
    ("mod", "Moderation Discussion", STAFF),
)
"""Short name, name, access level. Source: docs/reference/philomena.md, forums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumText:
    """What an admin says of a forum. access_level: one of `LEVELS`."""

    name: str
    description: str = ""
    access_level: str = NORMAL


def seed_forums(work: Work) -> None:
    """Make the forums that do not exist yet."""
    rows = [{"short_name": short, "name": name, "access_level": level} for short, name, level in FORUMS]
    work.execute(work.insert(forums).values(rows).on_conflict_do_nothing(index_elements=["short_name"]))


def may_enter(actor: Actor, access_level: str) -> bool:
    """Whether the caller sees a forum of this level and may write there."""
    if access_level == NORMAL or actor.is_staff:
        return True
    is_assistant = actor.role is Role.ASSISTANT and not actor.is_deactivated and actor.ban is None
    return access_level == ASSISTANT and is_assistant


def levels_of(actor: Actor) -> tuple[str, ...]:
    """The access levels of the forums that the caller sees."""
    return tuple(level for level in LEVELS if may_enter(actor, level))


def locked_forum(work: Work, actor: Actor, short_name: str, *, after: int | None = None) -> Row[Any]:
    """The forum that the caller may enter, held until the commit. Raises ForumNotFound.

    after: id of another forum to hold with it, both in the order of their ids.
    """
    row = None
    if short_name.isascii() and short_name.isalnum():  # what a database refuses to be asked is no name
        named = forums.c.short_name == short_name
        wanted = named if after is None else or_(named, forums.c.id == after)
        held = select(forums).where(wanted).order_by(forums.c.id).with_for_update(key_share=True)
        row = next((found for found in work.execute(held).all() if found.short_name == short_name), None)
    if row is None or not may_enter(actor, row.access_level):
        raise ForumNotFound(f"There is no forum {short_name!r}.")
    return row


def held_forum(work: Work, forum_id: int) -> None:
    """Hold the row of a forum that is known to exist."""
    work.execute(select(forums.c.id).where(forums.c.id == forum_id).with_for_update(key_share=True))


@verb(Acts.THE_LIBRARY)
def create_forum(work: Work, actor: Actor, short_name: str, text: ForumText) -> int:
    """Id of a new forum. short_name: lower-case letters, as it stands in addresses; it never changes.

    Raises LoginRequired, NotAllowed for all but admins, NameTaken, InvalidValue.
    """
    user_id = require_staff(actor, Permission.ADMINISTER)
    if _SHORT_NAME.fullmatch(short_name) is None:
        raise InvalidValue("short_name", f"should be 1 to {MAX_SHORT_NAME} lower-case letters")
    row = {"short_name": short_name, **_row(text)}
    added = work.insert(forums).values(row).on_conflict_do_nothing(index_elements=["short_name"])
    made = work.execute(added.returning(forums.c.id)).scalar_one_or_none()
    if made is None:
        raise NameTaken(f"There is a forum {short_name!r} already.")
    work.logged(user_id, "forum.create", "forum", made, short_name=short_name)
    work.changed("forum", made)
    return int(made)


@verb(Acts.FORUM)
def edit_forum(work: Work, actor: Actor, forum: str, text: ForumText) -> None:
    """Replace its name, description and access level. forum: short name.

    Raises LoginRequired, NotAllowed for all but admins, ForumNotFound, InvalidValue.
    """
    user_id = require_staff(actor, Permission.ADMINISTER)
    row = _row(text)
    known = locked_forum(work, actor, forum)
    work.execute(update(forums).where(forums.c.id == known.id).values(row))
    work.logged(user_id, "forum.edit", "forum", known.id, before=known.access_level, after=text.access_level)
    work.changed("forum", known.id)


def _row(text: ForumText) -> dict[str, object]:
    if text.access_level not in LEVELS:
        raise InvalidValue("access_level", f"should be one of {', '.join(LEVELS)}")
    return {
        "name": line_text("name", text.name, max_bytes=MAX_NAME_BYTES, min_bytes=1),
        "description": line_text("description", text.description, max_bytes=MAX_DESCRIPTION_BYTES),
        "access_level": text.access_level,
    }


def count_in_forum(work: Work, forum_id: int, *, topics: int, posts: int) -> None:
    """Raise or lower what the forum counts; the caller holds its row."""
    work.execute(
        update(forums)
        .where(forums.c.id == forum_id)
        .values(topic_count=forums.c.topic_count + topics, post_count=forums.c.post_count + posts)
    )
    work.changed("forum", forum_id)
