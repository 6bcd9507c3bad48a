"""Watch lists: tags and queries whose images somebody follows with `my:watched`.

Neighbours: `stored_queries` (what the queries may say); what a list means is read where searches are parsed.
"""

from sqlalchemy import delete, func, select, update

from polybooru.db.tables import users, watched_tags
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import InvalidValue, TagNotFound
from polybooru.library.stored_queries import WATCH_QUERIES_SHARE, check_watch_query, refuse_dear
from polybooru.library.tag_names import clean_tag_name
from polybooru.library.tags import find_tags_to_keep
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Work

MAX_TAGS = 5_000


@verb(Acts.TAG)
def watch_tag(work: Work, actor: Actor, name: str) -> bool:
    """Follow a tag, an alias as its target; returns whether that is new.

    Raises LoginRequired, NotAllowed, TagNotFound, InvalidValue for one too many.
    """
    user_id, tag_id = require(actor, Permission.INTERACT), _tag_id(work, name)
    # The person's row puts parallel changes in line, so that the limit holds.
    work.execute(select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True))
    own = select(func.count()).select_from(watched_tags).where(watched_tags.c.user_id == user_id)
    if work.execute(own).scalar_one() >= MAX_TAGS:
        raise InvalidValue("watched_tags", f"should have at most {MAX_TAGS} item(s)")
    added = work.execute(
        work.insert(watched_tags)
        .values(user_id=user_id, tag_id=tag_id)
        .on_conflict_do_nothing()
        .returning(watched_tags.c.tag_id)
    ).first()
    if added is not None:
        work.changed("preferences", user_id)
    return added is not None


@verb(Acts.TAG)
def unwatch_tag(work: Work, actor: Actor, name: str) -> bool:
    """Follow the tag no longer; returns whether it was followed.

    Raises LoginRequired, NotAllowed, TagNotFound.
    """
    user_id, tag_id = require(actor, Permission.INTERACT), _tag_id(work, name)
    one = (watched_tags.c.user_id == user_id, watched_tags.c.tag_id == tag_id)
    removed = work.execute(delete(watched_tags).where(*one)).rowcount > 0
    if removed:
        work.changed("preferences", user_id)
    return removed


@verb(Acts.THE_LIBRARY)
def set_watch_queries(
    work: Work, actor: Actor, *, watched: str, excluded: str, hides_spoilered: bool
) -> None:
    """Follow also what one line of `watched` matches, and nothing that one line of `excluded` matches.

    hides_spoilered: nor what the person's filter covers. Raises LoginRequired, NotAllowed, InvalidValue.
    """
    user_id = require(actor, Permission.INTERACT)
    queries = {
        field: check_watch_query(work, actor, field, text)
        for field, text in (("watched_query", watched), ("watched_exclude", excluded))
    }
    refuse_dear(work, actor, queries, share=WATCH_QUERIES_SHARE)
    row = {**queries, "watched_hides_spoilered": hides_spoilered}
    work.execute(update(users).where(users.c.id == user_id).values(row))
    work.changed("preferences", user_id)


def _tag_id(work: Work, name: str) -> int:
    clean = clean_tag_name(name)
    found = find_tags_to_keep(work, [clean])
    if clean not in found:
        raise TagNotFound(f"There is no tag {clean!r}.")
    return found[clean].id
