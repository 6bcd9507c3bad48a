"""JPEG, PNG, WebP, AVIF and single frames: one decode for everything; the original, cleaned."""

from collections.abc import Callable
from pathlib import Path

from pyvips import Image as Picture

from polybooru.media import pixels
from polybooru.media.containers import avif, gif, jpeg, png, webp
from polybooru.media.pixels import Fingerprints
from polybooru.media.types import MediaType

_FINGERPRINT_SIDE_PX = 150
_FILTER_ALL = 0xF8

_CLEANERS: dict[MediaType, Callable[[bytes], bytes]] = {
    MediaType.JPEG: jpeg.clean,
    MediaType.PNG: png.clean,
    MediaType.GIF: gif.clean,
    MediaType.WEBP: webp.clean,
    MediaType.AVIF: avif.clean,
}


def clean(data: bytes, media_type: MediaType) -> bytes:
    """Without metadata and trailing bytes, the coded picture untouched. Raises CorruptFile."""
    return _CLEANERS[media_type](data)


def write_versions(image: Picture, into: Path, extension: str) -> Fingerprints:
    """Writes `NAME.EXT` for each planned size."""
    base, small = pixels.premultiplied(image), image
    for name, version in pixels.scaled(base):
        pixels.save(version, into / f"{name}.{extension}")
        if max(version.width, version.height) >= _FINGERPRINT_SIDE_PX:
            small = version
    return pixels.fingerprint(base, small)


def write_full(path: Path, media_type: MediaType, into: Path) -> None:
    """Writes `full.EXT` if the original holds metadata, trailing bytes or an orientation; else nothing.

    Turned pictures are encoded anew, at the only settings where nobody waits for size: high quality.
    """
    full = into / f"full.{media_type.format}"
    header = pixels.open_header(path, media_type)
    if pixels.orientation(header) != 1:
        _save_turned(pixels.upright(header), full)
        return
    data = path.read_bytes()
    cleaned = clean(data, media_type)
    if cleaned != data:
        full.write_bytes(cleaned)


def _save_turned(image: Picture, full: Path) -> None:
    match full.suffix:
        case ".jpg":
            image.jpegsave(str(full), Q=93, optimize_coding=True, keep=pixels.KEEP_PROFILE)
        case ".webp":
            image.webpsave(str(full), Q=93, effort=2, keep=pixels.KEEP_PROFILE)
        case ".avif":
            image.heifsave(str(full), Q=85, effort=1, compression="av1", keep=pixels.KEEP_PROFILE)
        case _:
            image.pngsave(str(full), compression=6, filter=_FILTER_ALL, keep=pixels.KEEP_PROFILE)
