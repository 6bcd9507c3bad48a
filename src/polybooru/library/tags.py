"""Tags: finding, making, counting, and what a person's list of names means.

Neighbours: `tag_names` (cleaning, slugs, namespaces, without I/O), `tag_relations` (aliases, implications),
`tag_descriptions` (what staff say of them), `tag_edits` (which image has which).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, FromClause, Row, and_, bindparam, case, func, select, update

from polybooru.db import joined
from polybooru.db.full_text import TAG_WORDS
from polybooru.db.prepared import Prepared
from polybooru.db.tables import tag_implications, tags
from polybooru.library import jobs
from polybooru.library.errors import InvalidValue, TagNotFound
from polybooru.library.tag_names import (
    MAX_NAME_BYTES,
    NAMESPACES,
    address_slug,
    clean_tag_list,
    clean_tag_name,
    display_order_key,
    slug,
    split_namespace,
)
from polybooru.library.words import put_words
from polybooru.library.work import Reading, Work

_Value = TypeVar("_Value", int, str)
_IN_LIMIT = 500  # values per IN list: far below both databases' bounds on parameters


class Tag(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One tag as an image carries it. display_order: what an image's tags are sorted by.

    address_slug: how the addresses of its files name it.
    """

    id: int
    name: str
    slug: str
    address_slug: str
    namespace: str | None
    name_in_namespace: str
    category: str | None
    display_order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagDetail:
    """One tag with its relations; `aliases`, `implied` and `implied_by` are slugs in alphabetical order."""

    tag: Tag
    description: str
    short_description: str
    image_count: int
    aliased_to: str | None
    aliases: tuple[str, ...]
    implied: tuple[str, ...]
    implied_by: tuple[str, ...]


def in_display_order(found: Iterable[Tag]) -> list[Tag]:
    """By category in the board's sequence, those without one last, then by name."""
    return sorted(found, key=attrgetter("display_order"))


_COLUMNS = ("id", "name", "slug", "namespace", "name_in_namespace", "category")
_TURNS = 0x74616773  # advisory lock key: see `take_turns_at_tags`
_LOCKED = (
    select(tags.c.id, tags.c.aliased_tag_id)
    .where(joined.among_asked(tags.c.id))
    .order_by(tags.c.id)
    .with_for_update(key_share=True)
)
_KEPT = (
    select(tags.c.id)
    .where(joined.among_asked(tags.c.id))
    .order_by(tags.c.id)
    .with_for_update(key_share=True, read=True)
)
_COUNTED = (
    update(tags)
    .where(joined.among_asked(tags.c.id))
    .values(image_count=tags.c.image_count + bindparam("difference"))
)
_BY_ID = Prepared(select(*(tags.c[name] for name in _COLUMNS)).where(joined.among_asked(tags.c.id)))


def _slugs(condition: ColumnElement[bool], *tables: FromClause) -> Any:
    found = select(joined.texts_by_number(_OTHER.c.id, _OTHER.c.slug)).select_from(_OTHER, *tables)
    return found.where(condition).correlate(tags).scalar_subquery()


_OTHER, _TARGET = tags.alias("other"), tags.alias("target")
_IMPLIED, _IMPLYING = tag_implications.c.implied_tag_id, tag_implications.c.tag_id
# Images of an alias are still to be moved.
_IMAGE_COUNT = case((tags.c.aliased_tag_id.is_(None), tags.c.image_count), else_=0)
_USES = Prepared(
    select(tags.c.id, tags.c.name, _IMAGE_COUNT).where(joined.among_asked(tags.c.id)).order_by(tags.c.id)
)
_DETAILS = select(
    *(tags.c[name] for name in _COLUMNS),
    tags.c.description,
    tags.c.short_description,
    _IMAGE_COUNT,
    _TARGET.c.slug.label("target_slug"),
    _slugs(_OTHER.c.aliased_tag_id == tags.c.id),
    _slugs(and_(tags.c.id == _IMPLYING, _OTHER.c.id == _IMPLIED), tag_implications),
    _slugs(and_(tags.c.id == _IMPLIED, _OTHER.c.id == _IMPLYING), tag_implications),
).outerjoin_from(tags, _TARGET, _TARGET.c.id == tags.c.aliased_tag_id)
_DETAIL_BY_SLUG = Prepared(_DETAILS.where(tags.c.slug == bindparam("slug")))
_DETAIL_BY_ID = Prepared(_DETAILS.where(joined.among_asked(tags.c.id)))


def load_tags(reading: Reading, tag_ids: Iterable[int]) -> dict[int, Tag]:
    """Tags by id; unknown ids are left out."""
    rows = reading.run(_BY_ID, **joined.asked(tag_ids))
    return {row[0]: _tag(*row) for row in rows}


def load_tag_lists(reading: Reading, lists: Sequence[Sequence[int]]) -> list[list[Tag]]:
    """Those tags of each list of ids that exist, in its order."""
    known = load_tags(reading, set[int]().union(*lists))
    return [[known[tag_id] for tag_id in tag_ids if tag_id in known] for tag_ids in lists]


def find_tag_by_slug(reading: Reading, wanted: str) -> TagDetail:
    """The tag with exactly this slug, an alias as itself. Raises TagNotFound."""
    rows = [] if "\0" in wanted else reading.run(_DETAIL_BY_SLUG, slug=wanted)  # PostgreSQL refuses a zero
    if not rows:
        raise TagNotFound(f"There is no tag with the slug {wanted!r}.")
    return _detail(rows[0])


def load_tag_details(reading: Reading, tag_ids: Iterable[int]) -> dict[int, TagDetail]:
    """Tags with their relations by id; unknown ids are left out. Cost: one statement."""
    return {row[0]: _detail(row) for row in reading.run(_DETAIL_BY_ID, **joined.asked(tag_ids))}


def tag_uses(reading: Reading, tag_ids: Iterable[int]) -> list[tuple[int, str, int]]:
    """Id, name and number of images of tags, by id; unknown ids are left out."""
    return [(row[0], row[1], row[2]) for row in reading.run(_USES, **joined.asked(tag_ids))]


def find_tags(reading: Reading, names: Collection[str]) -> dict[str, Tag]:
    """Tags by clean name, aliases replaced by their targets; unknown names are left out."""
    target = tags.alias("target")
    found: dict[str, Tag] = {}
    for part in _parts(sorted(names)):
        rows = reading.execute(
            select(tags.c.name.label("asked"), target)
            .join(target, target.c.id == tags.c.aliased_tag_id)
            .where(tags.c.name.in_(part))
        )
        found.update((row.asked, tag_from_row(row)) for row in rows)
        rows = reading.execute(select(tags).where(tags.c.name.in_(part), tags.c.aliased_tag_id.is_(None)))
        found.update((row.name, tag_from_row(row)) for row in rows)
    return found


def ensure_tags(work: Work, names: Sequence[str]) -> dict[str, Tag]:
    """As `find_tags`, after making the tags that do not exist. `names` are clean."""
    found = find_tags(work, names)
    while missing := set(names) - found.keys():  # again if somebody has just removed one that was there
        make_tags(work, missing)
        found |= find_tags(work, missing)
    return found


def foreseen_tags(reading: Reading, names: Sequence[str]) -> list[str]:
    """Names that `expand_tags` would come to, without making a tag that does not exist yet."""
    known = find_tags(reading, names)
    meant = {tag.id: tag for tag in known.values()}
    new = [name for name in names if name not in known]
    brought = brought_along(reading, meant.values(), new_names=new)
    return list(dict.fromkeys([*new, *(tag.name for tag in (*meant.values(), *brought))]))


def expand_tags(work: Work, names: Sequence[str]) -> list[Tag]:
    """What a list of clean names means: aliases replaced, implied tags and the tag `oc` added, no repeats.

    Implications are followed one level, as the board's staff enter the full set on each tag.
    """
    meant = {tag.id: tag for tag in ensure_tags(work, names).values()}
    meant |= {tag.id: tag for tag in brought_along(work, meant.values())}
    return in_display_order(meant[tag_id] for tag_id in keep_tags(work, meant, to_count=True))


def brought_along(reading: Reading, given: Collection[Tag], new_names: Iterable[str] = ()) -> list[Tag]:
    """What these tags imply, an alias as its target, and the tag `oc` if one of all is in that namespace.

    new_names: of tags that are given too, and do not exist yet.
    """
    found = _implied_by(reading, [tag.id for tag in given])
    namespaces = {tag.namespace for tag in (*given, *found)}
    if "oc" in namespaces | {split_namespace(name)[0] for name in new_names}:
        found += find_tags(reading, ["oc"]).values()
    return found


def _implied_by(reading: Reading, tag_ids: Iterable[int]) -> list[Tag]:
    found: list[Tag] = []
    target = tags.alias("target")
    meant = target.c.id == func.coalesce(tags.c.aliased_tag_id, tags.c.id)
    for part in _parts(sorted(tag_ids)):
        statement = (
            select(target)
            .join(tags, meant)
            .join(tag_implications, tag_implications.c.implied_tag_id == tags.c.id)
            .where(tag_implications.c.tag_id.in_(part))
            .distinct()
        )
        found.extend(tag_from_row(row) for row in reading.execute(statement))
    return found


def count_images(work: Work, tag_ids: Collection[int], by: int) -> None:
    """Raise or lower the number of images of these tags."""
    add_to_counts(work, dict.fromkeys(tag_ids, by))


def add_to_counts(work: Work, differences: Mapping[int, int]) -> None:
    """Change the numbers of images of tags by id, each by its own difference."""
    # Locked in the order of their ids, so that two transactions that count the same tags never wait in a
    # circle, and only against others that count: whoever points at a tag has locked it as a key already.
    locked = work.connection.execute(_LOCKED, joined.asked(sorted(differences))).all()
    aliases = [row.id for row in locked if row.aliased_tag_id is not None and differences[row.id] > 0]
    by_difference: defaultdict[int, list[int]] = defaultdict(list)
    for tag_id, difference in differences.items():
        by_difference[difference].append(tag_id)
    for tag_id in aliases:  # somebody read the name before it became an alias
        jobs.enqueue(work, jobs.MOVE_TAGGINGS, tag_id)
    for difference, tag_ids in by_difference.items():
        work.connection.execute(_COUNTED, {"difference": difference, **joined.asked(tag_ids)})


def seed_tags(work: Work, rows: Iterable[tuple[str, str]]) -> None:
    """Make tags with their categories where they do not exist yet; for a new library."""
    _make(work, [new_tag_row(work, name) | {"category": category} for name, category in rows])


def check_tag_name(text: str, field: str = "tag") -> str:
    """The one clean name that was given. Raises InvalidValue."""
    clean = clean_tag_name(text)
    if clean_tag_list(text) != [clean]:
        raise InvalidValue(field, f"A tag has a name of 1 to {MAX_NAME_BYTES} bytes without a comma.")
    return clean


def take_turns_at_tags(work: Work) -> None:
    """Hold off others who remove, rename or relate tags, until the commit; before any row is locked.

    They lock tags, relations, filters and images, each in an order of its own: two at once on the same tags
    could wait in a circle. They are few and quick. On SQLite there is one writer anyway.
    """
    if not work.is_sqlite:
        work.execute(select(func.pg_advisory_xact_lock(_TURNS)))


def lock_tags(work: Work, names: Iterable[str]) -> dict[str, Row[Any]]:
    """Rows of those of the tags that exist, by clean name; held to the end of the transaction."""
    in_line = select(tags).where(tags.c.name.in_(sorted(names))).order_by(tags.c.id)
    return {row.name: row for row in work.execute(in_line.with_for_update(key_share=True))}


def keep_tags(work: Work, tag_ids: Iterable[int], *, to_count: bool = False) -> set[int]:
    """Those of the tags that nobody has removed; nobody does before the transaction ends.

    For whoever found tags and is about to let something point at them. The others are left out as if they
    went a moment later, and what points at them with them. to_count: `add_to_counts` follows, and a lock that
    first is weak and strong then would wait in a circle with somebody who removes a tag.
    """
    if work.is_sqlite:  # where nobody writes meanwhile
        return set(tag_ids)
    held = work.connection.execute(_LOCKED if to_count else _KEPT, joined.asked(sorted(tag_ids)))
    return set(held.scalars())


def find_tags_to_keep(work: Work, names: Collection[str]) -> dict[str, Tag]:
    """As `find_tags`, of tags that stay, as of `keep_tags`."""
    found = find_tags(work, names)
    kept = keep_tags(work, {tag.id for tag in found.values()})
    return {name: tag for name, tag in found.items() if tag.id in kept}


def hold_tags(work: Work, names: Collection[str]) -> dict[str, Row[Any]]:
    """As `lock_tags`, after making the tags that do not exist.

    Made first: whoever makes tags locks the others of its own afterwards, and in a circle all would wait.
    """
    rows: dict[str, Row[Any]] = {}
    while missing := set(names) - rows.keys():  # again if somebody has just removed one that was there
        make_tags(work, missing)
        rows = lock_tags(work, names)
    return rows


def claim_name(work: Work, name: str) -> int | None:
    """Id of a row that keeps others from this clean name until the transaction ends; None if it is taken."""
    claimed = work.insert(tags).values(new_tag_row(work, name)).on_conflict_do_nothing().returning(tags.c.id)
    made: int | None = work.execute(claimed).scalar_one_or_none()
    return made


def make_tags(work: Work, names: Iterable[str]) -> None:
    """Make those of the tags with these clean names that do not exist."""
    # Sorted, so that two transactions that make the same tags wait for each other and never in a circle.
    for part in _parts(sorted(names)):
        _make(work, [new_tag_row(work, name) for name in part])


def _make(work: Work, rows: Sequence[dict[str, object]]) -> None:
    # No one index is named: a conflict that another session is just making may show in that of the slugs.
    made = work.insert(tags).values(rows).on_conflict_do_nothing().returning(tags.c.id, tags.c.name)
    for tag_id, name in work.execute(made).all():
        put_words(work, TAG_WORDS, tag_id, name=name)
        work.changed("tag", tag_id)


def new_tag_row(work: Work, name: str) -> dict[str, object]:
    """All that a clean name says of its tag."""
    namespace, rest = split_namespace(name)
    category = NAMESPACES[namespace].category if namespace is not None else None
    return {
        "name": name,
        "slug": slug(name),
        "namespace": namespace,
        "name_in_namespace": rest,
        "category": category,
        "created_at": work.now,
    }


def tag_from_row(row: Row[Any]) -> Tag:
    """The tag of a row that has the columns of `tags`, and maybe others."""
    return _tag(*(getattr(row, name) for name in _COLUMNS))


def _detail(row: tuple[Any, ...]) -> TagDetail:
    (*texts, image_count, aliased_to), related = row[len(_COLUMNS) : -3], row[-3:]
    aliases, implied, implied_by = (tuple(sorted(joined.read_texts(slugs))) for slugs in related)
    return TagDetail(
        tag=_tag(*row[: len(_COLUMNS)]),
        description=texts[0],
        short_description=texts[1],
        image_count=image_count,
        aliased_to=aliased_to,
        aliases=aliases,
        implied=implied,
        implied_by=implied_by,
    )


def _tag(
    tag_id: int, name: str, slug: str, namespace: str | None, name_in_namespace: str, category: str | None
) -> Tag:
    return Tag(
        id=tag_id,
        name=name,
        slug=slug,
        address_slug=address_slug(slug),
        namespace=namespace,
        name_in_namespace=name_in_namespace,
        category=category,
        display_order=display_order_key(category, name),
    )


def _parts(values: Sequence[_Value]) -> Iterable[Sequence[_Value]]:
    return (values[start : start + _IN_LIMIT] for start in range(0, len(values), _IN_LIMIT))
