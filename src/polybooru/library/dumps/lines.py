"""The lines of a dump's files: one struct for each kind, which is also what the schema is made from.

What can be told from the rest (slugs, folded names, words, counters) is not in them: whoever reads a dump
makes it anew and need not trust it. Times are UTC with microseconds, so that orders stay what they are.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from polybooru.library.image_visibility import MAX_ID

Id = Annotated[int, Meta(ge=1, le=MAX_ID)]
Number = Annotated[int, Meta(ge=0, le=MAX_ID)]
Bytes = Annotated[int, Meta(ge=0, le=2**53)]
Instant = Annotated[datetime, Meta(tz=True)]
_END = r"(?!\n)$"  # else Python lets a line end follow
Name = Annotated[str, Meta(max_length=255, pattern=rf"^[^\x00-\x1f]*{_END}")]
Text = Annotated[str, Meta(max_length=50_000, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, Meta(max_length=1_000, pattern=r"^[^\x00]*$")]
Sha512 = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{128}}{_END}")]
Brightness = Annotated[float, Meta(ge=0, le=100_000)]


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What every line has: a key, by which the lines of a file rise."""

    @property
    def key(self) -> int:
        """The first field."""
        key: int = getattr(self, self.__struct_fields__[0])
        return key


class UserLine(Line, frozen=True, kw_only=True):
    """Somebody with a public name."""

    id: Id
    name: Name
    created_at: Instant
    is_deactivated: bool


class TagLine(Line, frozen=True, kw_only=True):
    """One tag, an alias too."""

    id: Id
    name: Name
    category: Name | None
    description: Text
    short_description: Text
    created_at: Instant


class TagAliasLine(Line, frozen=True, kw_only=True):
    """A tag that is another name of its target."""

    tag_id: Id
    target_id: Id


class TagImplicationLine(Line, frozen=True, kw_only=True):
    """What a tag brings along."""

    tag_id: Id
    implied_tag_ids: Annotated[list[Id], Meta(min_length=1, max_length=1_000)]


class DnpEntryLine(Line, frozen=True, kw_only=True):
    """What an artist asks not to be posted. reason: empty where the artist hides it."""

    id: Id
    tag_id: Id
    dnp_type: Name
    conditions: Text
    reason: Text
    created_at: Instant
    updated_at: Instant


class ImageLine(Line, frozen=True, kw_only=True):
    """An image in sight, with its tags and sources.

    comment_count: with those out of sight, of which there are no lines.
    uploader_id: null where it is anonymous or nobody's. orig_sha512_hash: of the file as it was uploaded;
    sha512_hash: of the one that is shown. intensities: of the four corners, nw, ne, sw, se.
    """

    id: Id
    created_at: Instant
    updated_at: Instant
    first_seen_at: Instant
    uploader_id: Id | None
    is_anonymous: bool
    file_name: Annotated[str, Meta(max_length=255, pattern=r"^[^\x00]*$")] | None
    mime_type: Name
    format: Name
    width_px: Number
    height_px: Number
    size_bytes: Bytes
    orig_size_bytes: Bytes
    duration_seconds: Annotated[float, Meta(ge=0, le=1e9)]
    is_animated: bool
    sha512_hash: Sha512
    orig_sha512_hash: Sha512 | None
    description: Text
    alt_text: Text
    upvotes: Number
    downvotes: Number
    faves: Number
    hides: Number
    comment_count: Number
    intensities: Annotated[list[Brightness], Meta(min_length=4, max_length=4)] | None
    perceptual_hash: Annotated[str, Meta(pattern=rf"^[0-9a-f]{{16}}{_END}")] | None
    dominant_color: Annotated[str, Meta(pattern=rf"^#[0-9a-f]{{6}}{_END}")] | None
    tag_ids: Annotated[list[Id], Meta(max_length=10_000)]
    sources: Annotated[
        list[Annotated[str, Meta(max_length=2_000, pattern=r"^https?://[^\x00]*$")]], Meta(max_length=100)
    ]


class FeatureLine(Line, frozen=True, kw_only=True):
    """An image on the front, from then on."""

    id: Id
    image_id: Id
    created_at: Instant


class CommentLine(Line, frozen=True, kw_only=True):
    """A comment in sight, on an image in sight. user_id: null where it is anonymous or nobody's."""

    id: Id
    image_id: Id
    user_id: Id | None
    is_anonymous: bool
    body: Text
    created_at: Instant
    updated_at: Instant
    edited_at: Instant | None
    edit_reason: Reason | None


class ForumLine(Line, frozen=True, kw_only=True):
    """A forum that everybody reads."""

    id: Id
    short_name: Annotated[str, Meta(pattern=rf"^[a-z]{{1,25}}{_END}")]
    name: Name
    description: Text


class TopicLine(Line, frozen=True, kw_only=True):
    """A topic in sight."""

    id: Id
    forum_id: Id
    slug: Annotated[str, Meta(max_length=255, pattern=rf"^[a-z0-9]+(-[a-z0-9]+)*{_END}")]
    title: Name
    user_id: Id | None
    is_anonymous: bool
    is_sticky: bool
    is_locked: bool
    view_count: Number
    created_at: Instant
    updated_at: Instant
    last_replied_to_at: Instant | None


class PostText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What a post in sight says. user_id: null where it is anonymous or nobody's."""

    user_id: Id | None
    is_anonymous: bool
    body: Text
    created_at: Instant
    updated_at: Instant
    edited_at: Instant | None
    edit_reason: Reason | None


class PostLine(Line, frozen=True, kw_only=True):
    """A post's place in its topic, from 0; text: null where the post is not in sight, but its place taken."""

    id: Id
    topic_id: Id
    topic_position: Number
    text: PostText | None


class GalleryLine(Line, frozen=True, kw_only=True):
    """A gallery with its images in sight, in their order. user_id: null where it is anonymous."""

    id: Id
    user_id: Id | None
    title: Name
    spoiler_warning: Name
    description: Text
    thumbnail_id: Id | None
    is_descending: bool
    created_at: Instant
    updated_at: Instant
    image_ids: Annotated[list[Id], Meta(max_length=1_000_000)]


class FilterLine(Line, frozen=True, kw_only=True):
    """A system filter, or one that its owner published."""

    id: Id
    name: Name
    description: Text
    user_id: Id | None
    is_system: bool
    is_public: bool
    hidden_complex: Text
    spoilered_complex: Text
    created_at: Instant
    hidden_tag_ids: Annotated[list[Id], Meta(max_length=10_000)]
    spoilered_tag_ids: Annotated[list[Id], Meta(max_length=10_000)]
