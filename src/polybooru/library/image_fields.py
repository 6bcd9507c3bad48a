"""The search fields of images, per caller (docs/reference/search.md).

Read by the search language when it parses; the image index and the matcher know the same names as columns.
What a field needs of the rest of the library (filters, watch lists) is handed in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from polybooru.library.tag_names import clean_tag_name
from polybooru.search.language.fields import Field, Fields, Kind, QueryError, fold
from polybooru.search.language.tree import DEFAULT_TAG_FIELD, Equals, InGallery, Query
from polybooru.search.language.values import clamped_integer


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who searches, as far as fields go. is_staff: moderators and admins."""

    user_id: int | None = None
    is_staff: bool = False


def _fields(kind: Kind, *names: str, normalise: Callable[[str], str] = fold) -> dict[str, Field]:
    return {name: Field(name=name, kind=kind, normalise=normalise) for name in names}


def _gallery(value: str) -> Query:
    if not _is_natural(value):
        raise QueryError(f"Invalid gallery `{value}'.")
    return InGallery(clamped_integer(value))


def _is_natural(value: str) -> bool:
    return value.isascii() and value.isdigit()


TAGS = Field(name=DEFAULT_TAG_FIELD, kind=Kind.LITERAL, normalise=clean_tag_name)
"""The default field. It has no prefix: `tag:cat` is the tag of that very name."""

PUBLIC_FIELDS = {
    **_fields(Kind.INTEGER, "id", "width", "height", "pixels", "size", "orig_size", "source_count"),
    **_fields(Kind.INTEGER, "score", "upvotes", "downvotes", "faves", "hides", "comment_count", "tag_count"),
    **_fields(Kind.INTEGER, "error_tag_count", "rating_tag_count", "origin_tag_count", "character_tag_count"),
    **_fields(Kind.INTEGER, "oc_tag_count", "species_tag_count", "body_type_tag_count", "spoiler_tag_count"),
    **_fields(Kind.INTEGER, "content_fanmade_tag_count", "content_official_tag_count"),
    **_fields(Kind.NUMERIC, "uploader_id", "faved_by_id", "duplicate_id"),
    **_fields(Kind.FLOAT, "aspect_ratio", "wilson_score", "duration"),
    **_fields(Kind.DATE, "created_at", "updated_at", "first_seen_at"),
    **_fields(Kind.LITERAL, "faved_by", "uploader", "source_url", "original_format", "mime_type"),
    **_fields(Kind.LITERAL, "sha512_hash", "orig_sha512_hash"),
    **_fields(Kind.LITERAL, "file_name", normalise=str.strip),
    **_fields(Kind.ANALYSED, "description", "alt_text"),
    **_fields(Kind.BOOLEAN, "animated", "processed", "thumbnails_generated"),
    "gallery_id": Field(name="gallery_id", kind=Kind.CUSTOM, expand=_gallery),
}

STAFF_FIELDS = {
    **_fields(Kind.LITERAL, "upvoted_by", "downvoted_by", "hidden_by", "true_uploader", "deleted_by_user"),
    **_fields(Kind.LITERAL, "fingerprint"),
    **_fields(Kind.NUMERIC, "upvoted_by_id", "downvoted_by_id", "hidden_by_id", "true_uploader_id"),
    **_fields(Kind.NUMERIC, "deleted_by_user_id"),
    **_fields(Kind.ANALYSED, "deletion_reason", "scratchpad"),
    **_fields(Kind.IP, "ip"),
    **_fields(Kind.BOOLEAN, "anonymous", "deleted"),
}

_MY_IDS = {
    "faves": "faved_by_id",
    "upvotes": "upvoted_by_id",
    "downvotes": "downvoted_by_id",
    "uploads": "true_uploader_id",
    "hidden": "hidden_by_id",
}

ResolveFilter = Callable[[int], Query | None]
Watched = Callable[[], Query]


def image_fields(
    viewer: Viewer, *, resolve_filter: ResolveFilter | None = None, watched: Watched | None = None
) -> Fields:
    """The fields of one caller. `my:` exists only for people; without a person it is text like any other.

    resolve_filter: the images that a filter the caller may see does not hide, or None where there is no such
    filter; watched: the caller's watch list. Where these may not be used, they raise QueryError and say so.
    """
    by_name = {**PUBLIC_FIELDS, **STAFF_FIELDS} if viewer.is_staff else PUBLIC_FIELDS.copy()
    by_name["filter_id"] = Field(name="filter_id", kind=Kind.CUSTOM, expand=_filter_reader(resolve_filter))
    if viewer.user_id is not None:
        by_name["my"] = Field(name="my", kind=Kind.CUSTOM, expand=_my_reader(viewer.user_id, watched))
    return Fields(default=TAGS, by_name=by_name)


def no_filter_here(_: int) -> Query | None:
    """In place of `resolve_filter`, for the queries of a filter. Raises QueryError."""
    raise QueryError("Filter queries inside filters are not allowed.")


def no_watch_list_here() -> Query:
    """In place of `watched`, for the queries of a watch list. Raises QueryError."""
    raise QueryError("Recursive watchlists are not allowed.")


def _filter_reader(resolve: ResolveFilter | None) -> Callable[[str], Query]:
    def read(value: str) -> Query:
        found = resolve(clamped_integer(value)) if resolve is not None and _is_natural(value) else None
        if found is None:
            raise QueryError(f"Invalid filter `{value}`.")
        return found

    return read


def _my_reader(user_id: int, watched: Watched | None) -> Callable[[str], Query]:
    def read(value: str) -> Query:
        if value == "watched" and watched is not None:
            return watched()
        if value not in _MY_IDS:
            raise QueryError("Unknown `my' value.")
        return Equals(_MY_IDS[value], user_id)

    return read
