"""What all services work with: one board, its categories and counts, and where work is done."""

import asyncio
import time

import structlog

from polybooru.api.yiffy.addresses import Bases
from polybooru.api.yiffy.options import Options
from polybooru.api.yiffy.statistics import Statistics
from polybooru.httpkit.desk import BoardDesk
from polybooru.library.board import Board
from polybooru.library.category_images import CategoryImages
from polybooru.library.sightings import Sightings

SAVE_SECONDS = 5.0

log = structlog.get_logger()


class Desk(BoardDesk):
    """One board's callers are received here. save_seconds: how long counts are kept in memory alone."""

    def __init__(
        self, board: Board, bases: Bases, options: Options, *, save_seconds: float = SAVE_SECONDS
    ) -> None:
        super().__init__(board)
        self.bases = bases
        self.options = options
        self.categories = CategoryImages(board.library)
        self.sightings = Sightings(board.library)
        self.statistics = Statistics(board.counters)
        self._save_seconds = save_seconds
        self._saved_at = time.monotonic()
        self._is_saving = False

    def save_in_time(self) -> None:
        """Begin to save what was counted, if that is due. In a thread, so that nobody waits for it."""
        now = time.monotonic()
        if self._is_saving or now - self._saved_at < self._save_seconds:
            return
        if self.sightings.is_saved and self.statistics.is_saved:
            return
        self._saved_at, self._is_saving = now, True
        asyncio.get_running_loop().run_in_executor(None, self._save_if_possible)

    def save(self) -> None:
        """Save what was counted. Raises Unavailable."""
        self.statistics.save(self.board.library.clock().timestamp())
        self.sightings.save()

    def _save_if_possible(self) -> None:
        try:
            self.save()
        except Exception as error:  # noqa: BLE001 — what could not be saved is kept for the next time
            log.warning("counts_not_saved", reason=str(error))
        finally:
            self._is_saving = False
