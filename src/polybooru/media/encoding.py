"""Writing moving pictures with FFmpeg: WebM (VP8, Opus), MP4 (H.264, AAC), APNG; settings chosen for speed.

Written frames carry their time in milliseconds, so uneven animations stay uneven.
"""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av
import pyvips
from av.video.frame import PictureType
from pyvips import Image as Picture

from polybooru.media.plan import Size

MILLISECOND = Fraction(1, 1000)
_BITS_PER_PIXEL_SECOND = 2.5
_LOWEST_BIT_RATE = 150_000
_CODECS = {".webm": ("libvpx", "libopus"), ".mp4": ("libx264", "aac")}
_OPTIONS = {
    ".webm": {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0"},
    ".mp4": {"preset": "superfast", "crf": "25"},
}


def even(size: Size) -> Size:
    """Both codecs store colour for two by two pixels."""
    return Size(width=max(2, size.width // 2 * 2), height=max(2, size.height // 2 * 2))


class VideoFile:
    """One WebM or MP4 being written, by the extension of its name; a context manager.

    with_audio adds a sound track.
    """

    def __init__(self, path: Path, size: Size, *, with_audio: bool = False) -> None:
        video_codec, audio_codec = _CODECS[path.suffix]
        options = {"movflags": "faststart"} if path.suffix == ".mp4" else {}
        self._file = av.open(
            str(path), "w", format=path.suffix[1:], options={**options, "fflags": "+bitexact"}
        )
        self.size = even(size)
        self._video = cast("av.VideoStream", self._file.add_stream(video_codec, 25, _OPTIONS[path.suffix]))
        self._video.width, self._video.height = self.size.width, self.size.height
        self._video.pix_fmt = "yuv420p"
        self._video.codec_context.thread_count = 1
        self._video.codec_context.time_base = MILLISECOND
        if path.suffix == ".webm":
            pixels = self.size.width * self.size.height
            self._video.bit_rate = max(_LOWEST_BIT_RATE, int(pixels * _BITS_PER_PIXEL_SECOND))
        self._audio = (
            cast("av.AudioStream", self._file.add_stream(audio_codec, 48_000)) if with_audio else None
        )
        if self._audio is not None:
            self._audio.layout = "stereo"
        self._last_ms = -1

    def write(self, frame: av.VideoFrame, at_ms: int) -> None:
        """frame: of this file's size, `yuv420p`.

        Frames that do not come later than the one before are left out.
        """
        if at_ms <= self._last_ms:
            return
        self._last_ms = at_ms
        frame.pts, frame.time_base = at_ms, MILLISECOND
        frame.pict_type = PictureType.NONE  # the source's key frames are not ours
        self._file.mux(self._video.encode(frame))

    def write_audio(self, frame: av.AudioFrame) -> None:
        """In any format and rate; nothing is written to a file without sound."""
        if self._audio is not None:
            self._file.mux(self._audio.encode(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._file.mux(self._video.encode(None))
            if self._audio is not None:
                self._file.mux(self._audio.encode(None))
        self._file.close()


def write_apng(path: Path, frames: Sequence[Picture], delays_ms: Sequence[int], loop: int) -> None:
    """frames: all of one size. loop: how often it plays, 0 for ever."""
    with av.open(str(path), "w", format="apng", options={"plays": str(loop)}) as file:
        stream = file.add_stream("apng", 25, {"pred": "up"})
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, "rgba"
        stream.codec_context.time_base = MILLISECOND
        at_ms = 0
        for image, delay_ms in zip(frames, delays_ms, strict=True):
            frame = to_frame(image, "rgba")
            frame.pts, frame.time_base = at_ms, MILLISECOND
            at_ms += max(1, delay_ms)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def to_frame(image: Picture, pixel_format: str) -> av.VideoFrame:
    """pixel_format: `rgb24` (alpha shown on white) or `rgba`."""
    image = image.colourspace("srgb")
    if pixel_format == "rgb24":
        image = image.flatten(background=[255]) if image.hasalpha() else image
    elif not image.hasalpha():
        image = image.bandjoin(255)
    frame = av.VideoFrame(image.width, image.height, pixel_format)
    plane = frame.planes[0]
    padded = image.cast("uchar").embed(0, 0, -(-plane.line_size // image.bands), image.height)
    rows, wide = padded.write_to_memory(), padded.width * image.bands
    if wide != plane.line_size:
        rows = b"".join(bytes(rows[y * wide : y * wide + plane.line_size]) for y in range(image.height))
    plane.update(rows)
    return frame


def to_picture(frame: av.VideoFrame, *, with_alpha: bool = False) -> Picture:
    """In memory of its own, so that it outlives the decoder's buffer."""
    pixel_format, bands = ("rgba", 4) if with_alpha else ("rgb24", 3)
    plane = frame.reformat(format=pixel_format).planes[0]
    data, height = bytes(plane), frame.height
    if plane.line_size % bands == 0:
        image = pyvips.Image.new_from_memory(data, plane.line_size // bands, height, bands, "uchar")
    else:
        rows = (data[y * plane.line_size : y * plane.line_size + frame.width * bands] for y in range(height))
        image = pyvips.Image.new_from_memory(b"".join(rows), frame.width, height, bands, "uchar")
    return image.crop(0, 0, frame.width, height).copy(interpretation="srgb").copy_memory()
