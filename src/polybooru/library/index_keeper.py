"""When the index is saved and the change log trimmed; one process of a machine has this task.

Neighbours: `index_file` (what is saved), `serving` (the process: the parent from which web processes are
forked, which keeps its own index fresh by the same rounds).
"""

from datetime import datetime, timedelta

import structlog

from polybooru.db.change_log import trim_changes
from polybooru.library.library import Library

log = structlog.get_logger()

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
        self._tried_at: datetime | None = None

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
        now, unsaved = self._library.clock(), self._library.replica.unsaved
        if unsaved <= 0 or (self._tried_at is not None and now - self._tried_at < _SOONEST):
            return False
        return self._saved_at is None or unsaved >= MANY_CHANGES or now - self._saved_at >= _LATEST

    def save(self) -> bool:
        """Write the file, if nobody else does; whether it was written. That it cannot be is no error."""
        self.saving()
        number = self._library.replica.applied
        try:
            is_written = self._library.replica.save()
        except OSError as error:
            log.warning("index_not_saved", reason=str(error))
            return False
        if is_written:
            self.saved(number)
        return is_written

    def saving(self) -> None:
        """A child of this process begins to write the file."""
        self._tried_at = self._library.clock()

    def saved(self, number: int) -> None:
        """The child has written it; it is true up to this change."""
        self._library.replica.saved = number
        self._saved_at = self._library.clock()
