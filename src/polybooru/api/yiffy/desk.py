"""What all services work with: one board, its categories and counts, and where work is done."""

from polybooru.api.yiffy.addresses import Bases
from polybooru.api.yiffy.options import Options
from polybooru.api.yiffy.statistics import Statistics
from polybooru.httpkit.desk import BoardDesk
from polybooru.library.board import Board
from polybooru.library.category_images import CategoryImages
from polybooru.library.sightings import Sightings


class Desk(BoardDesk):
    """One board's callers are received here."""

    def __init__(self, board: Board, bases: Bases, options: Options) -> None:
        super().__init__(board)
        self.bases = bases
        self.options = options
        self.categories = CategoryImages(board.library)
        self.sightings = Sightings(board.library)
        self.statistics = Statistics(board.counters)
        board.savers.append(self.save)

    def save(self) -> None:
        """Save what was counted. Raises Unavailable."""
        self.statistics.save(self.board.library.clock().timestamp())
        self.sightings.save()
