"""The repository seen as files, for the tests that read rules off it."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "polybooru"
MADE_HERE = {"build", "dist", "polybooru-data", "__pycache__"}


@cache
def committed_files() -> tuple[Path, ...]:
    """What is committed or about to be. Without git: everything but what the tasks make."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        found = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not is_made_here(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file() and not path.is_symlink()))


def is_made_here(path: Path) -> bool:
    top = path.parts[0]
    hidden = top.startswith(".") and top not in {".ci", ".gitignore"}
    return hidden or not MADE_HERE.isdisjoint(path.parts)


def committed_texts() -> dict[str, str]:
    """Name below the root → contents, of every committed file that is text."""
    texts: dict[str, str] = {}
    for path in committed_files():
        data = path.read_bytes()
        if b"\0" not in data:
            texts[path.relative_to(ROOT).as_posix()] = data.decode("utf-8", errors="replace")
    return texts
