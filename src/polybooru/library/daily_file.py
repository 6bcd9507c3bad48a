"""A file that is made of the whole library once a day, and handed out by every process of the machine."""

import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

LIFETIME = timedelta(days=1)
_AGAIN = timedelta(minutes=10)  # after one that failed


@dataclass(frozen=True, slots=True)
class Content:
    """What the file holds. tag: differs where the content does."""

    data: bytes
    tag: str


class DailyFile:
    """The file at `path`; it is replaced whole. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._kept: Content | None = None
        self._tried_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether it should be made now."""
        if self._tried_at is not None and now - self._tried_at < _AGAIN:
            return False
        try:
            made_at = self._path.stat().st_mtime
        except FileNotFoundError:
            return True
        return now.timestamp() - made_at >= LIFETIME.total_seconds()

    def trying(self, now: datetime) -> None:
        """Somebody begins to make it."""
        self._tried_at = now

    def write(self, data: bytes) -> None:
        """Put it in place. Raises OSError."""
        new = self._path.with_name(f"{self._path.name}.new")
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)

    def read(self) -> Content | None:
        """None before it was made. Cost: a look at the file, as long as it is the same."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
        with self._lock:
            if self._kept is None or self._kept.tag != tag:
                try:
                    self._kept = Content(self._path.read_bytes(), tag)
                except FileNotFoundError:
                    return None
            return self._kept
