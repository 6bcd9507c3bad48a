"""What can be wrong with a file, or with opening it.

MediaError
├── FileRefused                  the file's own fault: trying again changes nothing
│   ├── EmptyFile                empty_file
│   ├── UnsupportedType          unsupported_type           guess
│   ├── UnsupportedContent       unsupported_content        reason      in a known container
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
│       └── DrawingTooComplex    drawing_too_complex        SVG elements, levels, uses
└── DecoderFailed                what happened to the process that opened it: worth one more try
    ├── DecoderCrashed           decoder_crashed            reason
    ├── DecoderTimeout           decoder_timeout            seconds
    └── DecoderOutOfMemory       decoder_out_of_memory      limit_bytes

`code` is stable. Errors cross from the decoding process as `{"code": …, fields…}`; `ERRORS` finds the class.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(kw_only=True, eq=False)
class MediaError(Exception):
    """`text` is the sentence for people; the fields stand in it by name."""

    code: ClassVar[str] = ""
    text: ClassVar[str] = ""

    def __str__(self) -> str:
        return self.text.format(**asdict(self))


@dataclass(kw_only=True, eq=False)
class FileRefused(MediaError):
    """The file's own fault."""


@dataclass(kw_only=True, eq=False)
class EmptyFile(FileRefused):
    """Not one byte."""

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
    """A known container holding what is not accepted. reason: a sentence."""

    code = "unsupported_content"
    text = "{reason}"
    reason: str


@dataclass(kw_only=True, eq=False)
class CorruptFile(FileRefused):
    """Cut off or broken. reason: what the reader stumbled over."""

    code = "corrupt_file"
    text = "the file is damaged: {reason}"
    reason: str


@dataclass(kw_only=True, eq=False)
class TooLarge(FileRefused):
    """found, limit: in the unit that the class names."""

    found: float
    limit: float


@dataclass(kw_only=True, eq=False)
class TooManyBytes(TooLarge):
    """Of the whole file."""

    code = "too_many_bytes"
    text = "the file has {found} bytes, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManyPixels(TooLarge):
    """Of one frame."""

    code = "too_many_pixels"
    text = "the picture has {found} pixels, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class SideTooLong(TooLarge):
    """In pixels."""

    code = "side_too_long"
    text = "a side is {found} pixels long, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManyFrames(TooLarge):
    """Of an animated picture."""

    code = "too_many_frames"
    text = "the animation has {found} frames, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManyTotalPixels(TooLarge):
    """Over all frames."""

    code = "too_many_total_pixels"
    text = "all frames together have {found} pixels, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManySeconds(TooLarge):
    """Of a video."""

    code = "too_many_seconds"
    text = "the video runs {found} seconds, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class FrameRateTooHigh(TooLarge):
    """In frames a second."""

    code = "frame_rate_too_high"
    text = "the video has {found} frames a second, {limit} are allowed"


@dataclass(kw_only=True, eq=False)
class TooManyStreams(TooLarge):
    """Of any kind, in one container."""

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
    """What happened to the decoding process."""


@dataclass(kw_only=True, eq=False)
class DecoderCrashed(DecoderFailed):
    """Ended without an answer, or with an unreadable one. reason: a signal's name or a few words."""

    code = "decoder_crashed"
    text = "the decoder stopped: {reason}"
    reason: str


@dataclass(kw_only=True, eq=False)
class DecoderTimeout(DecoderFailed):
    """By CPU or by the clock."""

    code = "decoder_timeout"
    text = "the decoder was stopped after {seconds} seconds"
    seconds: float


@dataclass(kw_only=True, eq=False)
class DecoderOutOfMemory(DecoderFailed):
    """Of one job."""

    code = "decoder_out_of_memory"
    text = "the decoder asked for more than {limit_bytes} bytes of memory"
    limit_bytes: int


def _leaves(root: type[MediaError]) -> Iterator[type[MediaError]]:
    for child in root.__subclasses__():
        if child.code:
            yield child
        yield from _leaves(child)


ERRORS: dict[str, type[MediaError]] = {error.code: error for error in _leaves(MediaError)}
