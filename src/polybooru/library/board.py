"""What HTTP edges stand on.

A library whose replica is loaded, with search, callers and the board's public face.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from polybooru.counters import Counters
from polybooru.library.anonymous_names import AnonymousNames
from polybooru.library.artists import Artists
from polybooru.library.callers import Callers
from polybooru.library.daily_file import DailyFile
from polybooru.library.image_search import ImageSearch
from polybooru.library.known_tags import KnownTags
from polybooru.library.library import Library
from polybooru.library.row_search.kept import RowPages
from polybooru.library.shown_filters import ShownFilters
from polybooru.library.upload_rate import UploadGate


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One board.

    compiled_tags: the file that clients complete tags from.
    counters: who has asked how often lately, in all processes of the machine.
    savers: what saves what edges count in memory: called now and then, and when a process ends.
    public_url: scheme and host under which clients reach it, without a slash at the end.
    """

    library: Library
    search: ImageSearch
    row_pages: RowPages
    filters: ShownFilters
    callers: Callers
    known_tags: KnownTags
    artists: Artists
    compiled_tags: DailyFile
    anonymous_names: AnonymousNames
    counters: Counters
    upload_gate: UploadGate
    savers: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    public_url: str
    site_name: str
