"""What can be wrong with a file, or with opening it.

MediaError
├── FileRefused                  the file's own fault: trying again changes nothing
│   ├── EmptyFile                empty_file
│   ├── UnsupportedType          unsupported_type           guess
│   ├── UnsupportedContent       unsupported_content        reason      a known container holding what is not accepted
│   ├── CorruptFile              corrupt_file               reason
│   └── TooLarge                                            found, limit
│       ├── TooManyBytes         too_many_bytes
│       ├── TooManyPixels        too_many_pixels            in one frame
│       ├── SideTooLong          side_too_long              pixels
│       ├── TooManyFrames        too_many_frames
│       ├── TooManyTotalPixels   too_many_total_pixels      over all frames
│       ├── TooManySeconds       too_many_seconds
│       ├── FrameRateTooHigh     frame_rate_too_high        frames a second
│       ├── TooManyStreams       too_many_streams
│       └── DrawingTooComplex    drawing_too_complex        SVG elements, depth or repeated uses
└── DecoderFailed                what happened to the process that opened it: worth one more try
    ├── DecoderCrashed           decoder_crashed            reason
    ├── DecoderTimeout           decoder_timeout            seconds
    └── DecoderOutOfMemory       decoder_out_of_memory      limit_bytes

`code` is stable. Errors cross from the decoding process as `{"code": …, fields…}`; `ERRORS` finds the class again.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(kw_only=True, eq=False)
class MediaError(Exception):
    code: ClassVar[str] = ""
    text: ClassVar[str] = ""

    def __str__(self) -> str:
        return self.text.format(**asdict(self))


@dataclass(kw_only=True, eq=False)
class FileRefused(MediaError):
    pass


@dataclass(kw_only=True, eq=False)
class EmptyFile(FileRefused):
    code = "empty_file"
    text = "the file is empty"


@dataclass(kw_only=True, eq=False)
class UnsupportedType(FileRefused):
    """guess: a type name for the message when the content shows a known but unaccepted kind, else None."""

    code = "unsupported_type"
    text = "this kind of file is not accepted ({guess})"
    guess: str | None = None


@dataclass(kw_only=True, eq=False)
class UnsupportedContent(FileRefused):
    code = "unsupported_content"
    text = "{reason}"
    reason: str


@dataclass(kw_only=True, eq=False)
class CorruptFile(FileRefused):
    code = "corrupt_file"
    text = "the file is damaged: {reason}"
    reason: str


@dataclass(kw_only=True, eq=False)
class TooLarge(FileRefused):
    found: float
    limit: float


@dataclass(kw_only=True, eq=False)
class TooManyBytes(TooLarge):
    code = "too_many_bytes"
    text = "the file has {found} bytes, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManyPixels(TooLarge):
    code = "too_many_pixels"
    text = "the picture has {found} pixels, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class SideTooLong(TooLarge):
    code = "side_too_long"
    text = "a side is {found} pixels long, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManyFrames(TooLarge):
    code = "too_many_frames"
    text = "the animation has {found} frames, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManyTotalPixels(TooLarge):
    code = "too_many_total_pixels"
    text = "all frames together have {found} pixels, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManySeconds(TooLarge):
    code = "too_many_seconds"
    text = "the video runs {found} seconds, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class FrameRateTooHigh(TooLarge):
    code = "frame_rate_too_high"
    text = "the video has {found} frames a second, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManyStreams(TooLarge):
    code = "too_many_streams"
    text = "the file has {found} streams, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class DrawingTooComplex(TooLarge):
    """what: what was counted, for example `elements`."""

    code = "drawing_too_complex"
    text = "the drawing has {found} {what}, {limit} are allowed"
    what: str


@dataclass(kw_only=True, eq=False)
class DecoderFailed(MediaError):
    pass


@dataclass(kw_only=True, eq=False)
class DecoderCrashed(DecoderFailed):
    code = "decoder_crashed"
    text = "the decoder stopped: {reason}"
    reason: str


@dataclass(kw_only=True, eq=False)
class DecoderTimeout(DecoderFailed):
    code = "decoder_timeout"
    text = "the decoder was stopped after {seconds} seconds"
    seconds: float


@dataclass(kw_only=True, eq=False)
class DecoderOutOfMemory(DecoderFailed):
    code = "decoder_out_of_memory"
    text = "the decoder asked for more than {limit_bytes} bytes of memory"
    limit_bytes: int


def _leaves(root: type[MediaError]) -> Iterator[type[MediaError]]:
    for child in root.__subclasses__():
        if child.code:
            yield child
        yield from _leaves(child)


ERRORS: dict[str, type[MediaError]] = {error.code: error for error in _leaves(MediaError)}
