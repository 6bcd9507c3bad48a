"""Small files in a wanted format, made in the limited process."""

from pathlib import Path

import pytest
import pyvips

from polybooru.media import PREVIEW_KINDS, Decoders, MediaError


def pages(path: Path) -> tuple[int, int]:
    """How many frames, and how long they take together in milliseconds."""
    picture = pyvips.Image.new_from_file(str(path))
    fields = picture.get_fields()
    return (
        picture.get("n-pages") if "n-pages" in fields else 1,
        sum(picture.get("delay")) if "delay" in fields else 0,
    )


@pytest.mark.parametrize("wanted", PREVIEW_KINDS)
@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "avif", "svg"])
def test_of_what_stands_still_one_frame_is_made(
    decoders: Decoders, files, into: Path, kind: str, wanted: str
) -> None:
    path = files.svg('<rect width="9" height="9"/>') if kind == "svg" else files.still(kind)
    made = decoders.preview(path, into, wanted)
    assert made.name == f"preview.{wanted}"
    assert (into / made.name).stat().st_size == made.size_bytes
    assert pages(into / made.name)[0] == 1
    assert [path.name for path in into.iterdir()] == [made.name]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gif", "webp", "apng", "webm", "mp4"])
def test_of_what_moves_the_first_seconds_are_made_where_the_format_moves(
    decoders: Decoders, files, tmp_path: Path, kind: str
) -> None:
    if kind in {"webm", "mp4"}:
        path = files.video(kind, frames=60, rate=12)
    elif kind == "apng":
        path = files.apng(frames=40)
    else:
        path = files.moving(kind, frames=40, delay_ms=100)
    for wanted in PREVIEW_KINDS:
        into = tmp_path / wanted
        into.mkdir()
        made = decoders.preview(path, into, wanted)
        frames, lasts_ms = pages(into / made.name)
        picture = pyvips.Image.new_from_file(str(into / made.name))
        assert picture.width == 250
        if wanted in {"gif", "webp"}:
            assert 12 <= frames <= 26
            assert 2_000 <= lasts_ms <= 2_700
        else:
            assert frames == 1


def test_what_shines_through_is_white_where_the_format_has_no_alpha(
    decoders: Decoders, files, into: Path
) -> None:
    clear = pyvips.Image.black(40, 30, bands=4).copy(interpretation="srgb")
    decoders.preview(files.still("png", clear), into, "jpg")
    assert pyvips.Image.new_from_file(str(into / "preview.jpg"))(5, 5) == [255, 255, 255]


@pytest.mark.parametrize("wanted", PREVIEW_KINDS)
def test_what_is_no_picture_is_refused(decoders: Decoders, files, into: Path, wanted: str) -> None:
    with pytest.raises(MediaError):
        decoders.preview(files.raw("x.png", b"\x89PNG\r\n\x1a\n" + b"no picture" * 40), into, wanted)
    assert list(into.iterdir()) == []
