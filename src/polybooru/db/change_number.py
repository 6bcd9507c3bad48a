"""The last change number, shared by the processes of one machine through a mapped file of eight bytes.

A writer raises it before it answers, a reader compares it with what its replica has applied: one memory read
tells whether there is anything to fetch. It is a hint, not a source: a writer killed between commit and raise
is noticed by the replica's poll of the database.
"""

import fcntl
import mmap
import os
import threading
from pathlib import Path

_BYTES = 8


class ChangeNumber:
    """The mapped number; `path` is created with 0. Inherited by a fork, as the mapping is shared."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._descriptor).st_size < _BYTES:
            os.ftruncate(self._descriptor, _BYTES)
        self._map = mmap.mmap(self._descriptor, _BYTES)
        # Moves eight aligned bytes at once; `struct` clears them first, and a reader would see nought.
        self._number = memoryview(self._map).cast("q")
        self._lock = threading.Lock()

    def read(self) -> int:
        """The highest number that any process of this machine has announced."""
        return self._number[0]

    def raise_to(self, number: int) -> None:
        """Announce a number; never lowers it, in whichever order two writers arrive."""
        with self._lock:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
            try:
                if number > self.read():
                    self._number[0] = number
            finally:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back."""
        self._number.release()
        self._map.close()
        os.close(self._descriptor)
