"""What a search does and what it costs, for whoever wonders why it is slow.

`image_search` makes the tree and bounds it, and the index tells the steps that it would take; here they stand
beside what they really find, in which time. Asked by `cli.explain`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from polybooru.library.actors import Actor
from polybooru.library.errors import QueryTooExpensive
from polybooru.library.image_orders import order_named
from polybooru.library.image_search import ImageSearch
from polybooru.library.library import Library
from polybooru.library.outside_fields import outside_answers, survey
from polybooru.search.index import Plan, Step
from polybooru.search.language.tree import Query

PAGE = 25
_ROUNDS = 9
_ENOUGH_US = 500_000.0
_OUTSIDE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How many images were found in which time. first_us: while nothing was kept of the search."""

    images: int
    first_us: float
    best_us: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step of the plan. found: what its part of the tree finds alone; None where it finishes none."""

    step: Step
    found: Found | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A search, taken apart: its steps in the order in which they are taken.

    found: all of it; its message where it is refused as too expensive, and then the parts found nothing.
    """

    parts: tuple[Part, ...]
    estimated_us: float
    budget_us: float
    found: Found | str


def explained(library: Library, search: ImageSearch, actor: Actor, query: Query) -> Explained:
    """What the caller's search for the newest images does, under the filter that hides nothing."""
    order = order_named("", descending=True)
    hidden_by = search.filter_for(actor, library.policy.everything_filter_id)
    plan = search.plan(actor, query, order=order, limit=PAGE, hidden_by=hidden_by)

    def find() -> int:
        return search.find(actor, query, order=order, offset=0, limit=PAGE, hidden_by=hidden_by).total

    found: Found | str
    try:
        found = _measured(find)
        parts = tuple(_parts(library, plan))
    except QueryTooExpensive as error:
        found = str(error)
        parts = tuple(Part(step=step, found=None) for step in plan.steps)
    return Explained(
        parts=parts,
        estimated_us=plan.microseconds,
        budget_us=1_000.0 * search.budget_ms(actor),
        found=found,
    )


def _parts(library: Library, plan: Plan) -> Iterator[Part]:
    finishing = {id(step.query): step for step in plan.steps}
    for step in plan.steps:
        is_last = step.query is not None and finishing[id(step.query)] is step
        yield Part(step=step, found=_alone(library, step.query) if is_last and step.query else None)


def _alone(library: Library, query: Query) -> Found:
    leaves, _ = survey(query)

    def select() -> int:
        outside = outside_answers(library, leaves, seconds=_OUTSIDE_SECONDS)
        with library.replica.lock:
            return len(library.replica.index.select(query, now=library.clock(), outside=outside))

    return _measured(select)


def _measured(find: Callable[[], int]) -> Found:
    images, took_us = 0, list[float]()
    while len(took_us) < _ROUNDS and sum(took_us) < _ENOUGH_US:
        started = time.perf_counter()
        images = find()
        took_us.append((time.perf_counter() - started) * 1e6)
    return Found(images=images, first_us=took_us[0], best_us=min(took_us))
