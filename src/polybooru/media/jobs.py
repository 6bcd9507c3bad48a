"""The jobs, as they run in the limited process.

`probe` counts, `process` decodes and writes, `measure` decodes what a picture is found by.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from pyvips import Image as Picture

from polybooru.media import animation, drawing, fingerprints, pixels, stills, svg, video
from polybooru.media.containers import gif, jpeg, png, webp
from polybooru.media.errors import EmptyFile, UnsupportedType
from polybooru.media.limits import Limits, check_bytes, check_frames, check_size
from polybooru.media.pixels import Fingerprints
from polybooru.media.results import STILL_SECONDS, File, Measured, Probe, Processed
from polybooru.media.sniff import HEAD_BYTES, guess, sniff
from polybooru.media.types import MediaType


def probe(path: Path, limits: Limits) -> Probe:
    """Reads headers and counts frames; decodes nothing. Raises FileRefused."""
    size_bytes = path.stat().st_size
    if not size_bytes:
        raise EmptyFile
    check_bytes(size_bytes, limits.file_bytes)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    media_type = sniff(head)
    match media_type:
        case None:
            raise UnsupportedType(guess=guess(head))
        case MediaType.WEBM | MediaType.MP4:
            return video.probe(path, media_type, size_bytes, limits)
        case MediaType.SVG:
            return drawing.probe(path, size_bytes, limits)
        case _:
            return _probe_picture(path, media_type, size_bytes, limits)


def process(path: Path, into: Path, limits: Limits, on_slow: Callable[[], None]) -> Processed:
    """Writes everything that is made from the file into the empty folder `into`. Raises FileRefused.

    on_slow: called once before work that needs the time of an animation.
    """
    found = probe(path, limits)
    if found.media_type.is_video or found.is_animated:
        on_slow()
    made = _make(found, path, into, limits)
    return _describe(found, path, into, made)


def measure(path: Path, limits: Limits) -> Measured:
    """Decodes the one frame that stands for the file; writes nothing. Raises FileRefused."""
    found = probe(path, limits)
    base = pixels.premultiplied(shown(found, path, limits))
    sums = pixels.quadrant_sums(base)
    return Measured(
        width=found.width,
        height=found.height,
        intensities=fingerprints.intensities(sums, base.width, base.height),
    )


def shown(found: Probe, path: Path, limits: Limits) -> Picture:
    """The one frame that stands for the file, upright and in memory. Raises FileRefused."""
    match found.media_type:
        case MediaType.WEBM | MediaType.MP4:
            return video.poster(path, found, limits)
        case MediaType.SVG:
            return drawing.draw(svg.clean(path.read_bytes(), limits), limits)
        case MediaType.GIF | MediaType.PNG | MediaType.WEBP if (
            found.is_animated or found.media_type is MediaType.GIF
        ):
            return animation.shown(path, found)
        case _:
            return pixels.decode(path, found.media_type)


def _make(found: Probe, path: Path, into: Path, limits: Limits) -> Fingerprints:
    match found.media_type:
        case MediaType.WEBM | MediaType.MP4:
            return video.make(path, found, into, limits)
        case MediaType.SVG:
            return drawing.make(path, into, limits)
        case MediaType.GIF | MediaType.PNG | MediaType.WEBP if (
            found.is_animated or found.media_type is MediaType.GIF
        ):
            return animation.make(path, found, into, limits)
        case _:
            image = pixels.decode(path, found.media_type)
            stills.write_full(path, found.media_type, into)
            return stills.write_versions(image, into, found.media_type.shown_format)


def _describe(found: Probe, path: Path, into: Path, made: Fingerprints) -> Processed:
    files = [File(name=file.name, size_bytes=file.stat().st_size) for file in sorted(into.iterdir())]
    full_name = f"full.{found.media_type.format}"
    full = next((file for file in files if file.name == full_name), None)
    current = into / full_name if full else path
    with current.open("rb") as file:
        sha512 = hashlib.file_digest(file, "sha512").hexdigest()
        file.seek(0)
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    return Processed(
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        frame_count=found.frame_count,
        duration_seconds=found.duration_seconds,
        is_animated=found.is_animated,
        full=full,
        representations=tuple(file for file in files if file is not full),
        sha512=sha512,
        md5=md5,
        size_bytes=full.size_bytes if full else found.size_bytes,
        intensities=made.intensities,
        perceptual_hash=made.perceptual_hash,
        dominant_color=made.dominant_color,
    )


def _probe_picture(path: Path, media_type: MediaType, size_bytes: int, limits: Limits) -> Probe:
    if media_type is MediaType.GIF:
        check_bytes(size_bytes, limits.gif_bytes)
    data = path.read_bytes()
    delays_ms = _frame_delays_ms(data, media_type)
    header = pixels.open_header(path, media_type)
    width, height = header.width, header.height
    check_size(limits, width, height)
    frames = max(1, len(delays_ms))
    if frames > 1:
        check_bytes(size_bytes, limits.gif_bytes if media_type is MediaType.PNG else limits.file_bytes)
        check_frames(limits, width, height, frames)
    if pixels.orientation(header) >= 5:  # a quarter turn
        width, height = height, width
    return Probe(
        media_type=media_type,
        size_bytes=size_bytes,
        width=width,
        height=height,
        frame_count=frames,
        duration_seconds=sum(delays_ms) / 1000 if frames > 1 else STILL_SECONDS,
        is_animated=frames > 1,
    )


def _frame_delays_ms(data: bytes, media_type: MediaType) -> tuple[int, ...]:
    """Also finds files that are cut off, where the format shows it."""
    match media_type:
        case MediaType.GIF:
            return gif.frame_delays_ms(data)
        case MediaType.PNG:
            return png.frame_delays_ms(data)
        case MediaType.WEBP:
            return webp.frame_delays_ms(data)
        case MediaType.JPEG:
            jpeg.require_end(data)
            return ()
        case _:
            return ()
