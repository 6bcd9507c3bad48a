"""Types come from content alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.media.sniff import guess, sniff
from polybooru.media.types import MediaType


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MediaType.PNG),
        (b"GIF87a", MediaType.GIF),
        (b"GIF89a<script>", MediaType.GIF),
        (b"RIFF\x10\0\0\0WEBPVP8 ", MediaType.WEBP),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", MediaType.AVIF),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", MediaType.AVIF),
        (b"\0\0\0\x18ftypisom\0\0\x02\0isommp41", MediaType.MP4),
        (b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm", MediaType.WEBM),
        (b"<svg>", MediaType.SVG),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><svg xmlns='x'/>", MediaType.SVG),
        (b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x' [<!ENTITY a 'b'>]>\n<svg/>", MediaType.SVG),
        (b"<!-- made by someone -->\n<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>", MediaType.SVG),
        ("<?xml version='1.0' encoding='utf-16'?><svg/>".encode("utf-16"), MediaType.SVG),
    ],
)
def test_a_kind_is_known_by_its_first_bytes(head: bytes, expected: MediaType) -> None:
    assert sniff(head) is expected


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"hello",
        b"<html><svg></svg></html>",
        b"<?xml version='1.0'?><rss/>",
        b"text <svg/>",
        b"<svgx/>",
        b"\x1f\x8b\x08\0",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10",
        b"ffconcat version 1.0",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1",
        b"II*\0\x08\0\0\0",
        b"BM\0\0\0\0",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
        b"\x1aE\xdf\xa3\x9f\x42\x82\x88matroska",
        b"RIFF\x10\0\0\0WAVEfmt ",
    ],
)
def test_everything_else_is_refused(head: bytes) -> None:
    assert sniff(head) is None


@given(st.binary(max_size=200))
def test_sniffing_never_fails(head: bytes) -> None:
    sniff(head)
    guess(head)


def test_drawings_are_shown_as_png() -> None:
    assert {kind: kind.shown_format for kind in MediaType if kind.shown_format != kind.format} == {
        MediaType.SVG: "png"
    }
