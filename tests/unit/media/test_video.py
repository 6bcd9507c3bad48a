"""WebM and MP4."""

from pathlib import Path

import av
import pytest
import pyvips

from polybooru.media.decoders import Decoders
from polybooru.media.errors import FrameRateTooHigh, SideTooLong, TooManySeconds, UnsupportedContent
from polybooru.media.limits import Limits

SCALED = {"small", "thumb", "thumb_small", "thumb_tiny"}


def stream_kinds(path: Path) -> list[str]:
    with av.open(str(path)) as file:
        return sorted(stream.type for stream in file.streams)


@pytest.mark.slow
@pytest.mark.parametrize(("extension", "other"), [("webm", "mp4"), ("mp4", "webm")])
def test_a_video_gets_both_formats_a_poster_and_small_gifs(
    decoders: Decoders, files, into: Path, extension, other
) -> None:
    path = files.video(extension, frames=24, width=400, height=300)
    found = decoders.probe(path)
    assert (found.width, found.height, found.frame_count, found.has_audio) == (400, 300, 24, True)
    assert found.duration_seconds == pytest.approx(2, abs=0.1)
    processed = decoders.process(path, into)
    assert {file.name for file in processed.representations} == {
        f"full.{other}",
        "rendered.png",
        *(f"{name}.{kind}" for name in SCALED for kind in ("webm", "mp4")),
        *(f"{name}.gif" for name in SCALED - {"small"}),
    }
    assert processed.full is not None
    assert processed.full.name == f"full.{extension}"
    assert stream_kinds(into / f"full.{extension}") == ["audio", "video"]
    assert stream_kinds(into / f"full.{other}") == ["audio", "video"]
    for kind in ("webm", "mp4"):
        small = decoders.probe(into / f"small.{kind}")
        assert (small.width, small.height, small.frame_count) == (320, 240, 24)
    assert pyvips.Image.gifload(str(into / "thumb.gif"), n=-1).get("n-pages") == 5
    poster = pyvips.Image.pngload(str(into / "rendered.png"))
    assert (poster.width, poster.height) == (400, 300)
    assert poster(100 + 12 * 4, 75)[0] > 180


def test_a_turned_video_is_shown_upright(decoders: Decoders, files, into: Path) -> None:
    path = files.video("mp4", sound=False, turn=-90)  # shown a quarter turn clockwise, as telephones write it
    assert (decoders.probe(path).width, decoders.probe(path).height) == (240, 320)
    decoders.process(path, into)
    poster = pyvips.Image.pngload(str(into / "rendered.png"))
    assert (poster.width, poster.height) == (240, 320)
    assert poster(180, 100)[0] > 180
    assert decoders.probe(into / "full.mp4").width == 240
    assert decoders.probe(into / "thumb.webm").height == 250


def test_odd_sides_are_made_even(decoders: Decoders, files, into: Path) -> None:
    decoders.process(files.moving("gif", width=301, height=201), into)
    found = decoders.probe(into / "full.mp4")
    assert (found.width, found.height) == (300, 200)


@pytest.mark.slow
def test_a_video_over_the_budget_gets_key_frames(files, into: Path, tmp_path: Path) -> None:
    with Decoders(limits=Limits(video_pixels=100), scratch=tmp_path) as strict:
        processed = strict.process(files.video("webm", frames=24), into)
        assert "full.mp4" not in {file.name for file in processed.representations}
        assert strict.probe(into / "thumb.webm").frame_count < 24
        assert (into / "rendered.png").exists()


@pytest.mark.parametrize(
    ("limits", "video", "error"),
    [
        (Limits(video_seconds=0.5), {"frames": 12}, TooManySeconds),
        (Limits(video_frames_per_second=20), {"frames": 40, "rate": 40}, FrameRateTooHigh),
        (Limits(video_long_side_px=319), {"frames": 2}, SideTooLong),
    ],
)
def test_limits_of_time_rate_and_size(files, tmp_path: Path, limits: Limits, video, error) -> None:
    with Decoders(limits=limits, scratch=tmp_path) as strict, pytest.raises(error):
        strict.probe(files.video("mp4", **video))


def test_sound_alone_is_refused(decoders: Decoders, tmp_path: Path) -> None:
    path = tmp_path / "sound.webm"
    with av.open(str(path), "w", format="webm") as file:
        audio = file.add_stream("libopus", rate=48_000)
        silence = av.AudioFrame("flt", "stereo", 48_000)
        silence.sample_rate, silence.pts = 48_000, 0
        silence.planes[0].update(bytes(silence.planes[0].buffer_size))
        file.mux(audio.encode(silence))
        file.mux(audio.encode(None))
    with pytest.raises(UnsupportedContent, match="one picture stream"):
        decoders.probe(path)


def test_a_codec_that_is_not_listed_is_refused(decoders: Decoders, files, tmp_path: Path) -> None:
    path = tmp_path / "old.mp4"
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for index in range(3):
            frame = files.frame(320, 240, index).reformat(format="yuv420p")
            frame.pts = index
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    with pytest.raises(UnsupportedContent, match="mpeg4"):
        decoders.probe(path)
