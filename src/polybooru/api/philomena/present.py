"""Library values as the dialect's JSON, encoded."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET

from polybooru.api.philomena.wire import (
    DnpEntryObject,
    HiddenImageObject,
    ImageObject,
    IntensitiesObject,
    InteractionObject,
    OldSuggestionObject,
    Representations,
    SuggestionObject,
    TagObject,
)
from polybooru.library import addresses
from polybooru.library.dnp import DnpEntry
from polybooru.library.images import Image
from polybooru.library.own_interactions import InteractionType
from polybooru.library.scores import wilson_score
from polybooru.library.tag_suggestions import Suggestion
from polybooru.library.tags import TagDetail

STILL_SECONDS = 0.04  # one frame at 25 a second; source: docs/reference/philomena.md, image object
_INTERACTIONS = {
    InteractionType.HIDDEN: ("hidden", ""),
    InteractionType.FAVED: ("faved", ""),
    InteractionType.UPVOTED: ("voted", "up"),
    InteractionType.DOWNVOTED: ("voted", "down"),
}
_MOVING = {"gif": ("webm", "mp4")}  # other kinds of the unscaled file, by format
_UNCOVERED = b',"spoilered":false}'  # the end of an image object; it differs from caller to caller
_COVERED = b',"spoilered":true}'
_encode = msgspec.json.Encoder().encode


def image_document(image: Image, root: str, *, with_extra_fields: bool) -> bytes:
    """The image object as it is for whoever has no filter that covers it.

    root: absolute address that file paths are joined to.
    """
    if image.hidden_from_users:
        return _encode(_hidden(image))
    return _encode(_full(image, root, with_extra_fields=with_extra_fields))


def covered(document: bytes) -> bytes:
    """The same object for whoever has a filter that covers it; a stub of a hidden image stays as it is."""
    bare = document.removesuffix(_UNCOVERED)
    return document if bare is document else bare + _COVERED


def bare(document: bytes) -> bytes | None:
    """The same object without what differs from caller to caller; None for a stub."""
    plain = document.removesuffix(_UNCOVERED)
    return None if plain is document else plain + b"}"


def image_envelope(document: bytes, interactions: bytes) -> bytes:
    """One image."""
    return b'{"image":%b,"interactions":%b}' % (document, interactions)


def images_envelope(documents: Iterable[bytes], interactions: bytes, total: int) -> bytes:
    """A page of images."""
    return b'{"images":[%b],"interactions":%b,"total":%d}' % (b",".join(documents), interactions, total)


def walk_envelope(documents: Iterable[bytes], interactions: bytes, total: int, cursor: str | None) -> bytes:
    """A page of a walk, and where it goes on; null at the end."""
    page = images_envelope(documents, interactions, total)
    return b'%b,"cursor":%b}' % (page[:-1], _encode(cursor))


def interactions(user_id: int, found: Sequence[tuple[InteractionType, int]]) -> bytes:
    """The array of what the caller did with the images of the answer."""
    return _encode(
        [
            InteractionObject(
                image_id=image_id,
                interaction_type=_INTERACTIONS[kind][0],
                user_id=user_id,
                value=_INTERACTIONS[kind][1],
            )
            for kind, image_id in found
        ]
    )


def tag_object(detail: TagDetail, dnp_entries: Sequence[DnpEntry]) -> TagObject:
    """One tag. dnp_entries: those that are listed of it."""
    return TagObject(
        id=detail.tag.id,
        name=detail.tag.name,
        slug=detail.tag.slug,
        description=detail.description,
        short_description=detail.short_description,
        images=detail.image_count,
        spoiler_image_uri=None,
        namespace=detail.tag.namespace,
        name_in_namespace=detail.tag.name_in_namespace,
        category=detail.tag.category,
        aliased_tag=detail.aliased_to,
        aliases=list(detail.aliases),
        implied_tags=list(detail.implied),
        implied_by_tags=list(detail.implied_by),
        dnp_entries=[
            DnpEntryObject(
                id=entry.id,
                dnp_type=entry.dnp_type,
                conditions=entry.conditions,
                reason=entry.reason,
                created_at=date(entry.created_at),
            )
            for entry in dnp_entries
        ],
    )


def suggestions(found: Iterable[Suggestion]) -> bytes:
    """Suggested tags."""
    listed = [SuggestionObject(alias=one.alias, canonical=one.text, images=one.uses) for one in found]
    return _encode({"suggestions": listed})


def old_suggestions(found: Iterable[Suggestion]) -> bytes:
    """Suggested tags, in the form without a version."""
    return _encode([OldSuggestionObject(label=_label(one), value=one.text) for one in found])


def _label(one: Suggestion) -> str:
    name = one.text if one.alias is None else f"{one.alias} \u21d2 {one.text}"
    return f"{name} ({one.uses})"


def _hidden(image: Image) -> HiddenImageObject:
    is_merged = image.duplicate_id is not None
    return HiddenImageObject(
        id=image.id,
        created_at=date(image.created_at),
        updated_at=date(image.updated_at),
        first_seen_at=date(image.first_seen_at),
        duplicate_of=image.duplicate_id,
        deletion_reason=None if is_merged else image.deletion_reason,
    )


def _full(image: Image, root: str, *, with_extra_fields: bool) -> ImageObject:
    found, views = image.intensities, addresses.view_paths(image, f"{root}/")
    return ImageObject(
        id=image.id,
        created_at=date(image.created_at),
        updated_at=date(image.updated_at),
        first_seen_at=date(image.first_seen_at),
        width=image.width_px,
        height=image.height_px,
        mime_type=image.mime_type,
        size=image.size_bytes,
        orig_size=image.orig_size_bytes if with_extra_fields else UNSET,
        duration=image.duration_seconds or STILL_SECONDS,
        animated=image.is_animated,
        format=image.format,
        aspect_ratio=image.aspect_ratio,
        name=image.file_name,
        sha512_hash=image.sha512_hash,
        orig_sha512_hash=image.orig_sha512_hash,
        tags=[tag.name for tag in image.tags],
        tag_ids=[tag.id for tag in image.tags],
        uploader=image.uploader,
        uploader_id=image.uploader_id,
        wilson_score=wilson_score(image.upvotes, image.downvotes),
        intensities=None
        if found is None
        else IntensitiesObject(nw=found.nw, ne=found.ne, sw=found.sw, se=found.se),
        score=image.score,
        upvotes=image.upvotes,
        downvotes=image.downvotes,
        faves=image.faves,
        hides=image.hides if with_extra_fields else UNSET,
        comment_count=image.comment_count,
        tag_count=len(image.tags),
        description=image.description,
        source_url=image.sources[0] if image.sources else "",
        source_urls=list(image.sources),
        view_url=views.tagged,
        representations=_representations(image, root, views.plain),
        thumbnails_generated=image.thumbnails_generated,
        processed=image.is_processed,
        spoilered=False,
    )


def _representations(image: Image, root: str, full: str) -> Representations:
    scaled = addresses.version_paths(image, f"{root}/")
    for kind in _MOVING.get(image.format, ()):
        scaled[kind] = f"{root}/{addresses.full_path(image, kind)}"
    return Representations(full=full, **scaled)


def date(moment: datetime) -> datetime:
    """Without a fraction, of which the dialect prints none; the encoder writes times fastest by itself."""
    # In half the time of `replace`.
    return moment - timedelta(0, 0, moment.microsecond) if moment.microsecond else moment


def date_or_none(moment: datetime | None) -> datetime | None:
    """The same, where there may be none."""
    return None if moment is None else date(moment)
