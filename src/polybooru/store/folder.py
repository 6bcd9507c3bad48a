"""The folder store: a blob is a file, a key its path below the root."""

import errno
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*(/[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*)*")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StoreError(Exception):
    """The store could not do what was asked; the cause says why."""


class StoreFull(StoreError):
    """No room left, or less than the floor that is kept free."""


class FolderStore:
    """Blobs as files below `root`, which is made if missing.

    free_floor_bytes: `put` refuses when less than this would stay free on the disk.
    """

    def __init__(self, root: Path, *, free_floor_bytes: int = 0) -> None:
        self.root = root
        self._free_floor_bytes = free_floor_bytes
        root.mkdir(parents=True, exist_ok=True)

    def path(self, key: str) -> Path:
        """Where the blob lies, whether or not it exists. Raises ValueError for what is no key."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
        return self.root / key

    def put(self, blobs: Mapping[str, Path]) -> None:
        """Move files in under their keys, all of them synced before this returns.

        A key that is there already is replaced. The files must lie on the same disk as the root; what was
        not moved when an error came stays where it was. Raises StoreFull, StoreError.
        """
        try:
            self._require_room()
            for source in blobs.values():
                _sync(source)
            folders: set[Path] = set()
            for key, source in blobs.items():
                target = self.path(key)
                self._make_folder(target.parent)
                source.replace(target)
                folders.add(target.parent)
            for folder in folders:
                _sync(folder)
        except OSError as error:
            raise _translated(error) from error

    def exists(self, key: str) -> bool:
        """Whether the blob is there."""
        return self.path(key).is_file()

    def delete(self, key: str) -> None:
        """Remove the blob; nothing happens if it is not there."""
        self.path(key).unlink(missing_ok=True)

    def delete_below(self, prefix: str) -> None:
        """Remove every blob whose key begins with this and a slash, and what is left of their folder.

        Raises ValueError for what is no key, StoreError.
        """
        try:
            shutil.rmtree(self.path(prefix))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _translated(error) from error

    def keys(self) -> Iterator[str]:
        """Every key, in no order that means anything. Files that no key can mean are somebody else's."""
        for folder, _, names in os.walk(self.root):
            relative = Path(folder).relative_to(self.root)
            for name in names:
                key = (relative / name).as_posix()
                if _KEY.fullmatch(key):
                    yield key

    def modified_seconds(self, key: str) -> float:
        """When the blob was put, in seconds since 1970. Raises FileNotFoundError."""
        return self.path(key).stat().st_mtime

    def check(self) -> None:
        """Do nothing if blobs can be put now. Raises StoreFull, StoreError."""
        try:
            self._require_room()
            if not os.access(self.root, os.W_OK):
                raise StoreError("The storage folder is not writable.")
        except OSError as error:
            raise _translated(error) from error

    def _require_room(self) -> None:
        if shutil.disk_usage(self.root).free < self._free_floor_bytes:
            raise StoreFull("The disk is full.")

    def _make_folder(self, folder: Path) -> None:
        missing: list[Path] = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for made in reversed(missing):
            made.mkdir(exist_ok=True)
            _sync(made.parent)  # else a power cut could forget the folder and keep the row


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_full(error: OSError) -> bool:
    """Whether the error says that there is no room left."""
    return error.errno in _FULL


def _translated(error: OSError) -> StoreError:
    if is_full(error):
        return StoreFull("The disk is full.")
    return StoreError(f"The storage folder cannot be written: {error.strerror}.")
