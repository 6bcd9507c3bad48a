"""The last change number, shared by the processes of one machine through a mapped file of eight bytes.

A writer raises it before it answers, a reader compares it with what its replica has applied: one memory read
tells whether there is anything to fetch. It is a hint, not a source: a writer killed between commit and raise
is noticed by the replica's poll of the database.
"""

import fcntl
import mmap
import os
import struct
import threading
from pathlib import Path

# Native, so that eight aligned bytes are moved at once: with a stated byte order they go one by one.
_FORMAT = struct.Struct("q")


class ChangeNumber:
    """The mapped number; `path` is created with 0. Inherited by a fork, as the mapping is shared."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._descriptor).st_size < _FORMAT.size:
            os.ftruncate(self._descriptor, _FORMAT.size)
        self._map = mmap.mmap(self._descriptor, _FORMAT.size)
        self._lock = threading.Lock()

    def read(self) -> int:
        """The highest number that any process of this machine has announced."""
        number: int = _FORMAT.unpack_from(self._map)[0]
        return number

    def raise_to(self, number: int) -> None:
        """Announce a number; never lowers it, in whichever order two writers arrive."""
        with self._lock:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
            try:
                if number > self.read():
                    _FORMAT.pack_into(self._map, 0, number)
            finally:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back."""
        self._map.close()
        os.close(self._descriptor)
