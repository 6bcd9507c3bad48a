"""Library values as the dialect's JSON, encoded."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import UNSET

from polybooru.api.yiffy import wire
from polybooru.api.yiffy.addresses import Bases
from polybooru.api.yiffy.keys import Caller, Flag
from polybooru.library.category_images import Shelf, ShelfFacts
from polybooru.library.image_cards import ImageCard
from polybooru.library.shortlinks import Shortlink

SCHEMA = "https://schema.yiff.rest/V2.json"
NEVER = "Category has never had any content."
MEBIBYTE = 1024 * 1024
NOTES: Mapping[int, str] = {
    2: "Each version of this API may have an address of its own; this path stays.",
    3: "With a key you may ask more often; the operator of this server gives them out.",
    5: "The parameter sizeLimit bounds the size of files; 1KB is 1024 bytes, 1MB 1024KB.",
    6: "The parameter notes=disabled leaves these notes out.",
    7: "This server documents its API at /docs/api/yiffy.",
    8: "A service beside this one makes thumbnails of images.",
}
"""Own texts under the ids that clients may know; 0, 1 and 4 are never sent."""
encode = msgspec.json.Encoder().encode
_NOTES = {note_id: encode(wire.NoteObject(id=note_id, content=text)) for note_id, text in NOTES.items()}


def common_image(card: ImageCard, bases: Bases) -> bytes:
    """The members of an image object that are the same for everybody; `image` adds the rest."""
    assert card.md5 is not None
    name = f"{card.md5}.{card.format}"
    url = f"{bases.media}/{name}"
    return encode(
        wire.CommonImageObject(
            artists=list(card.artists),
            sources=[source for source in card.sources if source],
            width=card.width_px,
            height=card.height_px,
            url=url,
            yiff_media_url=url,
            type=card.mime_type,
            name=name,
            id=card.md5,
            short_url=f"{bases.short}/{card.md5}",
            ext=card.format,
            size=card.size_bytes,
            report_url=None,
            md5=card.md5,
            external=False,
            viewable=True,
        )
    )


def image(common: bytes, category: bytes, seen: int) -> bytes:
    """The whole object. category: encoded."""
    return b'%b,"category":%b,"seen":%d}' % (common[:-1], category, seen)


def image_envelope(found: bytes) -> bytes:
    """One image by its id."""
    return b'{"success":true,"data":%b}' % found


def images_envelope(found: Iterable[bytes], note_ids: Iterable[int]) -> bytes:
    """Random images."""
    notes = b",".join(_NOTES[note_id] for note_id in note_ids)
    return b'{"success":true,"$schema":"%b","notes":[%b],"images":[%b]}' % (
        SCHEMA.encode(),
        notes,
        b",".join(found),
    )


def bulk_envelope(found: Mapping[str, Sequence[bytes]]) -> bytes:
    """Images by category, once below `data` and once beside it: both ways to read them work."""
    members = [b"%b:[%b]" % (encode(path), b",".join(images)) for path, images in found.items()]
    beside = [member for path, member in zip(found, members, strict=True) if path not in {"success", "data"}]
    return b'{"success":true,"data":{%b}%b}' % (b",".join(members), b"".join(b"," + one for one in beside))


def image_headers(card: ImageCard, category: str, bases: Bases) -> list[tuple[str, str]]:
    """What an answer that is an image, or leads to one, says of it."""
    assert card.md5 is not None
    name = f"{card.md5}.{card.format}"
    several = [("X-Yiffy-Artist", one) for one in card.artists]
    several += [("X-Yiffy-Source", one) for one in card.sources if one]
    found = [
        *several,
        ("X-Yiffy-Image-Width", str(card.width_px)),
        ("X-Yiffy-Image-Height", str(card.height_px)),
        ("X-Yiffy-Image-Size", str(card.size_bytes)),
        ("X-Yiffy-Image-URL", f"{bases.media}/{name}"),
        ("X-Yiffy-Image-Type", card.mime_type),
        ("X-Yiffy-Image-Name", name),
        ("X-Yiffy-Image-Extension", card.format),
        ("X-Yiffy-Short-URL", f"{bases.short}/{card.md5}"),
        ("X-Yiffy-Report-URL", "NONE"),
        ("X-Yiffy-Schema", SCHEMA),
        ("X-Yiffy-Version", "2"),
        ("X-Yiffy-Image-Category", category),
    ]
    return [(header, header_text(value)) for header, value in found]


def header_text(text: str) -> str:
    """As a header may have it: what is not Latin-1 or cannot be seen is percent-encoded."""
    return "".join(
        character if " " <= character <= "~" or "\xa1" <= character <= "\xff" else quote(character, safe="")
        for character in text
    )


def categories(shelves: Sequence[Shelf]) -> bytes:
    """All categories, in the order given."""
    lists = wire.CategoryListsObject(
        enabled=[_category(shelf) for shelf in shelves if shelf.is_open],
        disabled=[_category(shelf) for shelf in shelves if not shelf.is_open],
    )
    return encode(wire.CategoriesEnvelope(success=True, data=lists))


def category(shelf: Shelf, facts: ShelfFacts) -> bytes:
    """One category with its files."""
    count = len(shelf.images) if shelf.is_open else 0
    total = facts.total_bytes if count else 0
    average = round(total / count, 3) if count else 0.0
    detail = wire.CategoryDetailObject(
        name=shelf.category.name,
        db=shelf.category.path,
        sfw=shelf.is_safe,
        count=count,
        dir="/V2/" + shelf.category.path.replace(".", "/"),
        disabled=not shelf.is_open,
        comment=_comment(shelf),
        files=wire.FilesObject(
            exists=count > 0,
            list=wire.FileListObject(
                total=count,
                size=wire.SizesObject(
                    total=total,
                    total_m=round(total / MEBIBYTE, 3),
                    average=average,
                    average_m=round(average / MEBIBYTE, 3),
                ),
                types=dict(facts.types) if count else {},
            ),
        ),
    )
    return encode(wire.CategoryEnvelope(success=True, data=detail))


def _category(shelf: Shelf) -> wire.CategoryObject:
    return wire.CategoryObject(
        name=shelf.category.name,
        db=shelf.category.path,
        sfw=shelf.is_safe,
        count=len(shelf.images) if shelf.is_open else 0,
        comment=_comment(shelf),
    )


def _comment(shelf: Shelf) -> str | msgspec.UnsetType:
    if shelf.is_open:
        return UNSET
    if shelf.category.is_enabled:
        return NEVER
    return shelf.category.comment or UNSET


def nested_counts(counts: Mapping[str, int], paths: Sequence[str]) -> dict[str, Any]:
    """Requests by the parts of each path; a path that is also the beginning of another has `_total`."""
    found: dict[str, Any] = {"total": sum(counts.get(path, 0) for path in paths)}
    for path in paths:
        *above, last = path.split(".")
        inner = found
        for part in above:
            below = inner.setdefault(part, {})
            if not isinstance(below, dict):
                below = inner[part] = {"_total": below}
            inner = below
        if isinstance(inner.get(last), dict):
            inner[last]["_total"] = counts.get(path, 0)
        else:
            inner[last] = counts.get(path, 0)
    return found


def link(found: Shortlink, bases: Bases, *, management_code: str | msgspec.UnsetType | None = UNSET) -> bytes:
    """One short address; management_code: only where it was just made."""
    data = wire.LinkObject(
        code=found.code,
        credit=found.credit,
        created_at=moment(found.created_at),
        modified_at=None if found.modified_at is None else moment(found.modified_at),
        url=found.url,
        full_url=f"{bases.short}/{found.code}",
        pos=found.position,
        management_code=management_code,
    )
    return encode(wire.LinkEnvelope(success=True, data=data))


def image_link(card: ImageCard, bases: Bases) -> Shortlink:
    """The short address that an image has of itself."""
    assert card.md5 is not None
    url = f"{bases.media}/{card.md5}.{card.format}"
    return Shortlink(0, card.md5, url, "YiffyAPI", card.created_at, None)


def status(caller: Caller, *, is_read_only: bool) -> bytes:
    """What the caller may do."""
    usable = caller.is_active and not caller.is_disabled
    services = wire.ServicesObject(
        images=usable and Flag.IMAGES in caller.flags,
        images_bulk=usable and Flag.IMAGES_BULK in caller.flags,
        thumbs=usable and Flag.THUMBS in caller.flags,
        shortener=usable and Flag.SHORTENER in caller.flags,
    )
    if caller.key is None:
        data = wire.StatusObject(readonly=is_read_only, services=services)
        return encode(wire.StatusEnvelope(success=True, data=data))
    limits = caller.limits
    data = wire.StatusObject(
        readonly=is_read_only,
        services=services,
        active=caller.is_active,
        disabled=caller.is_disabled,
        disabled_reason=caller.key.terms.disabled_reason,
        unlimited=caller.key.terms.limits.is_unlimited,
        sfw_only=caller.is_sfw_only,
        flags=int(caller.flags),
        bulk_limit=caller.bulk_limit if Flag.IMAGES_BULK in caller.flags else UNSET,
        rate_limit=wire.RateLimitObject(
            long=wire.WindowObject(window=limits.long.window_ms, limit=limits.long.limit),
            short=wire.WindowObject(window=limits.short.window_ms, limit=limits.short.limit),
        ),
    )
    return encode(wire.StatusEnvelope(success=True, data=data))


def moment(found: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(found: datetime) -> int:
    """Since 1970."""
    return round(found.timestamp() * 1_000)
