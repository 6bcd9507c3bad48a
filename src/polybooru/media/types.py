"""The closed table of accepted kinds of file.

`sniff` picks one from the first bytes; all others follow from it.
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    mime_type: str
    is_video: bool = False
    shown_format: str


class MediaType(Enum):
    """`value` is the format: the extension of the original and the `format` that the dialects show."""

    JPEG = "jpg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    AVIF = "avif"
    SVG = "svg"
    WEBM = "webm"
    MP4 = "mp4"

    @property
    def format(self) -> str:
        """Lower case, no dot."""
        return self.value

    @property
    def mime_type(self) -> str:
        """As served and as shown by the dialects."""
        return _FACTS[self].mime_type

    @property
    def is_video(self) -> bool:
        """Decoded by FFmpeg, with time and perhaps sound."""
        return _FACTS[self].is_video

    @property
    def shown_format(self) -> str:
        """Extension of the scaled versions; differs from `format` for drawings, which are shown as PNG."""
        return _FACTS[self].shown_format


_FACTS = {
    MediaType.JPEG: _Facts(mime_type="image/jpeg", shown_format="jpg"),
    MediaType.PNG: _Facts(mime_type="image/png", shown_format="png"),
    MediaType.GIF: _Facts(mime_type="image/gif", shown_format="gif"),
    MediaType.WEBP: _Facts(mime_type="image/webp", shown_format="webp"),
    MediaType.AVIF: _Facts(mime_type="image/avif", shown_format="avif"),
    MediaType.SVG: _Facts(mime_type="image/svg+xml", shown_format="png"),
    MediaType.WEBM: _Facts(mime_type="video/webm", shown_format="webm", is_video=True),
    MediaType.MP4: _Facts(mime_type="video/mp4", shown_format="mp4", is_video=True),
}
