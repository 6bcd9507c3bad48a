# ruff: noqa: E501 — path data stays in one piece
"""SVG text to picture files. The same text gives the same bytes: one thread where it would matter, no dates."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

FRAMES_PER_SECOND = {"gif": 10, "apng": 10, "webm": 16}


def _raster(svg: str) -> Any:
    import pyvips

    return pyvips.Image.svgload_buffer(svg.encode()).extract_band(0, n=3)  # every sheet is opaque


def still(svg: str, suffix: str) -> bytes:
    """suffix: png, jpg, webp or svg (which is the text itself)."""
    match suffix:
        case "svg":
            return svg.encode()
        case "png":
            data: bytes = _raster(svg).pngsave_buffer(compression=3, filter="none", keep="none")
        case "jpg":
            data = _raster(svg).jpegsave_buffer(Q=88, keep="none")
        case "webp":
            data = _raster(svg).webpsave_buffer(Q=84, effort=0, keep="none")
        case _:
            raise ValueError(f"no still format {suffix!r}")
    return data


def animation(frames: Sequence[str], kind: str) -> bytes:
    """An endless loop of frames of one size as `gif`, `apng` or `webm`."""
    rate = FRAMES_PER_SECOND[kind]
    if kind == "gif":
        import pyvips

        images = [_raster(frame) for frame in frames]
        strip = pyvips.Image.arrayjoin(images, across=1).copy()
        strip.set_type(pyvips.GValue.gint_type, "page-height", images[0].height)
        strip.set_type(pyvips.GValue.array_int_type, "delay", [round(1000 / rate)] * len(images))
        strip.set_type(pyvips.GValue.gint_type, "loop", 0)
        data: bytes = strip.gifsave_buffer(effort=1, bitdepth=7, dither=0.6, interframe_maxerror=3)
        return data
    if kind == "apng":
        return _film(frames, _APNG, rate)
    return _film(frames, _WEBM, rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Codec:
    container: str
    name: str
    pixels: str
    encoding: dict[str, str]
    muxing: dict[str, str]


_APNG = _Codec(
    container="apng", name="apng", pixels="rgb24", encoding={"pred": "none"}, muxing={"plays": "0"}
)
_WEBM = _Codec(
    container="webm",
    name="libvpx",
    pixels="yuv420p",
    # a positive cpu-used in realtime mode follows the clock, and the bytes with it; a negative one is fixed
    encoding={"deadline": "realtime", "cpu-used": "-8", "crf": "12", "b": "1200k", "threads": "1"},
    muxing={},
)


def _film(frames: Sequence[str], codec: _Codec, rate: int) -> bytes:
    """Bit-exact flags leave out the random identifiers and version names that muxers write."""
    import av
    from av.codec.context import Flags

    out = io.BytesIO()
    options = {"fflags": "+bitexact", **codec.muxing}
    with av.open(out, "w", format=codec.container, options=options) as film:
        stream: Any = film.add_stream(codec.name, rate=rate, options=codec.encoding)
        stream.pix_fmt = codec.pixels
        stream.thread_count = 1
        stream.codec_context.flags |= Flags.bitexact
        for number, frame in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(_raster(frame).numpy(), format="rgb24")
            if number == 0:
                stream.width, stream.height = picture.width, picture.height
            picture.pts = number
            picture.time_base = Fraction(1, rate)
            film.mux(stream.encode(picture.reformat(format=codec.pixels)))
        film.mux(stream.encode(None))
    return out.getvalue()
