"""Tags as things with a name of their own: artists, characters, categories. What the rows say of them.

An artist is a tag of the namespace `artist`, a character one of the category `character` or `oc`, a category
one that is listed; while none is listed, a content tag that somebody has described. Aliases are none of them.
Neighbours: `catalogue` (knows which there are, and finds them), `listed_tags`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select

from polybooru.db import joined
from polybooru.db.tables import artist_links, listed_tags, tag_implications, tags
from polybooru.library.artist_links import LinkState
from polybooru.library.listed_tags import NO_CONTENT
from polybooru.library.uuids import Thing
from polybooru.library.work import Reading

ARTIST_NAMESPACE = "artist"
CHARACTERS = frozenset({"character", "oc"})
SOURCES = frozenset({"content-official", "content-fanmade"})
"""Categories of tags that say where a character is from, if the character implies them."""
_NO_CHARACTER = "oc"  # says that there is one, not which


class Shelf(Enum):
    """Where a tag stands."""

    ARTISTS = Thing.ARTIST
    CHARACTERS = Thing.CHARACTER
    CATEGORIES = Thing.CATEGORY


class CategoryType(Enum):
    """What a category says of an image."""

    SETTING = "setting"
    CHARACTER = "character"
    FORMAT = "format"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """One of them. url: of an artist, the oldest page that staff verified and that may be shown.

    source: of a character, where it is from. is_nsfw, type: of a category.
    """

    tag_id: int
    name: str
    description: str | None
    created_at: datetime
    url: str | None = None
    source: str | None = None
    is_nsfw: bool = False
    type: CategoryType = CategoryType.SETTING


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is looked through for one of them. source_id: the tag that the source is the name of."""

    tag_id: int
    created_at: datetime
    texts: tuple[str, ...]
    source_id: int | None = None


_LISTED = tags.outerjoin(listed_tags, listed_tags.c.tag_id == tags.c.id)
_COLUMNS = (
    tags.c.id,
    tags.c.name,
    tags.c.namespace,
    tags.c.name_in_namespace,
    tags.c.category,
    tags.c.description,
    tags.c.short_description,
    tags.c.created_at,
    listed_tags.c.description.label("listed_description"),
    listed_tags.c.is_nsfw,
)
_LINKS = (
    select(artist_links.c.tag_id, artist_links.c.url)
    .where(
        joined.among_asked(artist_links.c.tag_id),
        artist_links.c.is_public,
        artist_links.c.state == LinkState.VERIFIED.value,
    )
    .order_by(artist_links.c.id.desc())
)
_IMPLIED = (
    select(tag_implications.c.tag_id, tags.c.id, tags.c.name_in_namespace)
    .join(tags, tags.c.id == tag_implications.c.implied_tag_id)
    .where(tags.c.category.in_(sorted(SOURCES)))
    .order_by(tags.c.id.desc())
)


def cards(reading: Reading, shelf: Shelf, tag_ids: Collection[int] | None = None) -> list[Card]:
    """Those of the tags, or all, that stand on the shelf."""
    wanted = select(*_COLUMNS).select_from(_LISTED).where(_stands_on(shelf))
    if tag_ids is None:
        rows = reading.connection.execute(wanted).all()
    else:
        rows = reading.connection.execute(
            wanted.where(joined.among_asked(tags.c.id)), joined.asked(tag_ids)
        ).all()
    sources = _sources(reading, tag_ids) if shelf is Shelf.CHARACTERS else {}
    return [_card(shelf, row, sources.get(row.id)) for row in rows]


def shelved(reading: Reading, shelf: Shelf, tag_ids: Sequence[int]) -> list[Shelved]:
    """What is shown of these, in their order; who does not stand on the shelf is left out."""
    if not tag_ids:
        return []
    wanted = select(*_COLUMNS).select_from(_LISTED).where(_stands_on(shelf), joined.among_asked(tags.c.id))
    rows = {row.id: row for row in reading.connection.execute(wanted, joined.asked(tag_ids))}
    urls: dict[int, str] = {}
    if shelf is Shelf.ARTISTS:
        urls = {row.tag_id: row.url for row in reading.connection.execute(_LINKS, joined.asked(tag_ids))}
    sources = _sources(reading, tag_ids) if shelf is Shelf.CHARACTERS else {}
    return [_shown(shelf, rows[tag_id], urls, sources) for tag_id in tag_ids if tag_id in rows]


def _stands_on(shelf: Shelf) -> ColumnElement[bool]:
    no_alias = tags.c.aliased_tag_id.is_(None)
    match shelf:
        case Shelf.ARTISTS:
            return and_(no_alias, tags.c.namespace == ARTIST_NAMESPACE)
        case Shelf.CHARACTERS:
            return and_(no_alias, tags.c.category.in_(sorted(CHARACTERS)), tags.c.name != _NO_CHARACTER)
        case Shelf.CATEGORIES:
            is_content = or_(
                tags.c.category.is_(None), tags.c.category.not_in(sorted(NO_CONTENT | CHARACTERS))
            )
            is_described = or_(tags.c.short_description != "", tags.c.description != "")
            nothing_listed = ~exists(select(listed_tags.c.tag_id))
            by_default = and_(nothing_listed, is_content, is_described)
            return and_(no_alias, or_(listed_tags.c.tag_id.is_not(None), by_default))


def _sources(reading: Reading, tag_ids: Collection[int] | None) -> Mapping[int, tuple[int, str]]:
    """Id and name of the tag that a character is from; of several the oldest."""
    if tag_ids is None:
        rows = reading.connection.execute(_IMPLIED).all()
    else:
        among = _IMPLIED.where(joined.among_asked(tag_implications.c.tag_id))
        rows = reading.connection.execute(among, joined.asked(tag_ids)).all()
    return {tag_id: (source_id, name) for tag_id, source_id, name in rows}


def _card(shelf: Shelf, row: Row[*tuple[Any, ...]], source: tuple[int, str] | None) -> Card:
    texts = [_name(shelf, row)]
    if shelf is not Shelf.ARTISTS and (description := _description(row)) is not None:
        texts.append(description)
    if source is not None:
        texts.append(source[1])
    return Card(
        tag_id=row.id,
        created_at=row.created_at,
        texts=tuple(texts),
        source_id=None if source is None else source[0],
    )


def _shown(
    shelf: Shelf, row: Row[*tuple[Any, ...]], urls: Mapping[int, str], sources: Mapping[int, tuple[int, str]]
) -> Shelved:
    source = sources.get(row.id)
    return Shelved(
        tag_id=row.id,
        name=_name(shelf, row),
        description=_description(row),
        created_at=row.created_at,
        url=urls.get(row.id),
        source=None if source is None else source[1],
        is_nsfw=bool(row.is_nsfw),
        type=_type(row.category),
    )


def _name(shelf: Shelf, row: Row[*tuple[Any, ...]]) -> str:
    name: str = row.name if shelf is Shelf.CATEGORIES else row.name_in_namespace
    return name


def _description(row: Row[*tuple[Any, ...]]) -> str | None:
    return row.listed_description or row.short_description or row.description or None


def _type(category: str | None) -> CategoryType:
    if category in {"character", "oc", "species", "body-type"}:
        return CategoryType.CHARACTER
    return CategoryType.FORMAT if category in SOURCES else CategoryType.SETTING
