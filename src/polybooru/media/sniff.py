"""What kind of file the first bytes show. Names and declared types are never asked.

Pure and cheap, so it also runs in the main process. A polyglot is what its first bytes say; the bytes behind
the picture are cut when the served file is written (`containers/`).
"""

import re

from polybooru.media.types import MediaType

HEAD_BYTES = 4096
"""How much of a file `sniff` wants to see; comments before an `<svg` may be long."""

_MP4_BRANDS = frozenset(b"isom iso2 iso3 iso4 iso5 iso6 mp41 mp42 avc1 av01 M4VH M4VP dash MSNV".split()) | {
    b"M4V "
}
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_XML_PROLOGUE = re.compile(
    rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>|\s+)*<(?:[A-Za-z_][\w.-]*:)?svg[\s/>]",
    re.DOTALL,
)
_OTHERS = (
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL ", "image/jxl"),
    (b"OggS", "application/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-executable"),
)


def sniff(head: bytes) -> MediaType | None:
    """head: the first `HEAD_BYTES` of the file, or all of it if it is shorter."""
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return MediaType.GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if head.startswith(b"\x1aE\xdf\xa3"):
        return MediaType.WEBM if b"\x42\x82\x84webm" in head[:64] else None
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    return MediaType.SVG if _is_svg(head) else None


def guess(head: bytes) -> str | None:
    """A name for a kind that is not accepted, only for the message."""
    if head[4:8] == b"ftyp":
        return "video/quicktime" if head[8:10] == b"qt" else "image/heic"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/x-matroska"
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    if head[:HEAD_BYTES].lstrip()[:1] == b"<":
        return "text/html" if b"<html" in head.lower() else "text/xml"
    return "text/plain" if head.isascii() else None


def _sniff_brands(head: bytes) -> MediaType | None:
    """The first box of an ISO file: size, `ftyp`, major brand, version, compatible brands."""
    size = int.from_bytes(head[:4], "big")
    brands = [head[at : at + 4] for at in (8, *range(16, min(size, len(head)) - 3, 4))]
    if brands[0] in _AVIF_BRANDS or (brands[0] in {b"mif1", b"msf1"} and _AVIF_BRANDS.intersection(brands)):
        return MediaType.AVIF
    if brands[0] in _MP4_BRANDS:
        return MediaType.MP4
    return None


def _is_svg(head: bytes) -> bool:
    """Text whose first element is `svg`, behind a byte order mark, declaration, DOCTYPE, comments."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    return _XML_PROLOGUE.match(head.removeprefix(b"\xef\xbb\xbf")) is not None
