"""Which artists, characters and categories there are, in the order of coming, and which a pattern finds.

There are those that a visible image has: one that only a hidden image has would tell of it. All is held in
memory, and a changed tag is looked at again when somebody asks. Neighbours: `shelves` (the rows),
`search/pattern` (the matching), `suggestions` of the replica (which tags are in use).
"""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from polybooru.db import Change
from polybooru.library.errors import InvalidQuery, QueryTooExpensive
from polybooru.library.library import Library
from polybooru.library.shelves import Card, Shelf, Shelved, cards, shelved
from polybooru.search.pattern import (
    Automaton,
    Budget,
    BudgetSpent,
    Names,
    PatternError,
    Percent,
    lowered,
    parse,
)
from polybooru.search.pattern import Sequence as Items

EVERY_TAG: Final = 0
"""Id in a change that stands for all."""
_ASIDE: Final = 1_000
"""So many changed tags are held beside the rest before all are put in order again."""
_Ids = NDArray[np.int64]
_NO_IDS: _Ids = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of a shelf. total: of all that stand on it, whatever was looked for."""

    tag_ids: Sequence[int]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _LookedThrough:
    """What a pattern is held against. gone: tags of which `names` are not true any more.

    aside: cards that are looked at one by one; without names all of them.
    """

    names: Names | None
    aside: Sequence[Card]
    gone: Sequence[int]
    version: int


@dataclass(slots=True)
class _Held:
    """A shelf in memory. ids: all that stand on it, oldest first; in_use: those that an image has.

    names: as they were; aside: tags that were changed since. version: rises with each change.
    """

    cards_by_id: dict[int, Card] = field(default_factory=dict[int, Card])
    ids: _Ids = field(default_factory=lambda: _NO_IDS)
    in_use: _Ids = field(default_factory=lambda: _NO_IDS)
    by_name: dict[str, int] | None = None
    turned: tuple[int, int] | None = None
    names: Names | None = None
    aside: set[int] = field(default_factory=set[int])
    stale: set[int] = field(default_factory=lambda: {EVERY_TAG})
    version: int = 0

    def looked_through(self) -> _LookedThrough:
        """As it is now, to be used without the lock."""
        if self.names is None:
            return _LookedThrough(
                names=None, aside=[*self.cards_by_id.values()], gone=(), version=self.version
            )
        aside = [self.cards_by_id[tag_id] for tag_id in self.aside if tag_id in self.cards_by_id]
        return _LookedThrough(names=self.names, aside=aside, gone=[*self.aside], version=self.version)


class Catalogue:
    """Of one library. percent: what `%` stands for. pattern_seconds: what matching may take."""

    def __init__(self, library: Library, *, percent: Percent, pattern_seconds: float) -> None:
        self._library = library
        self._percent = percent
        self._pattern_seconds = pattern_seconds
        self._lock = threading.Lock()
        self._shelves = {shelf: _Held() for shelf in Shelf}
        library.replica.listen(self._forget)

    def is_at_hand(self, shelf: Shelf) -> bool:
        """Whether nothing has to be read before the shelf can be looked at, nor to be waited for."""
        if self._shelves[shelf].stale or not self._lock.acquire(blocking=False):
            return False
        self._lock.release()
        return True

    def page(self, shelf: Shelf, *, offset: int, limit: int, pattern: str = "") -> Page:
        """Some in order. pattern: empty for no filter. Raises InvalidQuery, QueryTooExpensive."""
        try:
            items = parse(pattern, self._percent) if pattern else None
            with self._lock:
                held = self._fresh(shelf)
                everything = found = held.in_use
                looked_through = held.looked_through() if items is not None else None
            if items is not None and looked_through is not None:
                found = found[np.isin(found, self._matching(held, looked_through, items))]
        except PatternError as error:
            raise InvalidQuery(str(error), None) from error
        except BudgetSpent as error:
            raise QueryTooExpensive("The pattern takes too long to match.") from error
        offset = min(offset, len(found))
        return Page(tag_ids=found[offset : offset + limit].tolist(), total=len(everything))

    def _matching(self, held: "_Held", looked_through: "_LookedThrough", items: Items) -> _Ids:
        """Ids of those that match, whether in use or not; without the lock, as it takes its time."""
        names, aside = looked_through.names, looked_through.aside
        if names is None:
            names = Names((card.tag_id, lowered(text)) for card in aside for text in card.texts)
            aside = ()
            with self._lock:
                if held.version == looked_through.version:
                    held.names, held.aside = names, set()
        budget = Budget(self._pattern_seconds)
        found = names.find(items, budget)
        if not aside and not looked_through.gone:
            return found
        automaton = Automaton(items, budget)
        more = [card.tag_id for card in aside if any(automaton.matches(lowered(text)) for text in card.texts)]
        unchanged = found[~np.isin(found, looked_through.gone)]
        return np.concatenate((unchanged, np.array(more, np.int64)))

    def shown(self, shelf: Shelf, tag_ids: Sequence[int]) -> list[Shelved]:
        """What is to be told of these, in their order; who does not stand on the shelf is left out."""
        with self._library.reading() as reading:
            return shelved(reading, shelf, tag_ids)

    def all_in_use(self, shelf: Shelf) -> list[int]:
        """Ids, oldest first."""
        with self._lock:
            found: list[int] = self._fresh(shelf).in_use.tolist()
            return found

    def cards_in_use(self, shelf: Shelf) -> list[Card]:
        """What is looked through, oldest first."""
        with self._lock:
            held = self._fresh(shelf)
            return [held.cards_by_id[tag_id] for tag_id in held.in_use.tolist()]

    def named(self, shelf: Shelf, names: Collection[str]) -> dict[str, int]:
        """Ids by name in lower case, of those of the names that are in use."""
        with self._lock:
            held = self._fresh(shelf)
            if held.by_name is None:
                held.by_name = {
                    held.cards_by_id[tag_id].texts[0].lower(): tag_id for tag_id in held.in_use.tolist()
                }
            return {name: held.by_name[name] for name in names if name in held.by_name}

    def holds(self, shelf: Shelf, tag_id: int) -> bool:
        """Whether the tag stands there and some visible image has it."""
        with self._lock:
            return tag_id in self._fresh(shelf).cards_by_id and self._is_used(tag_id)

    def _is_used(self, tag_id: int) -> bool:
        with self._library.replica.lock:
            return bool(self._library.replica.suggestions.in_use([tag_id])[0])

    def _fresh(self, shelf: Shelf) -> _Held:
        held = self._shelves[shelf]
        if held.stale:
            self._read(shelf, held)
        replica = self._library.replica
        with replica.lock:
            turned = (id(replica.suggestions), replica.suggestions.turned)
            if held.turned != turned:
                held.in_use = held.ids[replica.suggestions.in_use(held.ids.tolist())]
                held.turned, held.by_name = turned, None
        return held

    def _read(self, shelf: Shelf, held: _Held) -> None:
        with self._library.replica.lock:  # what becomes stale from here on is looked at next time
            stale, held.stale = held.stale, set()
        sources = (
            {card.source_id for card in held.cards_by_id.values()} if shelf is Shelf.CHARACTERS else set()
        )
        is_all = EVERY_TAG in stale or shelf is Shelf.CATEGORIES or not stale.isdisjoint(sources)
        try:
            with self._library.reading() as reading:
                found = {card.tag_id: card for card in cards(reading, shelf, None if is_all else stale)}
        except BaseException:
            with self._library.replica.lock:
                held.stale |= stale
            raise
        if is_all:
            held.cards_by_id, held.names = found, None
        else:
            if held.names is not None:
                held.aside |= stale
            for tag_id in stale:
                held.cards_by_id.pop(tag_id, None)
            held.cards_by_id |= found
        if held.names is None or len(held.aside) > _ASIDE:
            held.names, held.aside = None, set()
        held.ids = _in_order(held.cards_by_id)
        held.turned = None
        held.version += 1

    def _forget(self, batch: Sequence[Change]) -> None:
        changed = {change.object_id for change in batch if change.kind == "tag"}
        listed = {EVERY_TAG} if any(change.kind == "listed_tag" for change in batch) else set[int]()
        for shelf, held in self._shelves.items():
            held.stale |= changed
            if shelf is Shelf.CATEGORIES:
                held.stale |= listed


def _in_order(found: Mapping[int, Card]) -> _Ids:
    ids = np.fromiter(found, np.int64, len(found))
    created = np.fromiter((card.created_at.timestamp() for card in found.values()), np.float64, len(found))
    return ids[np.lexsort((ids, created))]
