"""The program dies, as by `kill -9`, at each point between two steps. The next start brings all to an end."""

import contextlib
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.programs import PASSWORD, Commands, Program, environment, picture, serving, until, write_manifest
from tests.repository import SOURCE

pytestmark = pytest.mark.slow
KILLED = -9
POINTS = {
    # point → images that were acknowledged, or at least are there for good, when it kills an import of one
    "upload.after_blob": 0,
    "upload.before_commit": 0,
    "upload.after_commit": 1,
    "represent.after_blobs": 1,
    "represent.before_commit": 1,
    "represent.after_commit": 1,
}
JOB_POINT = "tag_job.after_step"
TAG_POINTS = {JOB_POINT}
DUMP_POINTS = ("dump.after_part", "dump.before_rename", "dump.before_link")
IMPORT_DUMP_POINTS = ("import_dump.before_commit", "import_dump.after_batch")
DESTROY_POINTS = {"destroy.after_row", "destroy.after_files"}
ASKED_POINT = "preview.before_asked"
PREVIEW_POINTS = ("preview.after_blob", "preview.before_commit", "preview.after_commit")
REPRESENT_POINTS = [name for name in POINTS if name.startswith("represent.")]
UPLOAD_POINTS = [name for name in POINTS if name.startswith("upload.")]


def armed(point: str) -> tuple[str, ...]:
    arming = f"from polybooru.library.failpoints import arm; arm({point!r})"
    return (sys.executable, "-c", f"{arming}; from polybooru.cli import main; main()")


def test_every_failpoint_of_the_program_is_tested() -> None:
    named = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r'\bfailpoint\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    elsewhere = {ASKED_POINT, *PREVIEW_POINTS, *DUMP_POINTS, *IMPORT_DUMP_POINTS}
    assert named == POINTS.keys() | TAG_POINTS | DESTROY_POINTS | elsewhere


@pytest.mark.parametrize("point", POINTS)
def test_an_import_killed_at_a_failpoint_is_completed_by_the_next(
    polybooru: Commands, data: Path, tmp_path: Path, point: str
) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1])
    killed = subprocess.run(
        [*armed(point), "import", "manifest", manifest, "--data", data],
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert killed.returncode == KILLED
    assert_sound(polybooru, data, images=POINTS[point])

    again = polybooru("import", "manifest", manifest, "--data", data)
    assert again.stdout == f"{1 - POINTS[point]} imported, {POINTS[point]} already there, 0 refused\n"
    if polybooru("search", "processed:true", "--data", data).stdout == "":
        with serving(data) as server:
            until(lambda: server.search("processed:true"), server)
    assert_sound(polybooru, data, images=1)


@pytest.mark.parametrize("point", REPRESENT_POINTS)
def test_a_worker_killed_at_a_failpoint_is_started_again_and_parks_nothing(
    polybooru: Commands, data: Path, token: str, point: str
) -> None:
    with serving(data) as server:
        assert server.upload(picture(1), "safe, a, b", token).status_code == 200
        until(lambda: server.search("processed:true"), server)
        assert server.stop() == 0
    server = Program.start("serve", "--port", "0", "--data", data, program=armed(point))
    try:
        server.wait_until_ready()
        assert server.upload(picture(2), "safe, a, b", token).status_code == 200
        server.wait_until_said('"status": ?-9')  # the supervisor's children inherit what is armed
    finally:
        server.kill_everything()
    with serving(data) as server:
        until(lambda: len(server.search("processed:true")) == 2, server)
    assert_sound(polybooru, data, images=2)


@pytest.mark.parametrize("point", UPLOAD_POINTS)
def test_a_web_process_killed_in_an_upload_leaves_all_of_it_or_nothing(
    polybooru: Commands, data: Path, token: str, point: str
) -> None:
    server = Program.start("serve", "--port", "0", "--data", data, program=armed(point))
    try:
        server.wait_until_ready()
        with pytest.raises(Exception, match=r"disconnect|reset|closed"):
            server.upload(picture(1), "safe, a, b", token)
        until(lambda: server.get("/readyz").status_code == 200, server)  # another has taken its place
        assert len(server.search("safe")) == POINTS[point]
        assert server.stop() == 0
    finally:
        server.kill_everything()
    assert_sound(polybooru, data, images=POINTS[point])


def test_a_deletion_killed_in_between_is_completed_by_the_worker(
    polybooru: Commands, data: Path, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1, 2])
    assert polybooru("user", "create", "eve", "--password-stdin", "--data", data, text=PASSWORD).status == 0
    assert polybooru("import", "manifest", manifest, "--uploader", "eve", "--data", data).status == 0
    killed = subprocess.run(
        [*armed(JOB_POINT), "user", "delete", "eve", "--data", data],
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert killed.returncode == KILLED
    assert polybooru("user", "show", "eve", "--data", data).status == 1

    def left() -> tuple[int, int]:
        with contextlib.closing(sqlite3.connect(data / "polybooru.sqlite3")) as rows:
            [jobs] = rows.execute("select count(*) from jobs where kind = 'erase'").fetchone()
            [signed] = rows.execute("select count(*) from images where not is_anonymous").fetchone()
        return jobs, signed

    assert left()[0] == 1
    with serving(data) as server:
        until(lambda: left() == (0, 0), server)
    assert_sound(polybooru, data, images=2)


def assert_sound(polybooru: Commands, data: Path, *, images: int) -> None:
    """Doctor, who compares rows, files, counters, jobs and index, has nothing to say."""
    told = polybooru("doctor", "--data", data)
    assert (told.status, told.stdout) == (0, ""), told.stderr
    assert polybooru("search", "*", "--data", data).stderr == f"{images} images match.\n"
