"""What is made from a file of each kind, and what must never be in it."""

import hashlib
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
import pyvips

from polybooru.media.decoders import Decoders
from polybooru.media.errors import FileRefused
from polybooru.media.limits import Limits
from polybooru.media.plan import plan
from polybooru.media.results import Processed
from polybooru.media.types import MediaType

THUMBS = {"thumb_tiny", "thumb_small", "thumb"}


def names(processed: Processed) -> set[str]:
    return {file.name for file in processed.representations}


def opened(path: Path) -> pyvips.Image:
    load = {
        ".jpg": "jpegload",
        ".png": "pngload",
        ".gif": "gifload",
        ".webp": "webpload",
        ".avif": "heifload",
    }
    return getattr(pyvips.Image, load[path.suffix])(str(path))


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif"])
def test_a_still_gets_its_versions_in_its_own_format(
    decoders: Decoders, files, into: Path, extension: str
) -> None:
    processed = decoders.process(files.still(extension), into)
    expected = plan(400, 300)
    assert names(processed) == {f"{name}.{extension}" for name in expected}
    assert (processed.width, processed.height) == (400, 300)
    assert (processed.frame_count, processed.is_animated, processed.duration_seconds) == (1, False, 0.04)
    for name, size in expected.items():
        image = opened(into / f"{name}.{extension}")
        assert (image.width, image.height) == (size.width, size.height)
        red, green, blue = image(image.width // 4, image.height // 4)[:3]
        assert red > 190
        assert max(green, blue) < 70


def test_a_clean_upright_file_is_served_as_it_is(decoders: Decoders, files, into: Path) -> None:
    path = files.still("png")
    first = decoders.process(path, into)
    assert first.full is None
    assert first.sha512 == hashlib.sha512(path.read_bytes()).hexdigest()
    assert first.md5 == hashlib.md5(path.read_bytes()).hexdigest()
    assert first.size_bytes == path.stat().st_size


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "avif", "apng", "gif", "svg", "webm", "mp4"])
def test_planted_positions_are_in_no_served_byte(
    decoders: Decoders, files, into: Path, planted: bytes, kind: str
) -> None:
    path = plant(files, kind, planted)
    assert planted in path.read_bytes()
    processed = decoders.process(path, into)
    assert processed.full is not None
    assert len(list(into.iterdir())) == len(processed.representations) + 1
    for file in into.iterdir():
        assert planted not in file.read_bytes()
        assert b"Exif\0" not in file.read_bytes()


def plant(files, kind: str, planted: bytes) -> Path:
    match kind:
        case "jpg" | "png" | "webp" | "avif":
            return files.still(kind, exif=True)
        case "apng":
            import zlib

            data = files.apng().read_bytes()
            body = b"Comment\0" + planted
            chunk = (
                len(body).to_bytes(4, "big") + b"tEXt" + body + zlib.crc32(b"tEXt" + body).to_bytes(4, "big")
            )
            return files.raw("planted.png", data[:33] + chunk + data[33:])
        case "gif":
            data = files.moving("gif").read_bytes()
            return files.raw(
                "planted.gif", data[:-1] + b"\x21\xfe" + bytes([len(planted)]) + planted + b"\0\x3b"
            )
        case "svg":
            text = planted.decode()
            return files.svg(f'<rect width="9" height="9"/><metadata>{text}</metadata><!-- {text} -->')
        case _:
            return files.video(kind)


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_an_orientation_is_applied_to_everything(
    decoders: Decoders, files, into: Path, extension: str
) -> None:
    path = files.still(extension, turn=6)  # to be shown a quarter turn clockwise
    assert decoders.probe(path).height == 400
    processed = decoders.process(path, into)
    assert (processed.width, processed.height) == (300, 400)
    assert processed.full is not None
    for name in (f"full.{extension}", f"thumb.{extension}"):
        image = opened(into / name)
        assert image.height > image.width
        assert image(image.width * 3 // 4, image.height // 4)[0] > 190
        assert "orientation" not in image.get_fields() or image.get("orientation") == 1


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_the_colour_profile_is_kept(decoders: Decoders, files, into: Path, extension: str) -> None:
    image = files.picture().copy()
    profile = files.picture().icc_transform("p3", input_profile="srgb").get("icc-profile-data")
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    decoders.process(files.still(extension, image, exif=True), into)
    for name in (f"full.{extension}", f"thumb.{extension}"):
        assert opened(into / name).get("icc-profile-data") == profile


def test_a_picture_with_a_page_behind_it_loses_the_page(decoders: Decoders, files, into: Path) -> None:
    data = files.still("png").read_bytes()
    processed = decoders.process(files.raw("polyglot.png", data + b"<html><script>alert(1)</script>"), into)
    assert processed.media_type is MediaType.PNG
    assert (into / "full.png").read_bytes() == data


def test_sixteen_bits_transparency_grey_and_cmyk_become_ordinary_versions(
    decoders: Decoders, files, tmp_path: Path
) -> None:
    pictures = {
        "deep.png": files.picture().colourspace("rgb16").pngsave_buffer(),
        "clear.png": files.picture(alpha=True).pngsave_buffer(),
        "grey.png": files.picture().colourspace("b-w").pngsave_buffer(),
        "palette.png": files.picture().pngsave_buffer(palette=True),
        "ink.jpg": files.picture().colourspace("cmyk").jpegsave_buffer(),
    }
    for name, data in pictures.items():
        into = tmp_path / name.replace(".", "_")
        into.mkdir()
        decoders.process(files.raw(name, data), into)
        thumb = opened(into / f"thumb{Path(name).suffix}")
        assert thumb.format == "uchar"
        assert thumb.interpretation in {"srgb", "b-w"}
        assert thumb.hasalpha() == (name == "clear.png")


def test_a_gif_gets_videos_a_still_and_moving_versions(decoders: Decoders, files, into: Path) -> None:
    processed = decoders.process(files.moving("gif", frames=4, delay_ms=80), into)
    assert names(processed) == {"full.webm", "full.mp4", "rendered.png", *(f"{name}.gif" for name in THUMBS)}
    assert (processed.frame_count, processed.is_animated, processed.duration_seconds) == (4, True, 0.32)
    thumb = pyvips.Image.gifload(str(into / "thumb.gif"), n=-1)
    assert thumb.get("n-pages") == 4
    assert thumb.get("delay") == [80] * 4
    assert decoders.probe(into / "full.webm").frame_count == 4
    assert decoders.probe(into / "full.mp4").frame_count == 4


def test_a_gif_is_represented_by_its_middle_frame(decoders: Decoders, files, into: Path) -> None:
    decoders.process(files.moving("gif", frames=5), into)
    middle = files.picture(300, 200, shift=2 * 9)
    difference = (
        opened(into / "rendered.png").colourspace("srgb")[:3].cast("float") - middle.cast("float")
    ).abs()
    assert difference.avg() < 4


def test_an_animated_png_and_webp_keep_moving(decoders: Decoders, files, into: Path) -> None:
    processed = decoders.process(files.apng(frames=4), into)
    assert names(processed) == {f"{name}.png" for name in THUMBS}
    found = decoders.probe(into / "thumb.png")
    assert (found.frame_count, found.is_animated, found.width) == (4, True, 250)
    for file in into.iterdir():
        file.unlink()
    decoders.process(files.moving("webp", frames=3), into)
    found = decoders.probe(into / "thumb.webp")
    assert (found.frame_count, found.duration_seconds) == (3, 0.24)


def test_an_animation_over_the_preview_limit_gets_still_versions(files, into: Path, tmp_path: Path) -> None:
    with Decoders(limits=Limits(preview_frames=3), scratch=tmp_path) as strict:
        processed = strict.process(files.moving("gif", frames=4), into)
        assert names(processed) == {
            "full.webm",
            "full.mp4",
            "rendered.png",
            *(f"{name}.gif" for name in THUMBS),
        }
        assert strict.probe(into / "thumb.gif").frame_count == 1
        assert strict.probe(into / "full.webm").frame_count == 4


def test_a_still_gif_also_gets_its_videos(decoders: Decoders, files, into: Path) -> None:
    processed = decoders.process(files.still("gif"), into)
    assert {"full.webm", "full.mp4", "rendered.png", "thumb.gif"} <= names(processed)
    assert not processed.is_animated


def test_a_drawing_is_served_cleaned_and_shown_as_png(decoders: Decoders, files, into: Path) -> None:
    processed = decoders.process(
        files.svg('<script>alert(1)</script><rect width="300" height="200" fill="red"/>'), into
    )
    assert processed.full is not None
    assert processed.full.name == "full.svg"
    assert names(processed) == {"full.png", "rendered.png", *(f"{name}.png" for name in THUMBS)}
    assert b"script" not in (into / "full.svg").read_bytes()
    assert opened(into / "full.png")(150, 100) == [255, 0, 0]


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ("", (512, 512)),
        ('width="0" height="0"', (512, 512)),
        ('viewBox="0 0 30 20"', None),
        ('width="50mm" height="20mm"', (189, 76)),
        ('width="99999" height="50000"', (4096, 2048)),
    ],
)
def test_a_drawing_has_a_sensible_size(
    decoders: Decoders, files, root: str, size: tuple[int, int] | None
) -> None:
    found = decoders.probe(files.svg("", root=f'xmlns="http://www.w3.org/2000/svg" {root}'))
    if size is None:
        assert found.width / found.height == pytest.approx(1.5, abs=0.05)
    else:
        assert (found.width, found.height) == pytest.approx(size, abs=1)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "avif", "gif", "apng", "webm", "mp4"])
def test_damaged_bytes_end_in_a_picture_or_a_refusal(
    decoders: Decoders, files, into: Path, kind: str
) -> None:
    """Never in a crash of the decoder: the damage is small and the same at each run."""
    random = Random(kind)
    match kind:
        case "apng":
            path = files.apng()
        case "gif":
            path = files.moving(kind)
        case "webm" | "mp4":
            path = files.video(kind, frames=3, sound=False)
        case _:
            path = files.still(kind)
    data = path.read_bytes()
    for _ in range(6):
        damaged = bytearray(data)
        for _ in range(random.choice([1, 5, 20])):
            damaged[random.randrange(16, len(data))] = random.randrange(256)
        with suppress(FileRefused):
            decoders.process(files.raw("damaged", bytes(damaged)), into)
        for file in into.iterdir():
            file.unlink()
