"""The objects of the dialect as they stand on the wire, field for field."""

from datetime import datetime
from typing import Literal

import msgspec


class TagObject(msgspec.Struct, frozen=True, kw_only=True):
    """A listed tag."""

    tag_id: int
    name: str
    description: str
    is_nsfw: bool


class ArtistObject(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever made an image, and where they have pages."""

    artist_id: int
    name: str
    patreon: str | None
    pixiv: str | None
    twitter: str | None
    deviant_art: str | None


class ImageObject(msgspec.Struct, frozen=True, kw_only=True):
    """An image; `liked_at` comes last, as `present` writes it in."""

    signature: str
    extension: str
    image_id: int
    favorites: int
    dominant_color: str
    source: str | None
    artist: ArtistObject | None
    uploaded_at: datetime
    is_nsfw: bool
    width: int
    height: int
    byte_size: int
    url: str
    preview_url: str
    tags: list[TagObject]
    liked_at: datetime | None = None


class ImagesObject(msgspec.Struct, frozen=True, kw_only=True):
    """Found images, never none."""

    images: list[ImageObject]


class TagNamesObject(msgspec.Struct, frozen=True, kw_only=True):
    """Names of listed tags, by the images that they are for."""

    versatile: list[str]
    nsfw: list[str]


class TagsObject(msgspec.Struct, frozen=True, kw_only=True):
    """Listed tags, by the images that they are for."""

    versatile: list[TagObject]
    nsfw: list[TagObject]


class StateObject(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a favourite."""

    state: Literal["INSERTED", "DELETED"]


class ReportObject(msgspec.Struct, frozen=True, kw_only=True):
    """The report of an image. author_id: a text from version 6 on. existed: whether there was one before."""

    image_id: int
    author_id: int | str
    description: str | None
    existed: bool


class ErrorObject(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong."""

    detail: str


class FavouriteBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which image, and whose favourite; nobody or 0 is the caller."""

    image_id: int
    user_id: int | None = None


class ReportBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which image, what is wrong with it, and in whose name it is reported."""

    image_id: int
    description: str | None = None
    user_id: int | None = None
