"""Searching images: text and rights and filter become one tree, the tree becomes ids.

Nothing here touches a row, except that a few fields are answered `outside` the index. Neighbours:
`image_filters` (what filters and watch lists mean), `image_orders` (sort names), `outside_fields`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from random import Random
from types import MappingProxyType

from pyroaring import BitMap

from polybooru.library.actors import Actor
from polybooru.library.cursors import Cursor, no_cursor, read_cursor, write_cursor
from polybooru.library.errors import InvalidQuery, QueryTooExpensive
from polybooru.library.image_filters import CompiledFilter, ImageFilters
from polybooru.library.image_orders import ImageOrders, can_stand
from polybooru.library.library import Library
from polybooru.library.outside_fields import (
    HEAVIEST,
    PATTERN,
    PLAIN,
    OutsideLeaf,
    nothing_outside,
    outside_answers,
    survey,
    take_long,
)
from polybooru.search.index import AtRandom, ById, ByNumber, LeftOut, Order, Outside, Page, Plan, Position
from polybooru.search.language.fields import QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import And, Equals, Not, Nothing, Query

QUICK_US = 5_000
"""What is estimated to take longer keeps nobody waiting on the event loop.

Less costs more: a search in a thread holds the index, and all that come meanwhile follow it into threads.
With 2 ms the slowest of a hundred searches by 16 callers took 15 ms, with 5 ms it took 9.
"""
NEAR = 1_000
"""Pages at random that begin sooner are made of the first steps of the shuffle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one search may cost, by estimate, in milliseconds of one core.

    statement_seconds: for all that the database is asked of one query.
    """

    anonymous_ms: int = 100
    signed_in_ms: int = 250
    statement_seconds: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page of a walk. cursor: what goes on from here; None at the end."""

    ids: Sequence[int]
    total: int
    cursor: str | None


class Deleted(Enum):
    """Which hidden images a search by staff shows."""

    NOT = auto()
    TOO = auto()
    ONLY = auto()
    ONLY_UNMERGED = auto()


_DELETED = Equals("deleted", True)
_ONLY: Mapping[Deleted, tuple[Query, ...]] = MappingProxyType(
    {
        Deleted.TOO: (),
        Deleted.ONLY: (_DELETED,),
        Deleted.ONLY_UNMERGED: (_DELETED, Not(Equals("merged", True))),
    }
)


class ImageSearch:
    """Search over one library's replica."""

    def __init__(self, library: Library, limits: Limits, budget: Budget = Budget()) -> None:
        self._library = library
        self._limits = limits
        self._budget = budget
        self._filters = ImageFilters(library)
        self._orders = ImageOrders(library)

    def parse(self, actor: Actor, text: str) -> Query:
        """What the text means for this caller. Raises InvalidQuery."""
        try:
            return parse(text, self._filters.fields(actor), self._limits)
        except QueryError as error:
            raise InvalidQuery(error.message, error.column) from error

    def filter_for(self, actor: Actor, filter_id: int | None) -> CompiledFilter:
        """The filter the request names, if the caller may use it; else the one that applies to the caller.

        What staff forced on the caller comes on top of either.
        """
        return self._filters.applied(actor, filter_id)

    def order(self, name: str, *, descending: bool, seed: int | None = None) -> Order:
        """The order that a sort name means; see `order_named`. May read the rows of a gallery."""
        return self._orders.named(name, descending=descending, seed=seed)

    def walk(
        self,
        actor: Actor,
        query: Query,
        *,
        text: str,
        cursor: str,
        sort: str,
        descending: bool,
        limit: int,
        hidden_by: CompiledFilter,
        deleted: Deleted = Deleted.NOT,
        with_own_hidden: bool = False,
    ) -> Step:
        """The page after a cursor, or the first one if it is empty; at the same cost wherever it lies.

        What keeps its place is met once, whatever comes and goes meanwhile. text: what `query` was read from.
        Raises InvalidValue for a cursor of another search or caller, QueryTooExpensive.
        """
        deleted = deleted if actor.is_staff else Deleted.NOT
        switches = (hidden_by.id, deleted.name, with_own_hidden, actor.user_id, actor.is_staff)
        asked = (text, sort, descending, *switches)
        begun = read_cursor(cursor, asked) if cursor else None
        order = self.order(sort, descending=descending, seed=None if begun is None else begun.seed)
        if begun is not None and not can_stand(begun.after, order):
            raise no_cursor()
        page = self.find(
            actor,
            query,
            order=order,
            offset=0,
            limit=limit,
            hidden_by=hidden_by,
            deleted=deleted,
            with_own_hidden=with_own_hidden,
            after=None if begun is None else begun.after,
            continued=True,
        )
        if page.last is None or len(page.ids) < limit:
            return Step(ids=page.ids, total=page.total, cursor=None)
        seed = order.seed if isinstance(order, AtRandom) else None
        further = write_cursor(Cursor(after=page.last, seed=seed), asked)
        return Step(ids=page.ids, total=page.total, cursor=further)

    def find(
        self,
        actor: Actor,
        query: Query,
        *,
        order: Order,
        offset: int,
        limit: int,
        hidden_by: CompiledFilter,
        deleted: Deleted = Deleted.NOT,
        with_own_hidden: bool = False,
        after: Position | None = None,
        continued: bool = False,
    ) -> Page:
        """Ids in order and the number of all matches, of images that this caller may find.

        deleted: counts only for staff. with_own_hidden: also what the caller has hidden for himself.
        after, continued: as the index has them. Raises QueryTooExpensive.
        """
        if type(query) is Nothing:
            return Page(ids=[], total=0)
        shown, left_out = _findable(actor, query, hidden_by, deleted, with_own_hidden=with_own_hidden)
        leaves, weight = survey(query)
        outside: Outside = nothing_outside
        if leaves or weight > PLAIN or hidden_by.outside_hides:
            outside = self._outside(actor, leaves, weight, hidden_by)
        replica, now = self._library.replica, self._library.clock()
        with replica.lock:
            if weight > PLAIN or not _is_plain(order, offset):
                self._check_cost(actor, query, order, offset, limit, now)
            return replica.index.search(
                shown,
                order=order,
                offset=offset,
                limit=limit,
                now=now,
                outside=outside,
                without=left_out,
                after=after,
                continued=continued,
            )

    def plan(
        self, actor: Actor, query: Query, *, order: Order, limit: int, hidden_by: CompiledFilter
    ) -> Plan:
        """What `find` would do for its first page, and what that would cost."""
        shown, left_out = _findable(actor, query, hidden_by, Deleted.NOT, with_own_hidden=False)
        replica, now = self._library.replica, self._library.clock()
        with replica.lock:
            return replica.index.plan(shown, order=order, offset=0, limit=limit, now=now, without=left_out)

    def budget_ms(self, actor: Actor) -> int:
        """What one search of this caller may take by estimate."""
        return self._budget.anonymous_ms if actor.user_id is None else self._budget.signed_in_ms

    def _check_cost(
        self, actor: Actor, query: Query, order: Order, offset: int, limit: int, now: datetime
    ) -> None:
        # Filters are not counted: storing bounds them, and refused for theirs nobody could search any more.
        budget_ms = self.budget_ms(actor)
        cost_us = self._library.replica.index.cost(query, order=order, offset=offset, limit=limit, now=now)
        if cost_us > 1_000 * budget_ms:
            raise _too_expensive(budget_ms)

    def _outside(
        self, actor: Actor, leaves: Sequence[OutsideLeaf], weight: int, hidden_by: CompiledFilter
    ) -> Outside:
        """The answers of the database, which may take long: not to be waited for under the replica's lock.

        Raises QueryTooExpensive, also for a query that is too heavy to be looked at further.
        """
        if weight > HEAVIEST:
            raise _too_expensive(self.budget_ms(actor))
        asked = [*leaves, *hidden_by.outside_hides]
        return outside_answers(self._library, asked, seconds=self._budget.statement_seconds)

    def sample(
        self,
        actor: Actor,
        query: Query,
        count: int,
        *,
        rng: Random,
        hidden_by: CompiledFilter,
        with_own_hidden: bool = False,
    ) -> list[int]:
        """Different images of those that `find` finds, each as likely as any other; all if there are fewer.

        After the match the cost grows with the count alone. Raises QueryTooExpensive.
        """
        if isinstance(query, Nothing):
            return []
        shown, left_out = _findable(actor, query, hidden_by, Deleted.NOT, with_own_hidden=with_own_hidden)
        leaves, weight = survey(query)
        outside: Outside = nothing_outside
        if leaves or weight > PLAIN or hidden_by.outside_hides:
            outside = self._outside(actor, leaves, weight, hidden_by)
        replica, now = self._library.replica, self._library.clock()
        with replica.lock:
            if weight > PLAIN:
                self._check_cost(actor, query, ById(), 0, count, now)
            return replica.index.sample(shown, count, rng, now=now, outside=outside, without=left_out)

    def find_all(self, actor: Actor, query: Query, *, hidden_by: CompiledFilter) -> BitMap:
        """The images that `find` finds, own hidden ones too, in no order. Raises QueryTooExpensive."""
        shown, left_out = _findable(actor, query, hidden_by, Deleted.NOT, with_own_hidden=True)
        leaves, weight = survey(query)
        outside = self._outside(actor, leaves, weight, hidden_by)
        replica, now = self._library.replica, self._library.clock()
        with replica.lock:
            if weight > PLAIN:
                self._check_cost(actor, query, ById(), 0, 1, now)
            return replica.index.all_found(shown, now=now, outside=outside, without=left_out)

    def hit_by(self, compiled: CompiledFilter, image_ids: Sequence[int]) -> set[int]:
        """Those of a few images that the filter hides or spoilers. Raises QueryTooExpensive."""
        return self._hit(compiled.hits, compiled.outside_hits, image_ids)

    def spoilered_by(self, compiled: CompiledFilter, found: Sequence[int]) -> set[int]:
        """As `hit_by`, for what a search with this filter has found: what it hides is not among that."""
        return self._hit(compiled.spoilers, compiled.outside_spoilers, found)

    def _hit(
        self, trees: Sequence[Query], leaves: Sequence[OutsideLeaf], image_ids: Sequence[int]
    ) -> set[int]:
        if not trees or not image_ids:
            return set()
        seconds = self._budget.statement_seconds
        outside = outside_answers(self._library, leaves, seconds=seconds, among=image_ids)
        replica, now = self._library.replica, self._library.clock()
        with replica.lock:
            return replica.index.hit(trees, image_ids, now=now, outside=outside)

    def is_quick(
        self, query: Query, hidden_by: CompiledFilter, sort: str, *, offset: int = 0, limit: int = 25
    ) -> bool:
        """Whether the answer comes from memory and indexed rows alone, and in a few milliseconds.

        Estimated is what others would have to wait for. False too where that would have to wait itself.
        """
        leaves, weight = survey(query)
        if (
            weight > PLAIN
            or not hidden_by.is_quick
            or not self._orders.is_at_hand(sort)
            or (leaves and take_long(leaves))
        ):
            return False
        order = self.order(sort, descending=True)
        if weight < PATTERN and _is_plain(order, offset):
            return True
        replica = self._library.replica
        if not replica.lock.acquire(blocking=False):
            return False
        try:
            now = self._library.clock()
            return replica.index.cost(query, order=order, offset=offset, limit=limit, now=now) <= QUICK_US
        finally:
            replica.lock.release()


def _is_plain(order: Order, offset: int) -> bool:
    """Whether a page in this order costs next to nothing, whatever is found."""
    return isinstance(order, (ById, ByNumber)) or (isinstance(order, AtRandom) and offset < NEAR)


def _too_expensive(budget_ms: int) -> QueryTooExpensive:
    return QueryTooExpensive(
        f"The query would take more than {budget_ms} ms. Ask with fewer patterns and alternatives."
    )


def _findable(
    actor: Actor, query: Query, hidden_by: CompiledFilter, deleted: Deleted, *, with_own_hidden: bool
) -> tuple[Query, LeftOut]:
    """What to look for, and what this caller does not find."""
    if deleted is Deleted.NOT or not actor.is_staff:
        return query, hidden_by.left_out[False, with_own_hidden]
    left_out, only = hidden_by.left_out[True, with_own_hidden], _ONLY[deleted]
    if not only:
        return query, left_out
    return And((*(query.children if isinstance(query, And) else (query,)), *only)), left_out
