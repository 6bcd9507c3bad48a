"""Small real files of every kind, made by the libraries themselves, and decoders for all tests here."""

import base64
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import pytest
import pyvips

from polybooru.media.decoders import Decoders
from polybooru.media.limits import Limits

PLANTED = b"PLANTED-52.5N-13.4E"
_SAVERS = {"jpg": "jpegsave", "png": "pngsave", "gif": "gifsave", "webp": "webpsave", "avif": "heifsave"}


@pytest.fixture(scope="session")
def decoders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decoders]:
    with Decoders(limits=Limits(), scratch=tmp_path_factory.mktemp("scratch")) as running:
        yield running


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "made"
    folder.mkdir()
    return folder


class Files:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def raw(self, name: str, data: bytes) -> Path:
        (self.folder / name).write_bytes(data)
        return self.folder / name

    def picture(
        self, width: int = 400, height: int = 300, *, alpha: bool = False, shift: int = 0
    ) -> pyvips.Image:
        """A red disc on blue, off the centre, so that turning and mirroring show."""
        image = pyvips.Image.black(width, height, bands=4 if alpha else 3).copy(interpretation="srgb")
        image = (image + ([20, 40, 200, 90] if alpha else [20, 40, 200])).cast("uchar").copy_memory()
        ink = [220, 30, 10, 255][: image.bands]
        return image.draw_circle(ink, width // 4 + shift, height // 4, min(width, height) // 5, fill=True)

    def still(
        self,
        extension: str,
        image: pyvips.Image | None = None,
        *,
        exif: bool = False,
        turn: int = 1,
        **options,
    ) -> Path:
        image = (self.picture() if image is None else image).copy()
        if exif:
            image.set_type(pyvips.GValue.gstr_type, "exif-ifd0-ImageDescription", PLANTED.decode())
            image.set_type(pyvips.GValue.blob_type, "xmp-data", b"<x:xmpmeta>" + PLANTED + b"</x:xmpmeta>")
        if turn != 1:
            image.set_type(pyvips.GValue.gint_type, "orientation", turn)
        path = self.folder / f"still.{extension}"
        if extension == "avif":
            options = {"compression": "av1", "effort": 0, **options}
        getattr(image, _SAVERS[extension])(str(path), **({} if exif or turn != 1 else {"keep": 8}), **options)
        return path

    def moving(
        self, extension: str, frames: int = 4, width: int = 300, height: int = 200, delay_ms: int = 80
    ) -> Path:
        pictures = [self.picture(width, height, shift=index * 9) for index in range(frames)]
        strip = pyvips.Image.arrayjoin(pictures, across=1).copy()
        strip.set_type(pyvips.GValue.gint_type, "page-height", height)
        strip.set_type(pyvips.GValue.gint_type, "loop", 0)
        strip.set_type(pyvips.GValue.array_int_type, "delay", [delay_ms] * frames)
        path = self.folder / f"moving.{extension}"
        getattr(strip, _SAVERS[extension])(str(path))
        return path

    def apng(self, frames: int = 4, width: int = 300, height: int = 200) -> Path:
        path = self.folder / "moving.png"
        with av.open(str(path), "w", format="apng") as file:
            stream = file.add_stream("apng", rate=10)
            stream.width, stream.height, stream.pix_fmt = width, height, "rgba"
            for index in range(frames):
                frame = self.frame(width, height, index)
                frame.pts, frame.time_base = index, Fraction(1, 10)
                file.mux(stream.encode(frame.reformat(format="rgba")))
            file.mux(stream.encode(None))
        return path

    def frame(self, width: int, height: int, index: int) -> av.VideoFrame:
        picture = self.picture(width, height, shift=index * 4).write_to_memory()
        frame = av.VideoFrame(width, height, "rgb24")
        line_size = frame.planes[0].line_size
        rows = (
            bytes(picture[y * width * 3 : (y + 1) * width * 3]).ljust(line_size, b"\0") for y in range(height)
        )
        frame.planes[0].update(b"".join(rows))
        return frame

    def video(
        self,
        extension: str,
        frames: int = 12,
        width: int = 320,
        height: int = 240,
        *,
        sound: bool = True,
        turn: int = 0,
        rate: int = 12,
    ) -> Path:
        path = self.folder / f"video.{extension}"
        codec, audio_codec = {"webm": ("libvpx", "libopus"), "mp4": ("libx264", "aac")}[extension]
        options = (
            {"deadline": "realtime", "cpu-used": "8"} if extension == "webm" else {"preset": "ultrafast"}
        )
        with av.open(str(path), "w", format=extension) as file:
            file.metadata["title"] = file.metadata["comment"] = PLANTED.decode()
            stream = file.add_stream(codec, rate=rate, options=options)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.metadata["title"] = PLANTED.decode()
            if turn:
                stream.set_display_rotation(turn)
            audio = file.add_stream(audio_codec, rate=48_000, layout="stereo") if sound else None
            for index in range(frames):
                frame = self.frame(width, height, index)
                frame.pts, frame.time_base = index, Fraction(1, rate)
                file.mux(stream.encode(frame.reformat(format="yuv420p")))
            if audio is not None:
                silence = av.AudioFrame("flt", "stereo", 48_000 * frames // rate)
                silence.sample_rate, silence.pts, silence.time_base = 48_000, 0, Fraction(1, 48_000)
                silence.planes[0].update(bytes(silence.planes[0].buffer_size))
                file.mux(audio.encode(silence))
                file.mux(audio.encode(None))
            file.mux(stream.encode(None))
        return path

    def svg(
        self,
        body: str,
        root: str = 'xmlns="http://www.w3.org/2000/svg" width="300" height="200"',
        head: str = "",
    ) -> Path:
        return self.raw("drawing.svg", f"{head}<svg {root}>{body}</svg>".encode())

    def png_claiming(self, width: int, height: int) -> Path:
        header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
        return self.raw("bomb.png", b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks))

    def data_link(self, path: Path, mime_type: str) -> str:
        return f"data:{mime_type};base64,{base64.b64encode(path.read_bytes()).decode()}"


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture(scope="session")
def planted() -> bytes:
    return PLANTED
