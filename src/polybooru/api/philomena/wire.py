"""The objects of the dialect as they stand on the wire, field for field and in a stable order."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType


class IntensitiesObject(msgspec.Struct, frozen=True, kw_only=True):
    """Brightness of the four corners."""

    nw: float
    ne: float
    sw: float
    se: float


class Representations(msgspec.Struct, frozen=True, kw_only=True):
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


class ImageObject(msgspec.Struct, frozen=True, kw_only=True):
    """An image that is not hidden; `spoilered` is joined to it by `present`."""

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


class SuggestionObject(msgspec.Struct, frozen=True, kw_only=True):
    """A tag that goes on as somebody began to write; the alias that did, where it was one."""

    alias: str | None
    canonical: str
    images: int


class OldSuggestionObject(msgspec.Struct, frozen=True, kw_only=True):
    """The same as it was before it had a version."""

    label: str
    value: str


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
    dnp_entries: list[None]
