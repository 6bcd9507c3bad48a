"""What can be asked of an index: pages, sets, samples, and what a search would cost."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from random import Random

from pyroaring import BitMap

from polybooru.search.index import costs
from polybooru.search.index.exclusions import NOTHING_LEFT_OUT, LeftOut
from polybooru.search.index.found import Found
from polybooru.search.index.numbers import Numbers
from polybooru.search.index.ordering import Page, effort, page, position
from polybooru.search.index.orders import ByScore, Order, Position
from polybooru.search.index.plan import How, Plan, Step
from polybooru.search.index.prepare import Preparation, Tables
from polybooru.search.index.sampling import sample
from polybooru.search.index.scores import Scored, weighed
from polybooru.search.index.steps import Outside, Pattern
from polybooru.search.language.tree import Leaf, Query


class Searches:
    """The reading half of an `ImageIndex`."""

    def __init__(self, tables: Tables, numbers: Mapping[str, Numbers]) -> None:
        self._searched = tables
        self._numbers = numbers

    def search(
        self,
        query: Query,
        *,
        order: Order,
        offset: int,
        limit: int,
        now: datetime,
        outside: Outside,
        without: LeftOut = NOTHING_LEFT_OUT,
        after: Position | None = None,
        continued: bool = False,
    ) -> Page:
        """One page of the images that match, and that `without` does not.

        now: aware; what relative dates count back from. outside: answers leaves on fields that are not held
        here. after: `last` of an earlier page in this order; the offset counts from there. continued: give
        `last`. Raises UnknownName, UnsupportedLeaf, ValueError for a negative offset or limit, whatever
        `outside` raises.
        """
        if offset < 0 or limit < 0:
            raise ValueError("a page begins at 0 or later and has 0 or more images")
        preparation = Preparation(self._searched, now, outside)
        found = preparation.found(query, without)
        total = len(found)
        if offset >= total or limit == 0:
            return Page(ids=[], total=total)
        # A function within this one would cost every search 8 µs.
        leaves: Callable[[], Sequence[Scored]] = _unscored
        if type(order) is ByScore:
            leaves = cache(partial(_scored, preparation, query, found))
        ids = page(found, order, self._numbers, offset, min(offset + limit, total), after, leaves)
        if not continued or not ids:
            return Page(ids=ids, total=total)
        return Page(ids=ids, total=total, last=position(ids[-1], order, self._numbers, leaves))

    def sample(
        self,
        query: Query,
        count: int,
        rng: Random,
        *,
        now: datetime,
        outside: Outside,
        without: LeftOut = NOTHING_LEFT_OUT,
    ) -> list[int]:
        """Different images that match, each as likely as any other, in random order; all if there are fewer.

        After the match the cost grows with the count alone. Raises what `search` raises.
        """
        return sample(Preparation(self._searched, now, outside).found(query, without), count, rng)

    def all_found(
        self, query: Query, *, now: datetime, outside: Outside, without: LeftOut = NOTHING_LEFT_OUT
    ) -> BitMap:
        """All images that match, and that `without` does not; a fresh bitmap. Raises what `search` raises."""
        return Preparation(self._searched, now, outside).found(query, without).bitmap().copy()

    def cost(self, query: Query, *, order: Order, offset: int, limit: int, now: datetime) -> float:
        """What the search is likely to take, in microseconds; what is answered outside is not in it."""
        preparation = Preparation(self._searched, now, _not_asked)
        node = preparation.node(query)
        effort = self._effort(preparation, query, node.size, order, offset + limit)
        return costs.SEARCH + node.cost(None) + effort[1]

    def plan(
        self,
        query: Query,
        *,
        order: Order,
        offset: int,
        limit: int,
        now: datetime,
        without: LeftOut = NOTHING_LEFT_OUT,
    ) -> Plan:
        """What the search will do, step by step, and what `cost` makes of it."""
        preparation = Preparation(self._searched, now, _not_asked)
        node = preparation.planned(query, without)
        how, effort = self._effort(preparation, query, node.size, order, offset + limit)
        page = Step(how=how, query=None, depth=0, images=min(limit, node.size), microseconds=effort)
        steps = (*node.steps(None, 0), page)
        return Plan(steps=steps, microseconds=costs.SEARCH + sum(step.microseconds for step in steps))

    def select(
        self, query: Query, *, now: datetime, outside: Outside, within: BitMap | None = None
    ) -> BitMap:
        """All images that match, or those of a few (`within`), at the cost of those few where that can be."""
        return Preparation(self._searched, now, outside).node(query).find(within).copy()

    def hit(
        self, trees: Iterable[Query], image_ids: Sequence[int], *, now: datetime, outside: Outside
    ) -> set[int]:
        """Those of a few images that one of the trees matches. Raises what `search` raises."""
        preparation = Preparation(self._searched, now, outside)
        return set[int]().union(*(preparation.among(tree, image_ids) for tree in trees))

    def _effort(
        self, preparation: Preparation, query: Query, images: int, order: Order, end: int
    ) -> tuple[How, float]:
        everything = len(self._searched.images)
        if not isinstance(order, ByScore):
            return effort(order, images, everything, end, ())
        nodes = [(preparation.node(leaf), weight) for leaf, weight in weighed(query)]
        how, cost = effort(order, images, everything, end, [(node.size, weight) for node, weight in nodes])
        # Their images are asked for again; those of a pattern have been kept.
        return how, cost + sum(node.cost(images) for node, _ in nodes if not isinstance(node, Pattern))


def _scored(preparation: Preparation, query: Query, found: Found) -> list[Scored]:
    images = found.bitmap()
    return [Scored(preparation.node(leaf).find(images), weight) for leaf, weight in weighed(query)]


def _unscored() -> list[Scored]:
    return []


def _not_asked(leaf: Leaf) -> BitMap:
    raise AssertionError(f"{leaf!r} is only to be estimated")
