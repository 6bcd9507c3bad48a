"""What probing and processing find out. Values only; they cross from the decoding process as JSON."""

from dataclasses import dataclass

from polybooru.media.types import MediaType

STILL_SECONDS = 0.04
"""Duration of everything that does not move: one frame at 25 a second (philomena.md 2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What the headers say. Width and height are upright and, for video, with square pixels."""

    media_type: MediaType
    size_bytes: int
    width: int
    height: int
    frame_count: int = 1
    duration_seconds: float = STILL_SECONDS
    is_animated: bool = False
    """More than one frame; always false for JPEG, AVIF and SVG."""
    has_audio: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file in the folder that `process` was given."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensities:
    """Brightness of the four quadrants, 6 decimals; north-west, north-east, south-west, south-east."""

    nw: float
    ne: float
    sw: float
    se: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a picture is found by; the same numbers as of the processed file."""

    width: int
    height: int
    intensities: Intensities


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What was made.

    `sha512`, `md5` and `size_bytes` are those of the served full file: `full`, or else the original.
    """

    media_type: MediaType
    width: int
    height: int
    frame_count: int
    duration_seconds: float
    is_animated: bool
    full: File | None
    """None if the original is already clean and upright and is served as it is."""
    representations: tuple[File, ...]
    sha512: str
    md5: str
    size_bytes: int
    intensities: Intensities
    perceptual_hash: int
    """64 bits, unsigned."""
    dominant_color: int
    """0xRRGGBB."""
