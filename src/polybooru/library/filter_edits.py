"""What people do with filters: make, change, delete, choose one; for staff also: force one on somebody.

Neighbours: `filters` (reading them), `stored_queries` (what their queries may say).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, or_, select, update

from polybooru.db.full_text import FILTER_WORDS, remove_words
from polybooru.db.tables import filter_tags, filters, users
from polybooru.library.actors import Actor, Permission, Role, require, require_staff
from polybooru.library.errors import (
    FilterNotFound,
    InvalidValue,
    NameTaken,
    NotAllowed,
    UserNotFound,
)
from polybooru.library.filters import DEFAULT_NAME, HIDE, SPOILER, find_filter
from polybooru.library.images import MAX_ID
from polybooru.library.stored_queries import (
    HIDDEN_TAG_US,
    SPOILERED_TAG_US,
    check_filter_query,
    refuse_dear,
)
from polybooru.library.tag_names import clean_tag_list
from polybooru.library.tags import find_tags_to_keep
from polybooru.library.texts import body_text, line_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.words import put_words
from polybooru.library.work import Work

MAX_NAME_BYTES = 255
MAX_DESCRIPTION_BYTES = 10_000
MAX_TAGS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterText:
    """What an owner writes.

    Tags are names as people type them: unknown ones are dropped, aliases replaced. The complex queries have
    one query a line, any of which may match.
    """

    name: str
    description: str = ""
    is_public: bool = False
    hidden_tags: Sequence[str] = ()
    spoilered_tags: Sequence[str] = ()
    hidden_complex: str = ""
    spoilered_complex: str = ""


@verb(Acts.THE_LIBRARY)
def create_filter(work: Work, actor: Actor, text: FilterText) -> int:
    """Id of the new filter. Raises LoginRequired, NotAllowed, InvalidValue, NameTaken."""
    user_id = require(actor, Permission.WRITE)
    row = _row(work, actor, text)
    made = work.execute(
        work.insert(filters)
        .values({**row, "user_id": user_id, "created_at": work.now})
        .on_conflict_do_nothing(index_elements=["user_id", "name"])
        .returning(filters.c.id)
    ).scalar_one_or_none()
    if made is None:
        raise _taken(row)
    filter_id = int(made)
    _put_parts(work, filter_id, _tags(work, filter_id, text), row)
    return filter_id


@verb(Acts.FILTER)
def edit_filter(work: Work, actor: Actor, filter_id: int, text: FilterText) -> None:
    """Replace all of an own filter, for staff of a system filter.

    A public filter that others use stays public: they would see what they chose not to see.
    Raises LoginRequired, NotAllowed, FilterNotFound, InvalidValue, NameTaken.
    """
    stored = _find_own(work, actor, filter_id)
    row = _row(work, actor, text)
    if stored.is_system:
        row["is_public"] = True
        if stored.name == DEFAULT_NAME and row["name"] != DEFAULT_NAME:
            raise InvalidValue("name", "cannot be changed")
    elif stored.is_public and not text.is_public and _is_used(work, filter_id, users.c.id != stored.user_id):
        raise InvalidValue("is_public", "cannot be taken back while others use the filter")
    # One of its owner's edits after the other, so that two cannot take one name.
    work.execute(select(users.c.id).where(users.c.id == stored.user_id).with_for_update(key_share=True))
    same_name = select(filters.c.id).where(
        filters.c.user_id == stored.user_id, filters.c.name == row["name"], filters.c.id != filter_id
    )
    if work.execute(same_name).first():
        raise _taken(row)
    listed = _tags(work, filter_id, text)  # kept before the old list is touched, as by whoever deletes one
    work.execute(update(filters).where(filters.c.id == filter_id).values(row))
    work.execute(delete(filter_tags).where(filter_tags.c.filter_id == filter_id))
    _put_parts(work, filter_id, listed, row)
    if stored.is_system:
        work.logged(actor.user_id, "filter.edit", "filter", filter_id, name=row["name"])


@verb(Acts.FILTER)
def delete_filter(work: Work, actor: Actor, filter_id: int) -> None:
    """Remove an own filter that nobody uses.

    Raises LoginRequired, NotAllowed, FilterNotFound, InvalidValue for one that somebody uses.
    """
    stored = _find_own(work, actor, filter_id, is_to_go=True)
    if stored.is_system:
        raise NotAllowed("A system filter stays.")
    if _is_used(work, filter_id):
        raise InvalidValue("filter", "is in use and cannot be deleted")
    work.execute(delete(filter_tags).where(filter_tags.c.filter_id == filter_id))
    work.execute(delete(filters).where(filters.c.id == filter_id))
    remove_words(work.connection, FILTER_WORDS, filter_id)
    work.changed("filter", filter_id)


@verb(Acts.FILTER)
def set_current_filter(work: Work, actor: Actor, filter_id: int) -> None:
    """Use this filter from now on. Raises LoginRequired, NotAllowed, FilterNotFound."""
    user_id = require(actor, Permission.INTERACT)
    _keep(work, filter_id)
    find_filter(work, actor, filter_id)
    work.execute(update(users).where(users.c.id == user_id).values(current_filter_id=filter_id))
    work.changed("preferences", user_id)


@verb(Acts.USER)
def force_filter(work: Work, actor: Actor, user_id: int, filter_id: int | None) -> None:
    """Let a filter hide on top of whatever the user chooses; None ends that. Only admins do it to staff.

    Raises LoginRequired, NotAllowed, FilterNotFound, UserNotFound.
    """
    staff_id = require_staff(actor)
    if filter_id is not None:
        _keep(work, filter_id)
        find_filter(work, actor, filter_id)
    role = None
    if 0 < user_id <= MAX_ID:
        of_user = select(users.c.role).where(users.c.id == user_id, users.c.deleted_at.is_(None))
        role = work.execute(of_user).scalar_one_or_none()
    if role is None:
        raise UserNotFound(f"There is no user {user_id}.")
    if not actor.outranks(Role(role)):
        raise NotAllowed("Only an admin forces a filter on staff.")
    work.execute(update(users).where(users.c.id == user_id).values(forced_filter_id=filter_id))
    work.logged(staff_id, "filter.force", "user", user_id, filter_id=filter_id)
    work.changed("preferences", user_id)


def _row(work: Work, actor: Actor, text: FilterText) -> dict[str, Any]:
    queries = {
        "hidden_complex": check_filter_query(actor, "hidden_complex", text.hidden_complex),
        "spoilered_complex": check_filter_query(actor, "spoilered_complex", text.spoilered_complex),
    }
    hidden, spoilered = _listed(text)
    tags_us = HIDDEN_TAG_US * len(hidden) + SPOILERED_TAG_US * len(spoilered)
    refuse_dear(work, actor, queries, besides_us=tags_us)
    name = line_text("name", text.name, max_bytes=MAX_NAME_BYTES, min_bytes=1)
    return {
        "name": name,
        "folded_name": name.lower(),
        "description": body_text("description", text.description, max_bytes=MAX_DESCRIPTION_BYTES),
        "is_public": text.is_public,
        **queries,
    }


def _put_parts(work: Work, filter_id: int, listed: Sequence[dict[str, object]], row: dict[str, Any]) -> None:
    if listed:
        work.execute(insert(filter_tags), listed)
    put_words(work, FILTER_WORDS, filter_id, description=row["description"])
    work.changed("filter", filter_id)


def _tags(work: Work, filter_id: int, text: FilterText) -> list[dict[str, object]]:
    lists = _listed(text)
    found = find_tags_to_keep(work, {name for names in lists for name in names})
    return [
        {"filter_id": filter_id, "tag_id": tag_id, "effect": effect}
        for names, effect in zip(lists, (HIDE, SPOILER), strict=True)
        for tag_id in sorted({found[name].id for name in names if name in found})
    ]


def _listed(text: FilterText) -> tuple[list[str], list[str]]:
    hidden, spoilered = (clean_tag_list(",".join(names)) for names in (text.hidden_tags, text.spoilered_tags))
    for field, names in (("hidden_tags", hidden), ("spoilered_tags", spoilered)):
        if len(names) > MAX_TAGS:
            raise InvalidValue(field, f"should have at most {MAX_TAGS} item(s)")
    return hidden, spoilered


def _find_own(work: Work, actor: Actor, filter_id: int, *, is_to_go: bool = False) -> Row[Any]:
    """A filter that the caller may change, locked until the commit; is_to_go: also against new tags in it."""
    user_id = require(actor, Permission.WRITE)
    row = None
    if 0 < filter_id <= MAX_ID:
        wanted = select(filters).where(filters.c.id == filter_id)
        row = work.execute(wanted.with_for_update(key_share=not is_to_go)).one_or_none()
    if row is None:
        raise FilterNotFound(f"There is no filter {filter_id}.")
    if row.user_id == user_id or (row.is_system and actor.is_staff):
        return row
    find_filter(work, actor, filter_id)  # one that the caller may not see is not found
    raise NotAllowed("Only its owner changes a filter.")


def _keep(work: Work, filter_id: int) -> None:
    """Let nobody delete the filter or make it private before this is done."""
    if 0 < filter_id <= MAX_ID:
        wanted = select(filters.c.id).where(filters.c.id == filter_id)
        work.execute(wanted.with_for_update(read=True))


def _is_used(work: Work, filter_id: int, *by: ColumnElement[bool]) -> bool:
    using = or_(users.c.current_filter_id == filter_id, users.c.forced_filter_id == filter_id)
    return work.execute(select(users.c.id).where(using, *by).limit(1)).first() is not None


def _taken(row: dict[str, Any]) -> NameTaken:
    return NameTaken(f"There is a filter {row['name']!r} of this person already.")
