"""Listed tags: those that some clients know, by short names, each for any image or for adults' images alone.

An admin lists them. While none is listed, the library's most used content tags are, by names made from their
own. Neighbours: `tag_listing` (the list as it is served), `listed_images` (searches by it).
Source of the rules: docs/reference/listed-tags.md
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from polybooru.db.tables import listed_tags, tags
from polybooru.library.actors import Actor, Permission, require_staff
from polybooru.library.errors import InvalidValue, NameTaken, TagNotFound
from polybooru.library.tags import check_tag_name, lock_tags
from polybooru.library.texts import line_text
from polybooru.library.verbs import Acts, verb
from polybooru.library.work import Reading, Work

MOST = 10_000
MOST_BY_DEFAULT = 1_000
MAX_NAME_LETTERS = 255
MAX_DESCRIPTION_BYTES = 1_000
NO_CONTENT = frozenset({"error", "rating", "origin", "spoiler"})
"""Categories of tags that say other things of an image than what is on it."""
_NAME = re.compile(r"[a-z0-9-]+")
_OTHERS = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTag:
    """One tag of the list. name: what clients call it. is_nsfw: whether it is for adults' images alone."""

    tag_id: int
    name: str
    description: str
    is_nsfw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedTag:
    """A tag that may be listed by default."""

    tag_id: int
    name: str
    category: str | None
    short_description: str


def short_name(tag_name: str) -> str:
    """What a tag is called that was given no other name: each run of other characters is one hyphen."""
    return _OTHERS.sub("-", tag_name.lower())[:MAX_NAME_LETTERS]


def by_default(used: Iterable[UsedTag]) -> Mapping[int, ListedTag]:
    """The list while nobody made one, by tag. used: the most used first; of two that meet the first is it."""
    by_name: dict[str, ListedTag] = {}
    for tag in used:
        if len(by_name) == MOST_BY_DEFAULT:
            break
        if tag.category not in NO_CONTENT:
            name = short_name(tag.name)
            listed = ListedTag(tag_id=tag.tag_id, name=name, description=tag.short_description, is_nsfw=False)
            by_name.setdefault(name, listed)
    return MappingProxyType({listed.tag_id: listed for listed in by_name.values()})


def chosen_tags(reading: Reading) -> Mapping[int, ListedTag]:
    """What was listed, by tag, in the order of the tags' ids; empty while the list is the default one."""
    rows = reading.execute(select(listed_tags).order_by(listed_tags.c.tag_id))
    return MappingProxyType({row.tag_id: _listed(row) for row in rows})


def list_listed_tags(reading: Reading) -> Sequence[ListedTag]:
    """The list, chosen or default, by tag id. Cost: a look at all tags where it is the default one."""
    found = chosen_tags(reading) or by_default(_most_used(reading))
    return [found[tag_id] for tag_id in sorted(found)]


@verb(Acts.TAG)
def list_tag(
    work: Work,
    actor: Actor,
    tag_name: str,
    *,
    name: str | None = None,
    description: str | None = None,
    is_nsfw: bool | None = None,
) -> ListedTag:
    """Put a tag on the list, or say something else of one that is there; None leaves it, or makes the usual.

    Raises LoginRequired, NotAllowed, TagNotFound, InvalidValue, NameTaken.
    """
    staff_id = require_staff(actor, Permission.ADMINISTER)
    clean = check_tag_name(tag_name)
    row = lock_tags(work, [clean]).get(clean)
    if row is None:
        raise TagNotFound(f"There is no tag {clean!r}.")
    if row.aliased_tag_id is not None:
        raise InvalidValue("tag", "is an alias; list what it stands for")
    known = work.execute(select(listed_tags).where(listed_tags.c.tag_id == row.id)).one_or_none()
    before = None if known is None else _listed(known)
    if before is None:
        _refuse_too_many(work)
        before = ListedTag(
            tag_id=row.id, name=short_name(clean), description=row.short_description, is_nsfw=False
        )
    wanted = ListedTag(
        tag_id=row.id,
        name=before.name if name is None else _name(name),
        description=before.description if description is None else _description(description),
        is_nsfw=before.is_nsfw if is_nsfw is None else is_nsfw,
    )
    if known is None or wanted != before:
        _put(work, wanted, is_new=known is None)
        said = {"name": wanted.name, "description": wanted.description, "is_nsfw": wanted.is_nsfw}
        work.logged(staff_id, "listed_tag.put", "tag", row.id, tag=clean, **said)
        work.changed("listed_tag", row.id)
    return wanted


@verb(Acts.TAG)
def unlist_tag(work: Work, actor: Actor, tag_name: str) -> None:
    """Take a tag from the list; after the last one the list is the default one again.

    Raises LoginRequired, NotAllowed, TagNotFound for one that is not on it, too.
    """
    staff_id = require_staff(actor, Permission.ADMINISTER)
    clean = check_tag_name(tag_name)
    of_tag = select(tags.c.id).where(tags.c.name == clean).scalar_subquery()
    gone = delete(listed_tags).where(listed_tags.c.tag_id == of_tag).returning(listed_tags)
    row = work.execute(gone).one_or_none()
    if row is None:
        raise TagNotFound(f"The tag {clean!r} is not listed.")
    said = {"name": row.name, "description": row.description, "is_nsfw": row.is_nsfw}
    work.logged(staff_id, "listed_tag.remove", "tag", row.tag_id, tag=clean, **said)
    work.changed("listed_tag", row.tag_id)


@verb(Acts.THE_LIBRARY)
def list_most_used_tags(work: Work, actor: Actor) -> int:
    """Write the default list down, beside what is listed already; returns how many tags that added.

    A tag whose name another has is left out. Raises LoginRequired, NotAllowed, InvalidValue.
    """
    staff_id = require_staff(actor, Permission.ADMINISTER)
    work.database.lock_table(work.connection, listed_tags)
    known = chosen_tags(work)
    names = {listed.name for listed in known.values()}
    fresh = [
        one
        for one in by_default(_most_used(work)).values()
        if one.tag_id not in known and one.name not in names
    ]
    if len(known) + len(fresh) > MOST:
        raise InvalidValue("list", f"would be too long: at most {MOST} tags are listed")
    if fresh:
        rows = [
            {"tag_id": one.tag_id, "name": one.name, "description": one.description, "is_nsfw": one.is_nsfw}
            for one in fresh
        ]
        work.execute(work.insert(listed_tags), rows)
        work.logged(staff_id, "listed_tag.put_most_used", "listed_tag", 0, count=len(fresh))
        work.changed("listed_tag", 0)
    return len(fresh)


def move_listed_tag(work: Work, tag_id: int, target_id: int) -> None:
    """What is listed becomes an alias: its target is listed in its place, unless it is already."""
    known = work.execute(select(listed_tags.c.tag_id).where(listed_tags.c.tag_id == target_id)).first()
    if known is not None:
        drop_listed_tag(work, tag_id)
        return
    moved = update(listed_tags).where(listed_tags.c.tag_id == tag_id).values(tag_id=target_id)
    if work.execute(moved).rowcount:
        work.changed("listed_tag", tag_id)


def drop_listed_tag(work: Work, tag_id: int) -> None:
    """The tag goes."""
    if work.execute(delete(listed_tags).where(listed_tags.c.tag_id == tag_id)).rowcount:
        work.changed("listed_tag", tag_id)


def _most_used(reading: Reading) -> Iterable[UsedTag]:
    columns = (tags.c.id, tags.c.name, tags.c.category, tags.c.short_description)
    is_content = or_(tags.c.category.is_(None), tags.c.category.not_in(sorted(NO_CONTENT)))
    rows = reading.execute(
        select(*columns)
        .where(tags.c.image_count > 0, tags.c.aliased_tag_id.is_(None), is_content)
        .order_by(tags.c.image_count.desc(), tags.c.id)
        .limit(2 * MOST_BY_DEFAULT)  # some of which may meet
    )
    return [UsedTag(tag_id=row[0], name=row[1], category=row[2], short_description=row[3]) for row in rows]


def _put(work: Work, wanted: ListedTag, *, is_new: bool) -> None:
    said = {"name": wanted.name, "description": wanted.description, "is_nsfw": wanted.is_nsfw}
    work.database.lock_table(work.connection, listed_tags)  # so that no two take one name at once
    other = select(listed_tags.c.tag_id).where(listed_tags.c.name == wanted.name)
    if work.execute(other.where(listed_tags.c.tag_id != wanted.tag_id)).first() is not None:
        raise NameTaken(f"Another tag is listed as {wanted.name!r}.")
    if is_new:
        work.execute(work.insert(listed_tags).values(tag_id=wanted.tag_id, **said).on_conflict_do_nothing())
    else:
        work.execute(update(listed_tags).where(listed_tags.c.tag_id == wanted.tag_id).values(**said))


def _refuse_too_many(work: Work) -> None:
    if work.execute(select(func.count()).select_from(listed_tags)).scalar_one() >= MOST:
        raise InvalidValue("tag", f"is one too many: {MOST} tags are listed")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text) or len(text) > MAX_NAME_LETTERS:
        raise InvalidValue("name", f"is made of at most {MAX_NAME_LETTERS} of `a-z', `0-9' and `-'")
    return text


def _description(text: str) -> str:
    return line_text("description", text, max_bytes=MAX_DESCRIPTION_BYTES)


def _listed(row: Row[Any]) -> ListedTag:
    return ListedTag(tag_id=row.tag_id, name=row.name, description=row.description, is_nsfw=row.is_nsfw)
