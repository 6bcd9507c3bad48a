"""What a file is, by its content.

What is made from it; all decoding in limited processes. Begin at `decoders`.
"""

from polybooru.media.decoders import Decoders
from polybooru.media.errors import (
    CorruptFile,
    DecoderFailed,
    EmptyFile,
    FileRefused,
    MediaError,
    TooLarge,
    TooManyBytes,
    TooManySeconds,
    UnsupportedType,
)
from polybooru.media.limits import Limits
from polybooru.media.plan import BOXES, PREVIEW_KINDS, plan
from polybooru.media.results import Probe, Processed
from polybooru.media.sniff import sniff
from polybooru.media.types import MediaType

__all__ = [
    "BOXES",
    "PREVIEW_KINDS",
    "CorruptFile",
    "DecoderFailed",
    "Decoders",
    "EmptyFile",
    "FileRefused",
    "Limits",
    "MediaError",
    "MediaType",
    "Probe",
    "Processed",
    "TooLarge",
    "TooManyBytes",
    "TooManySeconds",
    "UnsupportedType",
    "plan",
    "sniff",
]
