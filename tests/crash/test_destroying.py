"""Destroying an image dies between row and files; a worker removes what is left."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.programs import Commands, environment, serving, until, write_manifest

pytestmark = pytest.mark.slow
KILLED = -9
DESTROY = """
import sys
from pathlib import Path
from polybooru import app, settings
from polybooru.library.actors import OPERATOR
from polybooru.library.destruction import destroy_image
from polybooru.library.failpoints import arm
from polybooru.library.images import hide_image
data = Path(sys.argv[1])
with app.open_library(data, settings.load(data)) as library:
    with library.work() as work:
        hide_image(work, OPERATOR, 1, reason="private")
    arm(sys.argv[2])
    destroy_image(library, OPERATOR, 1)
"""


@pytest.mark.parametrize(
    ("point", "files_left"), [("destroy.after_row", True), ("destroy.after_files", False)]
)
def test_what_a_kill_leaves_of_the_files_a_worker_removes(
    polybooru: Commands, data: Path, tmp_path: Path, point: str, files_left: bool
) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1])
    assert polybooru("import", "manifest", manifest, "--data", data).status == 0
    command = [sys.executable, "-c", DESTROY, str(data), point]
    killed = subprocess.run(command, env=environment(), capture_output=True, check=False)
    assert killed.returncode == KILLED, killed.stderr

    def files() -> list[Path]:
        return [path for path in (data / "blobs").rglob("*") if path.is_file()]

    assert bool(files()) is files_left
    assert polybooru("search", "*", "--data", data).stderr == "0 images match.\n"
    again = write_manifest(tmp_path / "again", [1])
    refused = polybooru("import", "manifest", again, "--data", data)
    assert refused.stdout == "0 imported, 1 already there, 0 refused\n"
    with serving(data) as server:
        until(lambda: not files(), server)
        assert server.stop() == 0
    told = polybooru("doctor", "--data", data)
    assert (told.status, told.stdout) == (0, ""), told.stderr
