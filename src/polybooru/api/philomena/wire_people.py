"""People and what is theirs, as it stands on the wire: users, filters, galleries.

Neighbours: `wire`, `wire_writing`, the other objects. Source: docs/reference/philomena.md, objects.
"""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from polybooru.api.philomena.wire import Count


class LinkObject(msgspec.Struct, frozen=True, kw_only=True):
    """A verified link of an artist to a tag; its address is not shown."""

    user_id: int
    created_at: datetime
    state: str
    tag_id: int | None


class AwardObject(msgspec.Struct, frozen=True, kw_only=True):
    """A badge that somebody has; `id` is the badge's."""

    id: int
    title: str
    image_url: str
    label: str | None
    awarded_on: datetime


class UserObject(msgspec.Struct, frozen=True, kw_only=True):
    """A person; the numbers are those of what everybody sees under the name."""

    id: int
    name: str
    slug: str
    role: str
    description: str | None
    avatar_url: str | None
    created_at: datetime
    comments_count: Count
    uploads_count: Count
    posts_count: Count
    topics_count: Count
    links: list[LinkObject]
    awards: list[AwardObject]


class FilterObject(msgspec.Struct, frozen=True, kw_only=True):
    """A filter; its queries may have several lines."""

    id: int
    name: str
    description: str
    user_id: int | None
    user_count: Count
    system: bool
    public: bool
    spoilered_tag_ids: list[int]
    spoilered_complex: str | None
    hidden_tag_ids: list[int]
    hidden_complex: str | None


class GalleryObject(msgspec.Struct, frozen=True, kw_only=True):
    """A gallery; the owner's fields are null where it is anonymous."""

    id: int
    title: str
    thumbnail_id: int | None
    spoiler_warning: str
    description: str
    user: str | None
    user_id: int | None
    creator: str | UnsetType | None = UNSET
    creator_id: int | UnsetType | None = UNSET


class UserEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One person."""

    user: UserObject


class FilterEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """One filter."""

    filter: FilterObject


class FiltersEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A page of filters."""

    filters: list[FilterObject]
    total: Count


class GalleriesEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A page of galleries."""

    galleries: list[GalleryObject]
    total: Count
