"""GIF, APNG and animated WebP: frames in order, scaled versions that still move, and for GIF two videos.

An animation over the preview limits gets still versions. All GIF files come here, since even a single frame
is owed its `full.webm`, `full.mp4` and `rendered.png`.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import accumulate, islice
from pathlib import Path

import av
import pyvips
from pyvips import Image as Picture

from polybooru.media import pixels, stills
from polybooru.media.containers import gif, png, webp
from polybooru.media.encoding import VideoFile, to_frame, to_picture, write_apng
from polybooru.media.errors import CorruptFile
from polybooru.media.limits import Limits, allows_animated_preview
from polybooru.media.pixels import Fingerprints
from polybooru.media.plan import Size, chain, plan
from polybooru.media.results import Probe
from polybooru.media.types import MediaType

_READERS = {
    MediaType.GIF: gif.frame_delays_ms,
    MediaType.PNG: png.frame_delays_ms,
    MediaType.WEBP: webp.frame_delays_ms,
}


def make(path: Path, found: Probe, into: Path, limits: Limits) -> Fingerprints:
    """One pass over the frames for the videos, then one a size. Raises CorruptFile."""
    delays_ms = _READERS[found.media_type](path.read_bytes())
    moves = found.is_animated and allows_animated_preview(
        limits, found.width, found.height, found.frame_count
    )
    shown_at = _shown_frame(found, delays_ms)
    kept: list[Picture] = []
    shown: Picture | None = None
    with ExitStack() as files:
        videos = [files.enter_context(video) for video in _videos(found, into)]
        for index, (image, at_ms) in enumerate(
            zip(_frames(path, found), _starts_ms(delays_ms), strict=False)
        ):
            _write_all(videos, image, at_ms)
            if moves:
                kept.append(image)
            if index <= shown_at:
                shown = image  # the last one there is, if the file ends before its middle
    if shown is None:
        raise CorruptFile(reason="the animation has no frame")
    stills.write_full(path, found.media_type, into)
    if found.media_type is MediaType.GIF:
        pixels.save(shown, into / "rendered.png")
    if not moves:
        return stills.write_versions(shown, into, found.media_type.shown_format)
    _write_moving(kept, delays_ms, _loop(path, found), into, found.media_type)
    return pixels.fingerprint(pixels.premultiplied(shown), shown)


def shown(path: Path, found: Probe) -> Picture:
    """The frame that stands for the animation, without what follows it. Raises CorruptFile."""
    at = _shown_frame(found, _READERS[found.media_type](path.read_bytes()))
    last = deque(islice(_frames(path, found), at + 1), maxlen=1)  # also if the file ends before its middle
    if not last:
        raise CorruptFile(reason="the animation has no frame")
    return last[0]


def clip(path: Path, found: Probe, seconds: float, size: Size) -> tuple[list[Picture], list[int]]:
    """The frames that begin within so many seconds, scaled, and how long each stands. Raises CorruptFile."""
    delays_ms = _READERS[found.media_type](path.read_bytes())
    count = sum(start_ms < seconds * 1_000 for start_ms in _starts_ms(delays_ms))
    frames = [pixels.resize(frame, size) for frame in islice(_frames(path, found), count)]
    if not frames:
        raise CorruptFile(reason="the animation has no frame")
    return frames, [max(1, delay_ms) for delay_ms in delays_ms[: len(frames)]]


def _shown_frame(found: Probe, delays_ms: Sequence[int]) -> int:
    """Of a GIF the frame at half the duration; else the first: the picture where nothing moves."""
    if found.media_type is not MediaType.GIF:
        return 0
    half_ms = sum(delays_ms) / 2
    return sum(end_ms <= half_ms for end_ms in accumulate(delays_ms[:-1]))


def _starts_ms(delays_ms: Sequence[int]) -> list[int]:
    return [0, *accumulate(delays_ms[:-1])]


def _videos(found: Probe, into: Path) -> list[VideoFile]:
    if found.media_type is not MediaType.GIF:
        return []
    size = Size(width=found.width, height=found.height)
    return [VideoFile(into / "full.webm", size), VideoFile(into / "full.mp4", size)]


def _write_all(videos: Sequence[VideoFile], image: Picture, at_ms: int) -> None:
    if videos:
        size = videos[0].size
        frame = to_frame(image, "rgb24").reformat(width=size.width, height=size.height, format="yuv420p")
        for video in videos:
            video.write(frame, at_ms)


def _frames(path: Path, found: Probe) -> Iterator[Picture]:
    """Complete frames, one in memory at a time."""
    if found.media_type is MediaType.PNG and found.is_animated:
        yield from _apng_frames(path)
        return
    load = pyvips.Image.gifload if found.media_type is MediaType.GIF else pyvips.Image.webpload
    try:
        strip = load(str(path), n=-1, access="sequential", fail_on="error")
        height = pixels.number(strip, "page-height", strip.height)
        for top in range(0, strip.height, height):
            yield pixels.normalise(strip.crop(0, top, strip.width, height)).copy_memory()
    except pyvips.Error as error:
        raise pixels.refusal(error) from error


def _apng_frames(path: Path) -> Iterator[Picture]:
    with path.open("rb") as opened, av.open(opened, mode="r", format="apng") as file:
        for frame in file.decode(video=0):
            yield to_picture(frame, with_alpha=True)


def _loop(path: Path, found: Probe) -> int:
    """How often it plays; 0 for ever."""
    if found.media_type is MediaType.PNG:
        return png.plays(path.read_bytes())
    return pixels.number(pixels.open_header(path, found.media_type), "loop", 0)


def _write_moving(
    frames: list[Picture], delays_ms: Sequence[int], loop: int, into: Path, media_type: MediaType
) -> None:
    for name, size in chain(plan(frames[0].width, frames[0].height)):
        frames[:] = [pixels.resize(frame, size) for frame in frames]
        _save(frames, delays_ms[: len(frames)], loop, into / f"{name}.{media_type.shown_format}")


def _save(frames: Sequence[Picture], delays_ms: Sequence[int], loop: int, path: Path) -> None:
    if path.suffix == ".png":
        write_apng(path, frames, delays_ms, loop)
        return
    pixels.save_moving(frames, delays_ms, loop, path)
