"""The decoding processes: answers, walls, and what happens when one dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from polybooru.media.decoders import Decoders
from polybooru.media.errors import (
    CorruptFile,
    DecoderCrashed,
    DecoderOutOfMemory,
    DecoderTimeout,
    EmptyFile,
    FileRefused,
    SideTooLong,
    TooManyBytes,
    TooManyFrames,
    TooManyPixels,
    TooManyTotalPixels,
    UnsupportedType,
)
from polybooru.media.limits import Limits
from polybooru.media.types import MediaType

SOURCE_ROOT = str(Path(__file__).parents[3] / "src")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decoders]:
    limits = Limits(still_cpu_seconds=1, wall_factor=1.5)
    with Decoders(limits=limits, scratch=tmp_path_factory.mktemp("scratch"), allow_faults=True) as running:
        yield running


@pytest.mark.parametrize("kind", ["segfault", "abort", "exit", "flood"])
def test_a_dying_decoder_fails_its_job_only(faulty: Decoders, files, kind: str) -> None:
    host = faulty.host_pid
    with pytest.raises(DecoderCrashed):
        faulty._fault(kind)
    assert faulty.probe(files.still("png")).width == 400
    assert faulty.host_pid == host


def test_a_looping_decoder_is_stopped_by_its_cpu_time(faulty: Decoders) -> None:
    with pytest.raises(DecoderTimeout):
        faulty._fault("loop")


def test_a_sleeping_decoder_is_stopped_by_the_clock(faulty: Decoders) -> None:
    with pytest.raises(DecoderTimeout):
        faulty._fault("sleep")


def test_ten_gigabytes_are_refused(faulty: Decoders) -> None:
    with pytest.raises(DecoderOutOfMemory):
        faulty._fault("allocate")


@pytest.mark.parametrize("kind", ["fork", "connect", "read"])
def test_a_decoder_cannot_start_processes_reach_out_or_read_elsewhere(faulty: Decoders, kind: str) -> None:
    if faulty.missing_layers:
        pytest.skip(f"this kernel lacks {faulty.missing_layers}")
    with pytest.raises(CorruptFile, match=r"(not permitted|denied)"):
        faulty._fault(kind)


def test_faults_are_unknown_to_an_ordinary_decoder(decoders: Decoders) -> None:
    with pytest.raises(CorruptFile, match="ValueError: exit"):
        decoders._fault("exit")


def test_a_killed_host_is_replaced(faulty: Decoders, files) -> None:
    path = files.still("png")
    before = faulty.host_pid
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(faulty._fault, "sleep")
        children = Path(f"/proc/{before}/task/{before}/children")
        while not children.read_text():
            pass
        child = int(children.read_text().split()[0])
        os.kill(before, signal.SIGKILL)
        with pytest.raises(DecoderCrashed):
            waiting.result()
    assert faulty.probe(path).width == 400
    assert faulty.host_pid != before
    require_gone(child)


def test_all_processes_end_with_a_killed_main_process(tmp_path: Path) -> None:
    program = f"""
import sys; sys.path.insert(0, {SOURCE_ROOT!r})
from pathlib import Path
from polybooru.media.decoders import Decoders
from polybooru.media.limits import Limits
decoders = Decoders(limits=Limits(), scratch=Path({str(tmp_path)!r}), allow_faults=True)
print(decoders.host_pid, flush=True)
decoders._fault("sleep")
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as main:
        assert main.stdout is not None
        host = int(main.stdout.readline())
        children = Path(f"/proc/{host}/task/{host}/children")
        while not children.read_text():
            pass
        child = int(children.read_text().split()[0])
        main.kill()
    require_gone(host)
    require_gone(child)


def require_gone(pid: int) -> None:
    """Within five seconds; a zombie that nobody in this container reaps counts as gone."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] == "Z":
                return
        except (FileNotFoundError, ProcessLookupError):
            return
    pytest.fail(f"process {pid} lives on")


def test_jobs_of_several_threads_each_get_their_own_answer(decoders: Decoders, files) -> None:
    paths = [files.raw(f"{width}.png", files.picture(width, 20).pngsave_buffer()) for width in range(60, 76)]
    with ThreadPoolExecutor(8) as pool:
        widths = [found.width for found in pool.map(decoders.probe, paths)]
    assert widths == list(range(60, 76))


def test_an_idle_host_is_ended_and_the_next_job_starts_another(tmp_path: Path, files) -> None:
    with Decoders(limits=Limits(), scratch=tmp_path) as decoders:
        picture = files.raw("rest.png", files.picture(30, 20).pngsave_buffer())
        decoders.probe(picture)
        first = decoders.host_pid
        decoders.rest(after_seconds=3_600)
        assert decoders.host_pid == first
        decoders.rest(after_seconds=0)
        require_gone(first)
        assert decoders.probe(picture).media_type is MediaType.PNG
        assert decoders.host_pid != first


def test_a_host_at_work_is_not_ended(tmp_path: Path, files) -> None:
    with Decoders(limits=Limits(), scratch=tmp_path) as decoders, ThreadPoolExecutor(2) as pool:
        picture = files.raw("rest.png", files.picture(30, 20).pngsave_buffer())
        jobs = [pool.submit(decoders.probe, picture) for _ in range(20)]
        while not all(job.done() for job in jobs):
            decoders.rest(after_seconds=0)
        assert [job.result().media_type for job in jobs] == [MediaType.PNG] * 20


def test_a_closed_handle_is_not_started_again(tmp_path: Path) -> None:
    decoders = Decoders(limits=Limits(), scratch=tmp_path)
    decoders.start()
    host = decoders.host_pid
    decoders.close()
    require_gone(host)
    with pytest.raises(RuntimeError):
        decoders.start()


def test_the_host_inherits_no_secret_and_no_file(decoders: Decoders) -> None:
    environment = Path(f"/proc/{decoders.host_pid}/environ").read_bytes()
    names = {line.split(b"=")[0] for line in environment.split(b"\0") if line}
    own = {name for name in names if not name.startswith((b"glibc.", b"GLIBC_", b"MALLOC_", b"VIPS_"))}
    assert own <= {b"PATH", b"LANG", b"LC_CTYPE", b"HOME", b"TMPDIR", b"XDG_CACHE_HOME"}
    handles = Path(f"/proc/{decoders.host_pid}/fd").iterdir()
    regular = [handle for handle in handles if handle.readlink().is_file()]
    assert regular == []


def test_main_process_loads_no_decoder() -> None:
    program = f"""
import sys; sys.path.insert(0, {SOURCE_ROOT!r})
import polybooru.media.decoders, polybooru.media.plan, polybooru.media.sniff
print(sorted({{"pyvips", "av", "numpy"}} & sys.modules.keys()))
"""
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", EmptyFile),
        (b"hello", UnsupportedType),
        (b"%PDF-1.7", UnsupportedType),
        (b"#EXTM3U\nhttp://127.0.0.1/x", UnsupportedType),
        (b"\x89PNG\r\n\x1a\n", CorruptFile),
        (b"GIF89a", CorruptFile),
        (b"\xff\xd8\xff", CorruptFile),
        (b"RIFF\x00\x00\x00\x00WEBP", CorruptFile),
        (b"\0\0\0\x18ftypisom\0\0\x02\0isommp41" + b"#EXTM3U\nhttp://127.0.0.1/x\n", CorruptFile),
        (b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm" + bytes(100), CorruptFile),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", CorruptFile),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(
    decoders: Decoders, files, data: bytes, error: type[FileRefused]
) -> None:
    with pytest.raises(error):
        decoders.probe(files.raw("picture.png", data))


def test_the_name_decides_nothing(decoders: Decoders, files) -> None:
    path = files.still("webp")
    assert decoders.probe(path.rename(path.with_suffix(".jpg.exe"))).media_type is MediaType.WEBP


@pytest.mark.parametrize("extension", ["jpg", "png", "gif", "webp", "avif"])
def test_a_file_cut_in_half_is_refused(decoders: Decoders, files, into: Path, extension: str) -> None:
    data = files.still(extension, files.picture(700, 500)).read_bytes()
    with pytest.raises(CorruptFile):
        decoders.process(files.raw(f"half.{extension}", data[: len(data) // 2]), into)


@pytest.mark.parametrize(
    ("width", "height", "error"),
    [(60_000, 60_000, SideTooLong), (20_000, 20_000, TooManyPixels), (40_000, 1, SideTooLong)],
)
def test_a_pixel_bomb_is_refused_by_its_header(decoders: Decoders, files, width, height, error) -> None:
    with pytest.raises(error):
        decoders.probe(files.png_claiming(width, height))


def test_limits_hold_to_the_pixel(files, tmp_path: Path) -> None:
    limits = Limits(frame_pixels=400 * 300, side_px=400)
    with Decoders(limits=limits, scratch=tmp_path) as strict:
        for extension in ("jpg", "png", "gif", "webp", "avif"):
            assert strict.probe(files.still(extension, files.picture(400, 300))).height == 300
            with pytest.raises(TooManyPixels):
                strict.probe(files.still(extension, files.picture(400, 301)))
            with pytest.raises(SideTooLong):
                strict.probe(files.still(extension, files.picture(401, 10)))


def test_animation_bombs_are_counted_not_decoded(files, tmp_path: Path) -> None:
    with Decoders(limits=Limits(frames=3, total_pixels=300 * 200 * 3), scratch=tmp_path) as strict:
        for path in (files.moving("gif"), files.apng(), files.moving("webp")):
            with pytest.raises(TooManyFrames):
                strict.probe(path)
        assert strict.probe(files.moving("gif", frames=3)).frame_count == 3
        with pytest.raises(TooManyTotalPixels):
            strict.probe(files.moving("gif", frames=3, width=301))


def test_a_gif_of_ten_thousand_tiny_frames_is_refused(decoders: Decoders, files) -> None:
    header = b"GIF89a\x88\x13\x88\x13\x80\0\0\0\0\0\xff\xff\xff"
    frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0"
    with pytest.raises(TooManyFrames):
        decoders.probe(files.raw("bomb.gif", header + frame * 10_000 + b"\x3b"))


def test_too_many_bytes_are_refused_unread(decoders: Decoders, files) -> None:
    path = files.still("png")
    os.truncate(path, 131_072_001)
    with pytest.raises(TooManyBytes):
        decoders.probe(path)
