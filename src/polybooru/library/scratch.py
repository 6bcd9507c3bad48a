"""The scratch folder: files on their way in or out. What a killed process left there is swept."""

import shutil

from polybooru.library.library import Library

_PREFIXES = ("upload-", "represent-", "fetched-")


def sweep_scratch(library: Library) -> None:
    """Remove what is older than any upload or processing could be under way."""
    oldest = library.clock().timestamp() - library.policy.orphan_age_seconds
    for found in library.scratch.iterdir():
        if found.name.startswith(_PREFIXES) and found.lstat().st_mtime < oldest:
            if found.is_dir():
                shutil.rmtree(found, ignore_errors=True)
            else:
                found.unlink(missing_ok=True)
