"""The least that a search may cost: bare pyroaring over the same sets, for `search_index`.

Of requests for tags alone, by id: the sets are found and put in order beforehand, timed is only intersecting,
joining, subtracting, counting and cutting out the page, in the plainest way.
"""

import time
from datetime import UTC, datetime
from functools import cache
from itertools import islice

from pyroaring import BitMap

from polybooru.search.language.tree import And, Equals, Not, Or


class BareSets:
    """The sets of one request. Raises ValueError for one of anything but tags, newest first.

    tag: the set of a tag, by its leaf.
    """

    def __init__(self, request, tree, tag):
        if (request["sf"], request["sd"]) != ("id", "desc"):
            raise ValueError(request)
        self._first = (request["page"] - 1) * request["per_page"]
        self._last = self._first + request["per_page"]
        parts = tree.children if isinstance(tree, And) else (tree,)
        self._wanted = sorted((tag(part) for part in parts if isinstance(part, Equals)), key=len)
        self._unwanted = [tag(part.child) for part in parts if isinstance(part, Not)]
        self._groups = [[tag(child) for child in part.children] for part in parts if isinstance(part, Or)]
        if len(self._wanted) + len(self._unwanted) + len(self._groups) < len(parts):
            raise ValueError(request)
        if not self._wanted and not self._groups:
            raise ValueError(request)

    def ask(self):
        """(total, ids, nanoseconds of this thread)."""
        start = time.thread_time_ns()
        found = None
        for images in self._wanted:
            found = images if found is None else found & images
        for group in self._groups:
            joined = BitMap.union(*group)
            found = joined if found is None else found & joined
        for images in self._unwanted:
            found = found - images
        total = len(found)
        first, last = max(0, total - self._last), total - self._first
        ids = list(islice(found.iter_equal_or_larger(found[first]), last - first)) if first < last else []
        ids.reverse()
        return total, ids, time.thread_time_ns() - start


def tags_of(index):
    """What gives the set of a tag, by its leaf; each a copy, and the same one again. Raises ValueError."""

    @cache
    def tag(leaf):
        if not isinstance(leaf, Equals) or leaf.field != "tag":
            raise ValueError(leaf)
        return index.select(leaf, now=datetime.now(UTC), outside=lambda _: BitMap())

    return tag
