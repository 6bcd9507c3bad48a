"""What a picture is found by, without making anything of it."""

from pathlib import Path

import pytest

from polybooru.media.decoders import Decoders
from polybooru.media.errors import CorruptFile, FileRefused, TooManyPixels


@pytest.mark.parametrize(
    "kind",
    [
        *("jpg", "png", "webp", "avif", "turned", "clear", "apng", "gif", "svg"),
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("webm", "mp4")),
    ],
)
def test_it_finds_the_numbers_that_processing_keeps(decoders: Decoders, files, into: Path, kind: str) -> None:
    path = made(files, kind)
    measured, processed = decoders.measure(path), decoders.process(path, into)
    assert measured.intensities == processed.intensities
    assert (measured.width, measured.height) == (processed.width, processed.height)


def made(files, kind: str) -> Path:
    match kind:
        case "jpg" | "png" | "webp" | "avif":
            return files.still(kind)
        case "turned":
            return files.still("jpg", files.picture(40, 30), turn=6)
        case "clear":
            return files.still("png", files.picture(40, 30, alpha=True))
        case "apng":
            return files.apng(frames=3, width=60, height=40)
        case "gif":
            return files.moving("gif", frames=5, width=60, height=40)
        case "svg":
            return files.svg('<circle cx="80" cy="60" r="50" fill="#c42"/>')
        case _:
            return files.video(kind, frames=9, width=64, height=48)


def test_what_is_no_picture_is_refused(decoders: Decoders, files) -> None:
    whole = files.still("png").read_bytes()
    for content in (b"", b"just words", whole[: len(whole) // 2]):
        with pytest.raises(FileRefused):
            decoders.measure(files.raw("file", content))
    with pytest.raises(CorruptFile):
        decoders.measure(files.raw("cut.png", whole[:-30] + whole[-12:]))
    with pytest.raises(TooManyPixels):
        decoders.measure(files.png_claiming(32_000, 32_000))
