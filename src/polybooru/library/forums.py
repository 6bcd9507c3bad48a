"""Forums: the ones that every board begins with, and who may enter which.

Neighbours: `topics` and `posts`, which hold a forum's row while they change what it counts: the topics in
sight and all their posts.
"""

from typing import Any

from sqlalchemy import Row, select, update

from polybooru.db.tables import forums
from polybooru.library.actors import Actor, Role
from polybooru.library.errors import ForumNotFound
from polybooru.library.work import Work

NORMAL, ASSISTANT, STAFF = "normal", "assistant", "staff"
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


def seed_forums(work: Work) -> None:
    """Make the forums that do not exist yet."""
    rows = [{"short_name": short, "name": name, "access_level": level} for short, name, level in FORUMS]
    work.execute(work.insert(forums).values(rows).on_conflict_do_nothing(index_elements=["short_name"]))


def may_enter(actor: Actor, access_level: str) -> bool:
    """Whether the caller sees a forum of this level and may write there."""
    if access_level == NORMAL or actor.is_staff:
        return True
    return access_level == ASSISTANT and actor.role is Role.ASSISTANT and not actor.is_deactivated


def locked_forum(work: Work, actor: Actor, short_name: str) -> Row[Any]:
    """The forum that the caller may enter, held until the commit. Raises ForumNotFound."""
    row = None
    if (
        short_name.isascii() and short_name.isalnum()
    ):  # what a database refuses to be asked is no forum's name
        wanted = select(forums).where(forums.c.short_name == short_name)
        row = work.execute(wanted.with_for_update(key_share=True)).one_or_none()
    if row is None or not may_enter(actor, row.access_level):
        raise ForumNotFound(f"There is no forum {short_name!r}.")
    return row


def count_in_forum(work: Work, forum_id: int, *, topics: int, posts: int) -> None:
    """Raise or lower what the forum counts; the caller holds its row."""
    work.execute(
        update(forums)
        .where(forums.c.id == forum_id)
        .values(topic_count=forums.c.topic_count + topics, post_count=forums.c.post_count + posts)
    )
    work.changed("forum", forum_id)
