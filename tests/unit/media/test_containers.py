"""Cleaning copies the coded picture and nothing else, and counting needs no pixel."""

from pathlib import Path

import pytest
import pyvips

from polybooru.media.containers import avif, gif, jpeg, png, webp
from polybooru.media.errors import CorruptFile

CLEANERS = {"jpg": jpeg.clean, "png": png.clean, "gif": gif.clean, "webp": webp.clean, "avif": avif.clean}
LOADERS = {"jpg": "jpegload", "png": "pngload", "gif": "gifload", "webp": "webpload", "avif": "heifload"}
HTML = b"<html><script>alert(1)</script></html>"


def pixels_of(extension: str, data: bytes) -> bytes:
    image = getattr(pyvips.Image, f"{LOADERS[extension]}_buffer")(data, fail_on="error")
    return bytes(image.write_to_memory())


@pytest.mark.parametrize("extension", CLEANERS)
def test_metadata_go_and_the_pixels_stay(files, planted: bytes, extension: str) -> None:
    data = files.still(extension, exif=extension != "gif").read_bytes()
    cleaned = CLEANERS[extension](data)
    assert (planted in data) == (extension != "gif")
    assert planted not in cleaned
    assert pixels_of(extension, cleaned) == pixels_of(extension, data)


@pytest.mark.parametrize("extension", CLEANERS)
def test_what_follows_the_picture_is_cut(files, extension: str) -> None:
    data = CLEANERS[extension](files.still(extension).read_bytes())
    assert CLEANERS[extension](data + HTML) == data


@pytest.mark.parametrize("extension", CLEANERS)
def test_cleaning_twice_changes_nothing(files, extension: str) -> None:
    once = CLEANERS[extension](files.still(extension, exif=True).read_bytes())
    assert CLEANERS[extension](once) == once


@pytest.mark.parametrize("extension", CLEANERS)
def test_every_cut_off_file_is_refused_or_kept_short(files, extension: str) -> None:
    """Never another exception, and never more bytes than came in."""
    data = files.still(extension, exif=True).read_bytes()
    for length in range(12, len(data), max(1, len(data) // 60)):
        try:
            assert len(CLEANERS[extension](data[:length])) <= length + 1
        except CorruptFile:
            continue


def test_progressive_jpeg_keeps_all_scans(files) -> None:
    data = files.still("jpg", interlace=True, exif=True).read_bytes()
    assert data.count(b"\xff\xda") > 1
    assert pixels_of("jpg", jpeg.clean(data)) == pixels_of("jpg", data)


def test_a_jpeg_comment_between_scans_goes(files, planted: bytes) -> None:
    data = files.still("jpg", interlace=True).read_bytes()
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    comment = b"\xff\xfe" + (len(planted) + 2).to_bytes(2, "big") + planted
    cleaned = jpeg.clean(data[:second] + comment + data[second:])
    assert planted not in cleaned
    assert pixels_of("jpg", cleaned) == pixels_of("jpg", data)


def test_jpeg_with_restart_markers_is_kept_whole(files) -> None:
    data = jpeg.clean(files.still("jpg", restart_interval=2).read_bytes())
    assert jpeg.clean(data + HTML) == data
    assert b"\xff\xd0" in data


def test_a_gif_comment_goes_and_the_loop_stays(files, planted: bytes) -> None:
    data = files.moving("gif").read_bytes()
    comment = b"\x21\xfe" + bytes([len(planted)]) + planted + b"\0"
    assert gif.clean(data[:-1] + comment + b"\x3b") == gif.clean(data)
    assert b"NETSCAPE2.0" in gif.clean(data)


def test_frames_and_delays_are_counted(files) -> None:
    assert gif.frame_delays_ms(files.moving("gif", frames=5, delay_ms=70).read_bytes()) == (70,) * 5
    assert webp.frame_delays_ms(files.moving("webp", frames=3, delay_ms=70).read_bytes()) == (70,) * 3
    assert png.frame_delays_ms(files.apng(frames=4).read_bytes()) == (100,) * 4


def test_stills_have_no_frame_delays(files) -> None:
    assert png.frame_delays_ms(files.still("png").read_bytes()) == ()
    assert webp.frame_delays_ms(files.still("webp").read_bytes()) == ()


def test_a_colour_profile_that_unpacks_too_large_goes(files) -> None:
    import zlib

    data = files.still("png").read_bytes()
    body = b"bomb\0\0" + zlib.compress(bytes(20 * 2**20))
    chunk = len(body).to_bytes(4, "big") + b"iCCP" + body + zlib.crc32(b"iCCP" + body).to_bytes(4, "big")
    assert png.clean(data[:33] + chunk + data[33:]) == png.clean(data)


def test_an_avif_with_metadata_keeps_its_length(files, tmp_path: Path) -> None:
    data = files.still("avif", exif=True).read_bytes()
    assert len(avif.clean(data)) == len(data)
