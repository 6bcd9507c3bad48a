"""Pixels in memory, by libvips: one exact loader a format, each size made from the next bigger.

Runs only in the decoding process. `Picture` is upright, 8 bits a channel, grey or RGB, with or without alpha.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyvips
from pyvips import Image as Picture
from pyvips.voperation import Introspect

from polybooru.media import fingerprints
from polybooru.media.errors import CorruptFile
from polybooru.media.fingerprints import QuadrantSums, Rgb
from polybooru.media.plan import Size, chain, plan
from polybooru.media.results import Intensities
from polybooru.media.types import MediaType

KEEP_NOTHING, KEEP_PROFILE = 0, 8
_OPERATIONS = (
    *("jpegload", "pngload", "gifload", "webpload", "heifload", "svgload_buffer"),
    *("jpegsave", "pngsave", "gifsave", "webpsave", "heifsave"),
    *(
        "thumbnail_image",
        "extract_area",
        "crop",
        "extract_band",
        "flatten",
        "project",
        "cast",
        "colourspace",
        "min",
    ),
    *("copy", "autorot", "bandjoin", "bandjoin_const", "arrayjoin", "embed", "icc_transform"),
)
_FILTER_UP = 0x20

# Never the generic loader: it opens whatever it recognises, even with its "untrusted" switch on.
_LOADERS: dict[MediaType, Callable[..., Picture]] = {
    MediaType.JPEG: pyvips.Image.jpegload,
    MediaType.PNG: pyvips.Image.pngload,
    MediaType.GIF: pyvips.Image.gifload,
    MediaType.WEBP: pyvips.Image.webpload,
    MediaType.AVIF: pyvips.Image.heifload,
}

# Fast settings: a version is made once but waited for (bench/media.py).
_SAVERS: dict[str, Callable[[Picture, str], None]] = {
    "jpg": lambda image, name: image.jpegsave(name, Q=85, keep=KEEP_PROFILE),
    "png": lambda image, name: image.pngsave(name, compression=2, filter=_FILTER_UP, keep=KEEP_PROFILE),
    "webp": lambda image, name: image.webpsave(name, Q=82, effort=1, keep=KEEP_PROFILE),
    "avif": lambda image, name: image.heifsave(
        name, Q=60, effort=0, compression="av1", bitdepth=8, keep=KEEP_PROFILE
    ),
    "gif": lambda image, name: image.gifsave(name, effort=2, keep=KEEP_NOTHING),
}


def open_header(path: Path, media_type: MediaType) -> Picture:
    """Reads the header; pixels are decoded when asked for, from top to bottom. Raises CorruptFile."""
    try:
        return _LOADERS[media_type](str(path), access="sequential", fail_on="error")
    except pyvips.Error as error:
        raise refusal(error) from error


def decode(path: Path, media_type: MediaType) -> Picture:
    """The first frame, upright and normalised, wholly in memory. Raises CorruptFile."""
    header = open_header(path, media_type)
    try:
        return normalise(upright(header)).copy_memory()
    except pyvips.Error as error:
        raise refusal(error) from error


def number(header: Picture, name: str, default: int) -> int:
    """A whole number from the picture's metadata."""
    found = header.get(name) if name in header.get_fields() else default
    return found if isinstance(found, int) else default


def orientation(header: Picture) -> int:
    """EXIF orientation, 1 (upright) to 8."""
    return number(header, "orientation", 1)


def upright(header: Picture) -> Picture:
    """Applies the EXIF orientation; decodes only if there is something to turn."""
    if orientation(header) == 1:
        return header
    return header.copy_memory().autorot()  # turning reads columns: the loader gives only rows in order


def normalise(image: Picture) -> Picture:
    """8 bits, grey or RGB; an alpha channel only if something shows through it."""
    if image.interpretation == "cmyk":
        image = (
            image.icc_transform("srgb")
            if "icc-profile-data" in image.get_fields()
            else image.colourspace("srgb")
        )
    elif image.interpretation not in {"srgb", "b-w"}:
        image = image.colourspace("b-w" if image.bands < 3 else "srgb")
    if image.format != "uchar":
        image = image.cast("uchar")
    if image.hasalpha():
        image = image.copy_memory()
        if image[image.bands - 1].min() == 255:
            image = image[: image.bands - 1]
    return image


def resize(image: Picture, size: Size) -> Picture:
    """Exactly `size`, in memory; alpha is taken into account."""
    return image.thumbnail_image(size.width, height=size.height, size="force", no_rotate=True).copy_memory()


def premultiplied(image: Picture) -> Picture:
    """Colours weighted by alpha, which is also the picture on black; in memory. Without alpha: itself."""
    return image.premultiply().cast("uchar").copy_memory() if image.hasalpha() else image


def scaled(base: Picture) -> Iterator[tuple[str, Picture]]:
    """The planned versions, largest first, each made from the one before. base: `premultiplied`.

    Weighting by alpha once for all, and the cubic kernel, save a third of the time of separate thumbnails.
    """
    for name, size in chain(plan(base.width, base.height)):
        base = base.resize(
            size.width / base.width, vscale=size.height / base.height, kernel="cubic"
        ).copy_memory()
        yield name, base.unpremultiply().cast("uchar").copy_memory() if base.hasalpha() else base


def save(image: Picture, path: Path) -> None:
    """By the extension's format, without metadata, with the colour profile."""
    _SAVERS[path.suffix[1:]](image, str(path))


def save_moving(frames: Sequence[Picture], delays_ms: Sequence[int], loop: int, path: Path) -> None:
    """An animated GIF or WebP by the extension. frames: all of one size.

    loop: how often it plays, 0 for ever.
    """
    strip = pyvips.Image.arrayjoin(_alike(frames), across=1).copy()
    strip.set_type(pyvips.GValue.gint_type, "page-height", frames[0].height)
    strip.set_type(pyvips.GValue.gint_type, "loop", loop)
    strip.set_type(pyvips.GValue.array_int_type, "delay", list(delays_ms))
    if path.suffix == ".gif":
        strip.gifsave(str(path), effort=1, dither=0.5, keep_duplicate_frames=True, keep=KEEP_NOTHING)
    else:
        strip.webpsave(str(path), Q=75, effort=0, keep=KEEP_PROFILE)


def _alike(frames: Sequence[Picture]) -> list[Picture]:
    """All with the same bands: one transparent frame gives all of them an alpha channel."""
    wide = [frame.colourspace("srgb") for frame in frames]
    if not any(frame.hasalpha() for frame in wide):
        return wide
    return [frame if frame.hasalpha() else frame.bandjoin(255) for frame in wide]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """By which equal pictures are found; see `fingerprints.py`."""

    intensities: Intensities
    perceptual_hash: int
    dominant_color: int


def fingerprint(base: Picture, small: Picture) -> Fingerprints:
    """base: `premultiplied`. small: the same as it is shown, at about 150 pixels or more."""
    grid = _grid(small)
    return Fingerprints(
        intensities=fingerprints.intensities(quadrant_sums(base), base.width, base.height),
        perceptual_hash=fingerprints.perceptual_hash([fingerprints.grey_on_white(pixel) for pixel in grid]),
        dominant_color=fingerprints.dominant_color(grid),
    )


def quadrant_sums(base: Picture) -> QuadrantSums:
    """Two passes: sums of the columns over the northern and the southern rows. base: `premultiplied`."""
    middle_row = base.height // 2
    nw, ne = _west_east(base.crop(0, 0, base.width, min(middle_row + 1, base.height)))
    sw, se = _west_east(base.crop(0, middle_row, base.width, base.height - middle_row))
    return QuadrantSums(nw=nw, ne=ne, sw=sw, se=se)


def _west_east(half: Picture) -> tuple[Rgb, Rgb]:
    columns, _ = half.project()
    sums = memoryview(columns.cast("uint").write_to_memory()).cast("I")
    middle, bands = half.width // 2, half.bands
    west = [sum(sums[band : (middle + 1) * bands : bands]) for band in range(bands)]
    east = [sum(sums[middle * bands + band :: bands]) for band in range(bands)]
    return _rgb(west), _rgb(east)


def _rgb(sums: list[int]) -> Rgb:
    return (sums[0], sums[0], sums[0]) if len(sums) < 3 else (sums[0], sums[1], sums[2])


def _grid(small: Picture) -> list[tuple[int, int, int, int]]:
    """Squeezed to the side of the perceptual hash: red, green, blue, alpha, row by row."""
    side = fingerprints.HASH_SIDE
    grid = small.thumbnail_image(side, height=side, size="force", no_rotate=True)
    flat = bytes(grid.write_to_memory())
    bands = [flat[band :: grid.bands] for band in range(grid.bands)]
    alpha = bands.pop() if grid.hasalpha() else b"\xff" * (side * side)
    red, green, blue = bands if len(bands) == 3 else (bands[0], bands[0], bands[0])
    return list(zip(red, green, blue, alpha, strict=True))


def warm_up() -> None:
    """Learns the operations' signatures, which costs a child about a millisecond each; computes nothing."""
    for name in _OPERATIONS:
        Introspect.get(name)


def refusal(error: pyvips.Error) -> CorruptFile:
    """With the first line of what libvips says, without file names.

    Raises MemoryError if that was the trouble.
    """
    if "out of memory" in error.detail or "unable to allocate" in error.detail:
        raise MemoryError
    lines = [line.strip() for line in error.detail.splitlines() if line.strip()]
    return CorruptFile(reason=lines[0].split(": ", 1)[-1][:200] if lines else "unreadable")
