"""When the index is saved and the change log trimmed; one process of a machine has this task.

Neighbours: `index_file` (what is saved), `serving` (the process: the parent from which web processes are
forked, which keeps its own index fresh by the same rounds).
"""

from datetime import datetime, timedelta

from polybooru.db.change_log import trim_changes
from polybooru.library.library import Library

MANY_CHANGES = 50_000
"""Worth a new file: applying them takes some ten seconds at a start."""
LOG_KEPT = timedelta(hours=1)
"""Who has not followed for so long has to read everything again."""
_SOONEST = timedelta(minutes=5)
_LATEST = timedelta(hours=1)
_MOST_TRIMS = 40  # a round must end


class IndexKeeper:
    """Keeps the file of a library whose replica is loaded."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._saved_at: datetime | None = library.clock() if library.replica.saved else None

    def follow(self) -> None:
        """Apply what the log holds, and trim what nobody needs any longer.

        That is what lies below the saved file and is older than any process that still follows can need.
        """
        replica, now = self._library.replica, self._library.clock()
        replica.poll()
        for _ in range(_MOST_TRIMS):
            if not trim_changes(
                self._library.database, below=replica.saved, made_before=now - LOG_KEPT, now=now
            ):
                break

    @property
    def is_due(self) -> bool:
        """Whether the file should be written now."""
        unsaved = self._library.replica.unsaved
        if self._saved_at is None:
            return unsaved > 0
        age = self._library.clock() - self._saved_at
        return (unsaved >= MANY_CHANGES and age >= _SOONEST) or (unsaved > 0 and age >= _LATEST)

    def saved(self, number: int) -> None:
        """The file was written, by this process or a child, and is true up to this change."""
        self._library.replica.saved = number
        self._saved_at = self._library.clock()
