"""Objects of the library as the dialect shows them. Source: docs/reference/nekos.md, objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import gcd
from urllib.parse import urlsplit

import msgspec

from polybooru.api.nekos.wire import (
    ArtistObject,
    CategoryObject,
    CharacterObject,
    DimensionsObject,
    ImageMeta,
    ImageObject,
    PageMeta,
    Pagination,
    SourceObject,
)
from polybooru.httpkit.stored_file import MEDIA_TYPES
from polybooru.library.images import Image
from polybooru.library.rated_images import fitness_of
from polybooru.library.shelves import Shelved
from polybooru.library.uuids import Thing, Uuids

_encode = msgspec.json.Encoder().encode
_HOLE = "\0"
_ENCODED_HOLE = b"\\u0000"
"""Stands in a kept document for what differs from answer to answer; no text of the library has one."""
_UUID_AT = slice(len('{"id":"'), len('{"id":"') + 36)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Who and what is on an image, besides itself."""

    artist: Shelved | None
    characters: Sequence[Shelved]
    categories: Sequence[Shelved]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is filled into a kept document. root: address of the folder of files; query: with its mark."""

    root: str
    query: str
    expires: str


def time(moment: datetime) -> str:
    """With milliseconds."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return f"{text[:-6]}Z"


def later(now: datetime, seconds: int) -> datetime:
    """So many seconds later; not beyond what a date can be."""
    return _LAST if seconds > (_LAST - now).total_seconds() else now + timedelta(seconds=seconds)


def artist(found: Shelved, uuids: Uuids) -> ArtistObject:
    """An artist."""
    return ArtistObject(id=uuids.of(Thing.ARTIST, found.tag_id), name=found.name, url=found.url)


def category(found: Shelved, uuids: Uuids) -> CategoryObject:
    """A category."""
    return CategoryObject(
        id=uuids.of(Thing.CATEGORY, found.tag_id),
        name=found.name,
        description=found.description,
        nsfw=found.is_nsfw,
        type=found.type.value,
        created_at=time(found.created_at),
    )


def character(found: Shelved, uuids: Uuids) -> CharacterObject:
    """A character; of what the library does not know there is nothing."""
    return CharacterObject(
        id=uuids.of(Thing.CHARACTER, found.tag_id),
        name=found.name,
        description=found.description,
        source=found.source,
        gender=None,
        ages=[],
        birth_date=None,
        nationality=None,
        occupations=[],
        created_at=time(found.created_at),
    )


def image_document(image: Image, around: Surroundings, uuids: Uuids) -> bytes:
    """One image, encoded, with holes for the address of its file and the time until when that is good."""
    shown = ImageObject(
        id=uuids.of(Thing.IMAGE, image.id),
        url=f"{_HOLE}.{image.format}{_HOLE}",
        artist=None if around.artist is None else artist(around.artist, uuids),
        source=_source(image.sources),
        original=None,
        nsfw=fitness_of(image).value,
        categories=[category(one, uuids) for one in around.categories],
        characters=[character(one, uuids) for one in around.characters],
        created_at=time(image.created_at),
        meta=ImageMeta(
            e_tag=f'"{image.sha512_hash[:32]}"',
            size=image.size_bytes,
            mimetype=MEDIA_TYPES[image.format],
            color=image.dominant_color,
            expires=_HOLE,
            dimens=_dimensions(image.width_px, image.height_px),
        ),
    )
    return _encode(shown)


def filled(document: bytes, link: Link) -> bytes:
    """A kept document with its link."""
    uuid = document[_UUID_AT].decode()
    before, between, after, end = document.split(_ENCODED_HOLE)
    address, query, expires = f"{link.root}/{uuid}".encode(), link.query.encode(), link.expires.encode()
    return b"".join((before, address, between, query, after, expires, end))


def images_envelope(documents: Sequence[bytes]) -> bytes:
    """Images without order."""
    return b'{"success":true,"data":[%b]}' % b",".join(documents)


def image_envelope(document: bytes) -> bytes:
    """One image."""
    return b'{"success":true,"data":%b}' % document


def image_page_envelope(documents: Sequence[bytes], meta: PageMeta) -> bytes:
    """Images in order."""
    return b'{"success":true,"data":[%b],"meta":%b}' % (b",".join(documents), _encode(meta))


def page_meta(*, limit: int, offset: int, count: int, total: int) -> PageMeta:
    """Where a page is."""
    return PageMeta(pagination=Pagination(limit=limit, offset=offset, count=count, total=total))


def _source(sources: Sequence[str]) -> SourceObject:
    """The first one, under the name of its site."""
    if not sources:
        return SourceObject(name=None, url=None)
    try:
        host = urlsplit(sources[0]).hostname
    except ValueError:
        host = None
    return SourceObject(name=None if host is None else host.removeprefix("www."), url=sources[0])


def _dimensions(width_px: int, height_px: int) -> DimensionsObject:
    divisor = gcd(width_px, height_px)
    return DimensionsObject(
        height=height_px,
        width=width_px,
        aspect_ratio=f"{width_px // divisor}:{height_px // divisor}" if divisor and height_px else None,
        orientation="square"
        if width_px == height_px
        else "landscape"
        if width_px > height_px
        else "portrait",
    )
