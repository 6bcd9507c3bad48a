"""The scratch folder: files on their way in or out. What a killed process left there is swept."""

import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from polybooru.library.library import Library

_PREFIXES = ("upload-", "represent-", "preview-", "fetched-")


@contextmanager
def scratch_folder(library: Library, purpose: str) -> Generator[Path]:
    """A fresh folder for files on their way out; gone on leaving."""
    folder = library.scratch / f"{purpose}-{secrets.token_hex(12)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_scratch(library: Library) -> None:
    """Remove what is older than any upload or processing could be under way."""
    oldest = library.clock().timestamp() - library.policy.orphan_age_seconds
    for found in library.scratch.iterdir():
        if found.name.startswith(_PREFIXES) and found.lstat().st_mtime < oldest:
            if found.is_dir():
                shutil.rmtree(found, ignore_errors=True)
            else:
                found.unlink(missing_ok=True)
