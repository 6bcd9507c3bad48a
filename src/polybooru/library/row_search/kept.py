"""Pages that were found, remembered until something changes that could alter them.

Texts that mean something else a moment later (`3 days ago`), and those that ask for what no change is logged
of, are not kept. Neighbours: `search` (finds them), the replica (tells of changes).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from polybooru.db import Change
from polybooru.library.actors import Actor
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that a page depends on besides the rows. filter_id: that the request names; it hides comments."""

    noun: Noun
    text: str
    offset: int
    limit: int
    actor: Actor
    filter_id: int | None = None


_Key: TypeAlias = tuple[Noun, str, int, int, int | None, bool, int | None]


class RowPages:
    """Pages of one library's comments, posts, galleries, tags and filters; several threads may ask."""

    def __init__(self, library: Library, search: RowSearch) -> None:
        self._replica = library.replica
        self._pages: dict[_Key, Page] = {}
        self._search = search
        library.replica.listen(self._forget)

    def is_known(self, asked: Asked) -> bool:
        """Whether the page was found since the last change."""
        return _key(asked) in self._pages

    def find(self, asked: Asked) -> Page:
        """The ids of the page, and the number of all that match. Raises InvalidQuery, QueryTooExpensive."""
        key = _key(asked)
        page = self._pages.get(key)
        if page is not None:
            return page
        seen = self._replica.applied
        page = self._found(asked)
        if not any(word in asked.text for word in _UNLOGGED):
            with self._replica.lock:  # between the look and the keeping nothing may become stale
                if seen == self._replica.applied:
                    if len(self._pages) >= _KEPT:
                        self._pages.clear()
                    self._pages[key] = page
        return page

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

    def _forget(self, batch: Sequence[Change]) -> None:
        if any(change.kind not in _HARMLESS for change in batch):
            self._pages.clear()


def _key(asked: Asked) -> _Key:
    actor = asked.actor
    who = (actor.user_id, actor.is_staff, asked.filter_id)
    return (asked.noun, asked.text, asked.offset, asked.limit, *who)
