"""The objects of the dialect as they stand on the wire, field for field and in a stable order."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from polybooru.httpkit.openapi import any_of

Count = Annotated[int, Meta(ge=0)]


class IntensitiesObject(msgspec.Struct, frozen=True, kw_only=True):
    """Brightness of the four corners."""

    nw: float
    ne: float
    sw: float
    se: float


class Representations(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Absolute addresses; `webm` and `mp4` only for GIF images."""

    thumb_tiny: str
    thumb_small: str
    thumb: str
    small: str
    medium: str
    large: str
    tall: str
    full: str
    webm: str | UnsetType = UNSET
    mp4: str | UnsetType = UNSET


class ImageObject(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An image that is not hidden. spoilered: whether the filter of whoever looks hits it."""

    id: int
    created_at: datetime
    updated_at: datetime
    first_seen_at: datetime
    width: int
    height: int
    mime_type: str
    size: int
    orig_size: int | UnsetType = UNSET
    duration: float
    animated: bool
    format: str
    aspect_ratio: float
    name: str | None
    sha512_hash: str
    orig_sha512_hash: str | None
    tags: list[str]
    tag_ids: list[int]
    uploader: str | None
    uploader_id: int | None
    wilson_score: float
    intensities: IntensitiesObject | None
    score: int
    upvotes: int
    downvotes: int
    faves: int
    hides: int | UnsetType = UNSET
    comment_count: int
    tag_count: int
    description: str
    source_url: str
    source_urls: list[str]
    view_url: str
    representations: Representations
    thumbnails_generated: bool
    processed: bool
    deletion_reason: None = None
    duplicate_of: None = None
    hidden_from_users: bool = False
    spoilered: bool  # last: `present` puts the other value there for whom it is true


class HiddenImageObject(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of an image that was deleted or merged."""

    id: int
    created_at: datetime
    updated_at: datetime
    first_seen_at: datetime
    duplicate_of: int | None
    deletion_reason: str | None
    hidden_from_users: bool = True


class InteractionObject(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the caller did with one image."""

    image_id: int
    interaction_type: str
    user_id: int
    value: str


AnyImage: TypeAlias = Annotated[Any, any_of(ImageObject, HiddenImageObject)]


class ImageEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One image and what the caller did with it."""

    image: AnyImage
    interactions: list[InteractionObject]


class ImagesEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A page of images; `cursor` where one is asked for."""

    images: list[AnyImage]
    interactions: list[InteractionObject]
    total: Count
    cursor: str | UnsetType | None = UNSET


class ErrorObject(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong."""

    error: str


class ErrorsObject(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with each field."""

    errors: dict[str, list[str]]


AnyErrors: TypeAlias = Annotated[Any, any_of(ErrorsObject, ErrorObject)]


class SuggestionObject(msgspec.Struct, frozen=True, kw_only=True):
    """A tag that goes on as somebody began to write; the alias that did, where it was one."""

    alias: str | None
    canonical: str
    images: int


class SuggestionsEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """Suggested tags."""

    suggestions: list[SuggestionObject]


class OldSuggestionObject(msgspec.Struct, frozen=True, kw_only=True):
    """The same as it was before it had a version."""

    label: str
    value: str


class DnpEntryObject(msgspec.Struct, frozen=True, kw_only=True):
    """What an artist asks of uploaders; `reason` is null where whoever asked for it hid it."""

    id: int
    dnp_type: str
    conditions: str
    reason: str | None
    created_at: datetime


class TagObject(msgspec.Struct, frozen=True, kw_only=True):
    """A tag; relations are slugs."""

    id: int
    name: str
    slug: str
    description: str
    short_description: str | None
    images: int
    spoiler_image_uri: str | None
    namespace: str | None
    name_in_namespace: str | None
    category: str | None
    aliased_tag: str | None
    aliases: list[str]
    implied_tags: list[str]
    implied_by_tags: list[str]
    dnp_entries: list[DnpEntryObject]


class TagEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One tag."""

    tag: TagObject


class OembedObject(msgspec.Struct, frozen=True, kw_only=True):
    """What a page that shows an address of ours may tell of it; `booru_…` and `derpibooru_…` say the same."""

    version: str
    type: str
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    cache_age: int
    url: str
    width: int
    height: int
    thumbnail_url: str
    thumbnail_width: int
    thumbnail_height: int
    booru_id: int
    booru_score: int
    booru_comments: int
    booru_tags: list[str]
    derpibooru_id: int
    derpibooru_score: int
    derpibooru_comments: int
    derpibooru_tags: list[str]


class TagsEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A page of tags."""

    tags: list[TagObject]
    total: Count
