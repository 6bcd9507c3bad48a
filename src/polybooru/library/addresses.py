"""File addresses: how they are made and what they mean. Source: docs/reference/philomena.md, URLs.

/img/Y/M/D/ID/VERSION.EXT           a representation, or `full` for the unscaled file
/img/view/Y/M/D/ID__TAGS.EXT        the unscaled file; everything after the id is decoration
/img/download/Y/M/D/ID__TAGS.EXT    the same as an attachment; of a drawing, the drawing itself
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import cache
from typing import NamedTuple

from polybooru.library import blobs
from polybooru.library.images import Image
from polybooru.library.tags import Tag
from polybooru.media import BOXES

_MAX_TAGS = 151
_FEW = 16  # the names of so many tags are that long as a rule
_VERSION = re.compile(
    r"(?P<y>\d{1,4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<id>\d{1,10})/(?P<name>[a-z_]+)\.(?P<ext>[a-z0-9]+)",
    re.ASCII,
)
_WHOLE = re.compile(
    r"(?P<kind>view|download)/(?P<y>\d{1,4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})/"
    r"(?P<id>\d{1,10}+)(?!\d)[^/]*\.(?P<ext>[a-z0-9]+)",
    re.ASCII,
)


class Disposition(Enum):
    """How a browser is told to treat a file."""

    INLINE = "inline"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAddress:
    """What a path below `/img/` asks for. `name` is like `thumb.png` or `full.jpg`; `date` as in the path."""

    image_id: int
    name: str
    date: tuple[int, int, int]
    disposition: Disposition = Disposition.INLINE


def parse_path(path: str) -> FileAddress | None:
    """The file that a path after `/img/` names; None if it is none of the three forms."""
    if found := _VERSION.fullmatch(path):
        name = f"{found['name']}.{found['ext']}"
        disposition = Disposition.INLINE
    elif found := _WHOLE.fullmatch(path):
        name = f"full.{found['ext']}"
        disposition = Disposition.ATTACHMENT if found["kind"] == "download" else Disposition.INLINE
    else:
        return None
    return FileAddress(
        image_id=int(found["id"]),
        name=name,
        date=(int(found["y"]), int(found["m"]), int(found["d"])),
        disposition=disposition,
    )


def meant(image: Image, address: FileAddress) -> FileAddress:
    """The address with the file that it stands for: of a drawing the drawing itself is downloaded.

    Clients turn `/view/` into `/download/` and keep the `.png` under which a drawing is viewed.
    """
    is_drawing = image.format == "svg" and address.name == "full.png"
    if is_drawing and address.disposition is Disposition.ATTACHMENT:
        return replace(address, name="full.svg")
    return address


def blob_key(image: Image, address: FileAddress) -> str | None:
    """Key of the stored file that the address means; None if this image has no such file."""
    if address.date != _date(image.created_at):
        return None
    name, _, extension = address.name.partition(".")
    if name == "full" and extension == image.format:
        return current_file_key(image)
    if not image.thumbnails_generated or (name not in BOXES and name not in {"full", "rendered"}):
        return None
    return blobs.representation_key(image.blob, address.name)


def current_file_key(image: Image) -> str | None:
    """Key of the unscaled file in its own format; None until the image is processed.

    The original may still hold where and with what it was taken, so only a clean one is shown.
    """
    is_shown = image.is_processed
    return blobs.current_key(image.blob, image.sha512_hash, image.format) if is_shown else None


def shown_format(image_format: str) -> str:
    """Extension of the viewed and scaled files: a drawing is shown as PNG."""
    return "png" if image_format == "svg" else image_format


def version_paths(image: Image, root: str = "") -> dict[str, str]:
    """Paths of the representations below the root; that of the unscaled file where the image fits the box.

    root: put before each.
    """
    folder, extension = f"{root}{_date_path(image.created_at)}/{image.id}/", shown_format(image.format)
    width_px, height_px, full = image.width_px, image.height_px, f"{folder}full.{extension}"
    return {
        version: folder + name if width_px > box_width_px or height_px > box_height_px else full
        for version, box_width_px, box_height_px, name in _boxes(extension)
    }


@cache
def _boxes(extension: str) -> list[tuple[str, int, int, str]]:
    return [(version, box.width, box.height, f"{version}.{extension}") for version, box in BOXES.items()]


def full_path(image: Image, extension: str) -> str:
    """Path form of the unscaled file, with another extension for its other kinds."""
    return f"{_date_path(image.created_at)}/{image.id}/full.{extension}"


class ViewPaths(NamedTuple):
    """Of one file, with no tags in it and with some."""

    plain: str
    tagged: str


def view_paths(image: Image, root: str = "") -> ViewPaths:
    """Paths of the unscaled file for people to look at, below the root."""
    place, extension = f"{root}view/{_date_path(image.created_at)}/{image.id}", shown_format(image.format)
    return ViewPaths(f"{place}.{extension}", f"{place}__{_joined_slugs(image.tags)}.{extension}")


def _joined_slugs(found: Sequence[Tag]) -> str:
    joined = "_".join([tag.address_slug for tag in found[:_FEW]])
    if len(joined) < _MAX_TAGS and len(found) > _FEW:
        joined = "_".join([tag.address_slug for tag in found])
    return joined[:_MAX_TAGS]


def _date(moment: datetime) -> tuple[int, int, int]:
    return moment.year, moment.month, moment.day


def _date_path(moment: datetime) -> str:
    return f"{moment.year}/{moment.month}/{moment.day}"
