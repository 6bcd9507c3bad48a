"""Library values as the dialect's JSON, encoded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from polybooru.library.fingerprints import unsigned
from polybooru.library.images import Image
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


def image_document(image: Image, artist: Artist | None, listing: Listing, places: Places) -> bytes:
    """The image object as it is for whoever has not been asked about favourites."""
    tags = {tag.id for tag in image.tags}
    return _encode(
        ImageObject(
            signature=_signature(image),
            extension=f".{image.format}",
            image_id=image.id,
            favorites=image.faves,
            dominant_color=image.dominant_color or _BLACK,
            source=image.sources[0] if image.sources else None,
            artist=None if artist is None else _artist(artist),
            uploaded_at=image.created_at,
            is_nsfw=not listing.for_adults.isdisjoint(tags),
            width=image.width_px,
            height=image.height_px,
            byte_size=image.size_bytes,
            url=f"{places.files}/{image.id}.{image.format}",
            preview_url=f"{places.site}/preview/{image.id}/",
            tags=[_tag(listing.by_id[tag_id]) for tag_id in sorted(tags) if tag_id in listing.by_id],
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


def _signature(image: Image) -> str:
    """Of a picture that could not be looked at the beginning of its file's hash: opaque, and its own."""
    found = image.perceptual_hash
    return image.sha512_hash[:16] if found is None else f"{unsigned(found):016x}"


def _tag(listed: ListedTag) -> TagObject:
    return TagObject(
        tag_id=listed.tag_id, name=listed.name, description=listed.description, is_nsfw=listed.is_nsfw
    )


def _artist(artist: Artist) -> ArtistObject:
    return ArtistObject(
        artist_id=artist.tag_id,
        name=artist.name,
        patreon=artist.pages.get(Site.PATREON),
        pixiv=artist.pages.get(Site.PIXIV),
        twitter=artist.pages.get(Site.TWITTER),
        deviant_art=artist.pages.get(Site.DEVIANTART),
    )
