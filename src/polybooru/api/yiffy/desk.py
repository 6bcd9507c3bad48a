"""What all services work with: one board, its categories and counts, and where work is done."""

import time

from starlette.background import BackgroundTask
from starlette.responses import Response

from polybooru.api.yiffy.addresses import Bases
from polybooru.api.yiffy.options import Options
from polybooru.api.yiffy.statistics import Statistics
from polybooru.httpkit.desk import BoardDesk
from polybooru.library.board import Board
from polybooru.library.category_images import CategoryImages
from polybooru.library.sightings import Sightings

SAVE_SECONDS = 5.0


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

    def saving(self, answer: Response) -> Response:
        """The answer, after which counts are saved if that is due."""
        if self._is_due() and answer.background is None:
            self._saved_at = time.monotonic()
            answer.background = BackgroundTask(self.save)
        return answer

    def save(self) -> None:
        """Save what was counted. Raises Unavailable."""
        self.statistics.save(self.board.library.clock().timestamp())
        self.sightings.save()

    def _is_due(self) -> bool:
        if time.monotonic() - self._saved_at < self._save_seconds:
            return False
        return not (self.sightings.is_saved and self.statistics.is_saved)
