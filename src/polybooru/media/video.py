"""WebM and MP4 by FFmpeg, with the container format forced from the sniffed signature.

The demuxers read from an open Python file and get no protocol, so a playlist in disguise has nothing to
open. Exactly one video stream is decoded and one audio stream is kept; data, attachments and subtitles are
left behind.

A video within the pixel budget gets moving versions of every frame; a longer one moving versions of its key
frames, and no `full` in the other format. FFmpeg's own errors go up; `child.py` makes CorruptFile of them.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO

import av
import av.container
import av.filter
from pyvips import Image as Picture

from polybooru.media import pixels
from polybooru.media.encoding import VideoFile, to_picture
from polybooru.media.errors import (
    CorruptFile,
    FrameRateTooHigh,
    SideTooLong,
    TooManySeconds,
    TooManyStreams,
    UnsupportedContent,
)
from polybooru.media.limits import Limits, check_size
from polybooru.media.pixels import Fingerprints
from polybooru.media.plan import Size, chain, plan
from polybooru.media.results import Probe
from polybooru.media.types import MediaType

_FORMATS = {MediaType.WEBM: "webm", MediaType.MP4: "mp4"}
_OTHER = {MediaType.WEBM: "mp4", MediaType.MP4: "webm"}
_VIDEO_CODECS = {
    MediaType.WEBM: frozenset({"vp8", "vp9", "av1", "libdav1d"}),
    MediaType.MP4: frozenset({"h264", "vp9", "av1", "libdav1d"}),
}
_AUDIO_CODECS = {
    MediaType.WEBM: frozenset({"opus", "vorbis"}),
    MediaType.MP4: frozenset({"aac", "opus", "mp3", "mp3float"}),
}
_GIF_VERSIONS = frozenset({"thumb", "thumb_small", "thumb_tiny"})
_GIF_FRAME_MS = 500
_CLIP_FRAME_MS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    """What the packets say, whatever the headers claim."""

    frame_count: int
    key_frame_count: int
    seconds: float


def probe(path: Path, media_type: MediaType, size_bytes: int, limits: Limits) -> Probe:
    """Walks all packets and decodes one frame, for its rotation. Raises FileRefused, FFmpegError."""
    with path.open("rb") as opened, _open(opened, media_type, limits) as file:
        video, audio = _streams(file, media_type, limits)
        _check_sides(video.codec_context.width, video.codec_context.height, limits)
        first = next(iter(file.decode(video)), None)
        if first is None:
            raise CorruptFile(reason="the video has no frame")
        size = _upright_size(first, video)
        scan = _scan(file, video)
    check_size(limits, size.width, size.height)
    _check_time(scan, limits)
    return Probe(
        media_type=media_type,
        size_bytes=size_bytes,
        width=size.width,
        height=size.height,
        frame_count=scan.frame_count,
        duration_seconds=scan.seconds,
        is_animated=scan.frame_count > 1,
        has_audio=audio is not None,
    )


def make(path: Path, found: Probe, into: Path, limits: Limits) -> Fingerprints:
    """Writes the cleaned original, then all versions in one pass. Raises CorruptFile, FFmpegError."""
    _remux(path, found.media_type, into / f"full.{found.media_type.format}", limits)
    poster = _transcode(path, found, into, limits)
    pixels.save(poster, into / "rendered.png")
    return pixels.fingerprint(poster, poster)


def poster(path: Path, found: Probe, limits: Limits) -> Picture:
    """The frame at half the duration, without what follows it. Raises CorruptFile, FFmpegError."""
    with path.open("rb") as opened, _open(opened, found.media_type, limits) as source:
        video, _ = _streams(source, found.media_type, limits)
        most = None if _takes_every_frame(found, limits) else limits.video_key_frames
        if most is not None:
            video.codec_context.skip_frame = "NONKEY"
        run = _Run(found=found, versions=[])
        for frame in islice(source.decode(video), most):
            run.take(frame)
            if run.poster_is_final:
                break
    if run.poster is None:
        raise CorruptFile(reason="the video has no frame")
    return to_picture(run.poster)


def clip(
    path: Path, found: Probe, seconds: float, size: Size, limits: Limits
) -> tuple[list[Picture], list[int]]:
    """Ten frames a second at most of the first seconds, scaled, and how long each stands.

    Raises CorruptFile, FFmpegError.
    """
    frames: list[Picture] = []
    starts_ms: list[int] = []
    with path.open("rb") as opened, _open(opened, found.media_type, limits) as source:
        video, _ = _streams(source, found.media_type, limits)
        begin_ms: int | None = None
        for frame in source.decode(video):
            if frame.pts is None:
                continue
            at_ms = round(frame.time * 1_000)
            begin_ms = at_ms if begin_ms is None else begin_ms
            if at_ms - begin_ms >= seconds * 1_000:
                break
            if starts_ms and at_ms - begin_ms < starts_ms[-1] + _CLIP_FRAME_MS:
                continue
            starts_ms.append(at_ms - begin_ms)
            scaled = _turned(frame).reformat(width=size.width, height=size.height, format="rgb24")
            frames.append(to_picture(scaled))
    if not frames:
        raise CorruptFile(reason="the video has no frame")
    ends_ms = [*starts_ms[1:], starts_ms[-1] + _CLIP_FRAME_MS]
    return frames, [end - start for start, end in zip(starts_ms, ends_ms, strict=True)]


def _takes_every_frame(found: Probe, limits: Limits) -> bool:
    return found.width * found.height * found.frame_count <= limits.video_pixels


def _open(opened: BinaryIO, media_type: MediaType, limits: Limits) -> av.container.InputContainer:
    return av.open(
        opened,
        mode="r",
        format=_FORMATS[media_type],
        options={
            "protocol_whitelist": "",
            "probesize": str(limits.video_probe_bytes),
            "analyzeduration": str(int(limits.video_probe_seconds * 1_000_000)),
        },
        metadata_errors="replace",
    )


def _streams(
    file: av.container.InputContainer, media_type: MediaType, limits: Limits
) -> tuple[av.VideoStream, av.AudioStream | None]:
    """The one video and the one audio stream. Raises TooManyStreams, UnsupportedContent."""
    if len(file.streams) > limits.video_streams:
        raise TooManyStreams(found=len(file.streams), limit=limits.video_streams)
    if len(file.streams.video) != 1:
        raise UnsupportedContent(
            reason=f"a video needs one picture stream, this one has {len(file.streams.video)}"
        )
    if len(file.streams.audio) > 1:
        raise UnsupportedContent(
            reason=f"a video may have one sound stream, this one has {len(file.streams.audio)}"
        )
    video = file.streams.video[0]
    audio = file.streams.audio[0] if file.streams.audio else None
    _require_codec(video, _VIDEO_CODECS[media_type])
    if audio is not None:
        _require_codec(audio, _AUDIO_CODECS[media_type])
        audio.codec_context.thread_count = 1
    video.codec_context.thread_count = 1
    return video, audio


def _require_codec(stream: av.VideoStream | av.AudioStream, allowed: frozenset[str]) -> None:
    # A codec this build does not know has no context, whatever the type stubs say.
    name = getattr(stream.codec_context, "name", "unknown")
    if name not in allowed:
        raise UnsupportedContent(reason=f"the codec {name} is not accepted here")


def _check_sides(width: int, height: int, limits: Limits) -> None:
    if not width or not height:
        raise CorruptFile(reason="the video has no size")
    for side, limit in (
        (max(width, height), limits.video_long_side_px),
        (min(width, height), limits.video_short_side_px),
    ):
        if side > limit:
            raise SideTooLong(found=side, limit=limit)


def _check_time(scan: _Scan, limits: Limits) -> None:
    if scan.seconds > limits.video_seconds:
        raise TooManySeconds(found=round(scan.seconds, 3), limit=limits.video_seconds)
    rate = scan.frame_count / max(scan.seconds, 1 / limits.video_frames_per_second)
    if scan.frame_count > limits.video_frames_per_second and rate > limits.video_frames_per_second * 1.01:
        raise FrameRateTooHigh(found=round(rate, 3), limit=limits.video_frames_per_second)


def _scan(file: av.container.InputContainer, video: av.VideoStream) -> _Scan:
    file.seek(0)
    frames = keys = 0
    first = last = 0.0
    longest = 0.0
    for packet in file.demux(video):
        if packet.pts is None or not packet.size:
            continue
        at = float(packet.pts * packet.time_base)
        first, last = (at, at) if not frames else (min(first, at), max(last, at))
        longest = max(longest, float((packet.duration or 0) * packet.time_base))
        frames += 1
        keys += packet.is_keyframe
    if not frames:
        raise CorruptFile(reason="the video has no frame")
    spacing = (last - first) / (frames - 1) if frames > 1 else 0.04
    seconds = last - first + (min(longest, 2 * spacing) or spacing)
    return _Scan(frame_count=frames, key_frame_count=keys, seconds=round(seconds, 6))


def _upright_size(frame: av.VideoFrame, video: av.VideoStream) -> Size:
    """Turned upright, with square pixels: narrow ones reduce the width, wide ones the height (8.1)."""
    width, height = frame.width, frame.height
    ratio = video.sample_aspect_ratio
    if ratio and ratio > 0 and ratio < 1:
        width = max(1, round(width * ratio))
    elif ratio and ratio > 1:
        height = max(1, round(height / ratio))
    if frame.rotation % 180:
        width, height = height, width
    return Size(width=width, height=height)


def _remux(path: Path, media_type: MediaType, full: Path, limits: Limits) -> None:
    """The same coded pictures and sound in a new container without tags, attachments or other streams."""
    options = {"movflags": "faststart"} if media_type is MediaType.MP4 else {}
    with path.open("rb") as opened, _open(opened, media_type, limits) as source:
        video, audio = _streams(source, media_type, limits)
        first = next(source.decode(video))
        with av.open(
            str(full), "w", format=_FORMATS[media_type], options={**options, "fflags": "+bitexact"}
        ) as target:
            copies: dict[int, av.VideoStream | av.AudioStream] = {}
            copies[video.index] = copied = target.add_stream_from_template(video)
            if first.rotation:
                copied.set_display_rotation(first.rotation)
            if audio is not None:
                copies[audio.index] = target.add_stream_from_template(audio)
            for copy in copies.values():
                copy.metadata.clear()
            source.seek(0)
            for packet in source.demux([stream for stream in (video, audio) if stream is not None]):
                if packet.dts is not None:
                    packet.stream = copies[packet.stream.index]
                    target.mux(packet)


def _transcode(path: Path, found: Probe, into: Path, limits: Limits) -> Picture:
    """One pass over the frames feeds every version. Returns the frame at half the duration."""
    every_frame = _takes_every_frame(found, limits)
    with path.open("rb") as opened, _open(opened, found.media_type, limits) as source, ExitStack() as files:
        video, audio = _streams(source, found.media_type, limits)
        if not every_frame:
            video.codec_context.skip_frame = "NONKEY"
            audio = None
        run = _Run(found=found, versions=_open_versions(found, into, files, every_frame=every_frame))
        for frame in source.decode([stream for stream in (video, audio) if stream is not None]):
            if isinstance(frame, av.AudioFrame):
                run.versions[0].files[0].write_audio(frame)
            elif isinstance(frame, av.VideoFrame):
                run.take(frame)
            if not every_frame and run.taken >= limits.video_key_frames:
                break
    for version in run.versions:
        if version.gif_frames:
            _write_gif(version.gif_frames, into / f"{version.name}.gif")
    if run.poster is None:
        raise CorruptFile(reason="the video has no frame")
    return to_picture(run.poster)


def _open_versions(found: Probe, into: Path, files: ExitStack, *, every_frame: bool) -> list["_Version"]:
    """Largest first; with every frame, the full size in the other format, which alone has sound, leads."""
    versions: list[_Version] = []
    full = Size(width=found.width, height=found.height)
    if every_frame:
        path = into / f"full.{_OTHER[found.media_type]}"
        file = files.enter_context(VideoFile(path, full, with_audio=found.has_audio))
        versions.append(_Version(name="full", files=[file]))
    for name, size in chain(plan(full.width, full.height)):
        made = [files.enter_context(VideoFile(into / f"{name}.{kind}", size)) for kind in ("webm", "mp4")]
        versions.append(_Version(name=name, files=made))
    return versions


@dataclass(slots=True, kw_only=True)
class _Version:
    """The files of one size."""

    name: str
    files: list[VideoFile]
    gif_frames: list[Picture] = field(default_factory=list)

    def take(self, frame: av.VideoFrame, at_ms: int, *, for_gif: bool) -> av.VideoFrame:
        """Returns the frame as scaled here, for the next smaller version."""
        size = self.files[0].size
        scaled = frame.reformat(width=size.width, height=size.height, format="yuv420p")
        for file in self.files:
            file.write(scaled, at_ms)
        if for_gif and self.name in _GIF_VERSIONS:
            self.gif_frames.append(to_picture(scaled))
        return scaled


@dataclass(slots=True, kw_only=True)
class _Run:
    """Where one pass over the frames stands."""

    found: Probe
    versions: list[_Version]
    taken: int = 0
    start_ms: int = 0
    poster: av.VideoFrame | None = None
    poster_is_final: bool = False
    gif_times_ms: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.gif_times_ms = _gif_times_ms(self.found.duration_seconds)

    def take(self, frame: av.VideoFrame) -> None:
        if frame.pts is None:
            return
        at_ms = round(frame.time * 1000)
        self.start_ms = self.start_ms if self.taken else at_ms
        self.taken += 1
        elapsed_ms = at_ms - self.start_ms
        for_gif = bool(self.gif_times_ms) and elapsed_ms >= self.gif_times_ms[0]
        while self.gif_times_ms and elapsed_ms >= self.gif_times_ms[0]:
            self.gif_times_ms.pop(0)
        upright = _turned(frame)
        scaled = upright
        for version in self.versions:
            scaled = version.take(scaled, elapsed_ms, for_gif=for_gif)
        if not self.poster_is_final:
            self.poster = upright.reformat(width=self.found.width, height=self.found.height, format="rgb24")
            self.poster_is_final = elapsed_ms >= self.found.duration_seconds * 500


def _turned(frame: av.VideoFrame) -> av.VideoFrame:
    """Upright, by quarter turns."""
    filters = {90: ["cclock"], -90: ["clock"], 180: ["clock", "clock"], -180: ["clock", "clock"]}.get(
        frame.rotation
    )
    if filters is None:
        return frame
    graph = av.filter.Graph()
    nodes = [
        graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        ),
        *(graph.add("transpose", way) for way in filters),
        graph.add("buffersink"),
    ]
    for left, right in pairwise(nodes):
        left.link_to(right)
    graph.configure()
    graph.push(frame)
    turned = graph.pull()
    assert isinstance(turned, av.VideoFrame)
    return turned


def _gif_times_ms(seconds: float) -> list[float]:
    """Philomena's previews: 20, 10, 5 or 2 evenly spaced frames."""
    count = 20 if seconds >= 90 else 10 if seconds >= 30 else 5 if seconds >= 1 else 2
    return [seconds * 1000 * index / count for index in range(count)]


def _write_gif(frames: Sequence[Picture], path: Path) -> None:
    pixels.save_moving(frames, [_GIF_FRAME_MS] * len(frames), 0, path)
