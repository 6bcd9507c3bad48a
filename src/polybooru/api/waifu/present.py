"""Library values as the dialect's JSON, encoded."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import msgspec

from polybooru.api.waifu.wire import (
    ArtistObject,
    ImageObject,
    ReportObject,
    StateObject,
    TagNamesObject,
    TagObject,
    TagsObject,
)
from polybooru.library.artists import Artist, Site
from polybooru.library.listed_rows import ListedRow
from polybooru.library.listed_tags import ListedTag
from polybooru.library.reports import SharedReport
from polybooru.library.tag_listing import Listing

HEAD, TAIL = b'{"images":[', b"]}"
INSERTED = msgspec.json.encode(StateObject(state="INSERTED"))
DELETED = msgspec.json.encode(StateObject(state="DELETED"))
_BLACK = "#000000"
_UNLIKED = b"null}"  # comes last, so that `liked` finds it: it differs from caller to caller
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Absolute addresses, without a slash at the end. files: where files are; site: where previews are."""

    files: str
    site: str


def tag_documents(listing: Listing) -> Mapping[int, msgspec.Raw]:
    """The listed tags by id, as they stand in every image that has them."""
    return {tag_id: msgspec.Raw(_encode(_tag(listed))) for tag_id, listed in listing.by_id.items()}


def image_document(
    row: ListedRow,
    artist: Artist | None,
    tags: Mapping[int, msgspec.Raw],
    for_adults: AbstractSet[int],
    places: Places,
) -> bytes:
    """The image object as it is for whoever has not been asked about favourites.

    tags: as `tag_documents` makes them. for_adults: ids of tags that images for adults have.
    """
    return _encode(
        ImageObject(
            signature=row.signature,
            extension=f".{row.format}",
            image_id=row.id,
            favorites=row.faves,
            dominant_color=row.dominant_color or _BLACK,
            source=row.source,
            artist=None if artist is None else _artist(artist),
            uploaded_at=row.created_at,
            is_nsfw=not for_adults.isdisjoint(row.tag_ids),
            width=row.width_px,
            height=row.height_px,
            byte_size=row.size_bytes,
            url=f"{places.files}/{row.id}.{row.format}",
            preview_url=f"{places.site}/preview/{row.id}/",
            # Encoded already, which the encoder takes as it is.
            tags=cast("list[TagObject]", [tags[tag_id] for tag_id in row.tag_ids if tag_id in tags]),
        )
    )


def liked(document: bytes, at: datetime | None) -> bytes:
    """The same object with when somebody liked the image."""
    return document if at is None else b"%b%b}" % (document.removesuffix(_UNLIKED), _encode(at))


def images_envelope(documents: Iterable[bytes]) -> bytes:
    """Found images."""
    return b"%b%b%b" % (HEAD, b",".join(documents), TAIL)


def tags(listed: Iterable[ListedTag]) -> bytes:
    """The list of tags, whole."""
    found = [*listed]
    return _encode(
        TagsObject(
            versatile=[_tag(one) for one in found if not one.is_nsfw],
            nsfw=[_tag(one) for one in found if one.is_nsfw],
        )
    )


def tag_names(listed: Iterable[ListedTag]) -> bytes:
    """The list of tags, by name."""
    found: Sequence[ListedTag] = [*listed]
    return _encode(
        TagNamesObject(
            versatile=[one.name for one in found if not one.is_nsfw],
            nsfw=[one.name for one in found if one.is_nsfw],
        )
    )


def report(made: SharedReport, *, with_textual_author: bool) -> bytes:
    """The report of an image."""
    return _encode(
        ReportObject(
            image_id=made.image_id,
            author_id=str(made.author_id) if with_textual_author else made.author_id,
            description=made.reason or None,
            existed=made.existed,
        )
    )


def _tag(listed: ListedTag) -> TagObject:
    return TagObject(
        tag_id=listed.tag_id, name=listed.name, description=listed.description, is_nsfw=listed.is_nsfw
    )


def _artist(artist: Artist) -> ArtistObject:
    find = artist.pages.get if artist.pages else _nowhere
    return ArtistObject(
        artist_id=artist.tag_id,
        name=artist.name,
        patreon=find(Site.PATREON),
        pixiv=find(Site.PIXIV),
        twitter=find(Site.TWITTER),
        deviant_art=find(Site.DEVIANTART),
    )


def _nowhere(_: Site) -> None:
    return None
