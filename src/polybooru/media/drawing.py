"""SVG files: cleaned, then drawn from the cleaned text, in memory and without a base address to load from."""

import re
from pathlib import Path

import pyvips
from pyvips import Image as Picture

from polybooru.media import pixels, stills, svg
from polybooru.media.errors import CorruptFile
from polybooru.media.limits import Limits, check_bytes
from polybooru.media.pixels import Fingerprints
from polybooru.media.results import Probe
from polybooru.media.types import MediaType

DEFAULT_SIDE_PX = 512
"""Of a drawing that neither says its size nor shows it by what it draws."""

_CSS_DPI = 96
"""For millimetres and the like. libvips also scales all by its ratio to 72, which `_load` takes back."""

_ROOT = re.compile(rb"<(?:[\w.-]+:)?svg\b[^>]*>")
_SIZE = re.compile(rb'\s(?:width|height)="[^"]*"')


def probe(path: Path, size_bytes: int, limits: Limits) -> Probe:
    """Cleans the file, since its size is only known by its parsed text. Raises FileRefused."""
    check_bytes(size_bytes, limits.svg_bytes)
    image = _open(svg.clean(path.read_bytes(), limits), limits)
    return Probe(media_type=MediaType.SVG, size_bytes=size_bytes, width=image.width, height=image.height)


def make(path: Path, into: Path, limits: Limits) -> Fingerprints:
    """Writes the cleaned text, its raster and the versions of that. Raises FileRefused."""
    cleaned = svg.clean(path.read_bytes(), limits)
    (into / "full.svg").write_bytes(cleaned)
    image = draw(cleaned, limits)
    pixels.save(image, into / "full.png")
    (into / "rendered.png").write_bytes((into / "full.png").read_bytes())
    return stills.write_versions(image, into, "png")


def draw(cleaned: bytes, limits: Limits) -> Picture:
    """The raster of a cleaned drawing, in memory. Raises CorruptFile."""
    try:
        return pixels.normalise(_open(cleaned, limits)).copy_memory()
    except pyvips.Error as error:
        raise pixels.refusal(error) from error


def _open(cleaned: bytes, limits: Limits) -> Picture:
    """At its own size in CSS pixels, made smaller if a side is over the limit."""
    try:
        natural = _load(cleaned, 1.0)
    except CorruptFile:
        cleaned = _sized(cleaned)
        natural = _load(cleaned, 1.0)
    longest = max(natural.width, natural.height)
    return natural if longest <= limits.svg_side_px else _load(cleaned, limits.svg_side_px / (longest + 1))


def _load(cleaned: bytes, scale: float) -> Picture:
    try:
        return pyvips.Image.svgload_buffer(cleaned, dpi=_CSS_DPI, scale=scale * 72 / _CSS_DPI)
    except pyvips.Error as error:
        raise pixels.refusal(error) from error


def _sized(cleaned: bytes) -> bytes:
    """With a size put in place of one that is missing, zero or unreadable."""
    size = f' width="{DEFAULT_SIDE_PX}" height="{DEFAULT_SIDE_PX}"'.encode()
    return _ROOT.sub(lambda root: _SIZE.sub(b"", root[0])[:-1].rstrip(b"/") + size + b">", cleaned, count=1)
