"""Pages that were found, remembered until something changes that could alter them.

Texts that mean something else a moment later (`3 days ago`), and those that ask for what no change is logged
of, are not kept. Neighbours: `search` (finds them), the replica (tells of changes).
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from polybooru.library.actors import Actor
from polybooru.library.kept import Kept
from polybooru.library.library import Library
from polybooru.library.row_search.search import RowSearch
from polybooru.search.index import Page

_KEPT = 2_000
_UNLOGGED = ("ago", "watcher", "subscriber")
_HARMLESS = frozenset({"interaction", "token", "grant", "ban", "report", "duplicate_report", "badge"})
"""Changes of these kinds alter no page."""


class Noun(Enum):
    """What is searched."""

    COMMENTS = "comments"
    POSTS = "posts"
    GALLERIES = "galleries"
    TAGS = "tags"
    FILTERS = "filters"


Key: TypeAlias = tuple[Noun, str, int, int, int | None, bool, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that a page depends on besides the rows. filter_id: that the request names; it hides comments."""

    noun: Noun
    text: str
    offset: int
    limit: int
    actor: Actor
    filter_id: int | None = None

    @property
    def key(self) -> Key:
        """What tells it from all others."""
        who = (self.actor.user_id, self.actor.is_staff, self.filter_id)
        return (self.noun, self.text, self.offset, self.limit, *who)

    @property
    def is_lasting(self) -> bool:
        """Whether only a change that is logged alters what is found."""
        return not any(word in self.text for word in _UNLOGGED)


class RowPages:
    """Pages of one library's comments, posts, galleries, tags and filters; several threads may ask."""

    def __init__(self, library: Library, search: RowSearch) -> None:
        self._kept: Kept[Key, Page] = Kept(library.replica, is_stale=alters_pages, most=_KEPT)
        self._search = search

    def is_known(self, asked: Asked) -> bool:
        """Whether the page was found since the last change."""
        return asked.key in self._kept

    def find(self, asked: Asked) -> Page:
        """The ids of the page, and the number of all that match. Raises InvalidQuery, QueryTooExpensive."""
        return self._kept.find(asked.key, lambda: self._found(asked), is_lasting=asked.is_lasting)

    def _found(self, asked: Asked) -> Page:
        search, actor, text, offset, limit = self._search, asked.actor, asked.text, asked.offset, asked.limit
        match asked.noun:
            case Noun.COMMENTS:
                return search.comments(actor, text, offset=offset, limit=limit, filter_id=asked.filter_id)
            case Noun.POSTS:
                return search.posts(actor, text, offset=offset, limit=limit)
            case Noun.GALLERIES:
                return search.galleries(actor, text, offset=offset, limit=limit)
            case Noun.TAGS:
                return search.tags(text, offset=offset, limit=limit)
            case Noun.FILTERS:
                return search.filters(actor, text, offset=offset, limit=limit)


def alters_pages(kind: str) -> bool:
    """Whether a change of this kind may alter a page, or what is told of those on it."""
    return kind not in _HARMLESS
