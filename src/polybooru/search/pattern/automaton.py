"""A pattern as an automaton that is made while it is used.

A *term* is what is left to match: an item and the term behind it, so that a repetition stays one item with
two bounds and is never written out. A *state* is a set of terms, made when a text first leads to it, and what
a character leads to is found once for each state. So a text is read once, from left to right, and each of its
characters costs a look into a table or one new state. (Partial derivatives: Antimirov, 1996.)

Terms that match less than another of the same shape are dropped from a state, and a state that matches
whatever follows is one state: both keep the number and the size of states small where bounds are large.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import ge
from typing import Final

from polybooru.search.pattern.budget import Budget
from polybooru.search.pattern.tree import (
    ANY,
    Characters,
    Choice,
    Item,
    Repeated,
    Sequence,
    is_nullable,
    repeated,
    together,
)

DEAD: Final = 0
"""The state from which nothing matches."""
FULL: Final = 1
"""The state from which everything matches."""
_A_UNIT: Final = 8  # characters of a text that are read while one step is made
_END: Final = 0  # the term that matches the empty string


class Automaton:
    """Of one pattern. `start` is a state, and `accepting` tells of each whether a text may end there.

    Characters that no set of the pattern tells apart are of one *kind*.
    """

    def __init__(self, items: Sequence, budget: Budget) -> None:
        self._budget = budget
        self._sets: dict[Characters, int] = {}
        self._heads: list[Item] = [ANY]  # of terms; the end has none
        self._tails: list[int] = [_END]
        self._open_terms = 1 << _END  # bits of those that match the empty string
        self._full_terms = 0  # of those that match everything
        self._alike_terms = 0  # of those that share their shape with another
        self._shapes: list[int] = [0]
        self._bounds: list[tuple[float, ...]] = [()]
        self._terms: dict[tuple[Item, int], int] = {}
        self._shape_numbers: dict[tuple[object, int], tuple[int, int]] = {}  # and the first term of each
        self._item_steps: dict[Item, list[tuple[int, Sequence]]] = {}
        self._steps_found: dict[int, list[tuple[int, int]]] = {}
        self._led: dict[tuple[int, int, int], int] = {}
        self._states: dict[int, int] = {}
        self._members: list[int] = []  # of states: the bits of their terms
        self._next: list[dict[int, int]] = []
        self._signatures: list[int] = []
        self._kinds: dict[int, int] = {}
        self._kind_of: dict[str, int] = {}
        self.accepting: list[bool] = []
        self._state(0)
        self._state(1 << self._term(Repeated(ANY, 0, None), _END))
        self._number_sets(items)
        self.start = self._state(self._reduced(1 << self._after(items, _END)))

    @property
    def sets(self) -> list[Characters]:
        """The sets of characters that the pattern tells apart."""
        return [*self._sets]

    @property
    def states(self) -> int:
        """How many states there are by now."""
        return len(self._members)

    def kind_of(self, character: str) -> int:
        """Its kind; the character is in lower case."""
        kind = self._kind_of.get(character)
        if kind is None:
            signature = sum(1 << number for found, number in self._sets.items() if found.has(character))
            kind = self._kind_of[character] = self.kind(signature)
        return kind

    def kind(self, signature: int) -> int:
        """The kind of the characters that are in just those of `sets` whose bits are set."""
        kind = self._kinds.setdefault(signature, len(self._signatures))
        if kind == len(self._signatures):
            self._signatures.append(signature)
        return kind

    def step(self, state: int, kind: int) -> int:
        """The state that a character of this kind leads to. Raises BudgetSpent."""
        known = self._next[state].get(kind)
        return self._made(state, kind) if known is None else known

    def matches(self, text: str) -> bool:
        """Whether all of the text matches; it is in lower case. Raises BudgetSpent."""
        self._budget.spend(len(text) // _A_UNIT)
        state, kinds, following = self.start, self._kind_of, self._next
        for character in text:
            kind = kinds.get(character)
            if kind is None:
                kind = self.kind_of(character)
            known = following[state].get(kind)
            state = self._made(state, kind) if known is None else known
            if state <= FULL:
                return state == FULL
        return self.accepting[state]

    def _made(self, state: int, kind: int) -> int:
        """A step that was never taken: what each eight terms lead to together is looked up."""
        members = self._members[state]
        eights = members.to_bytes((members.bit_length() + 7) // 8, "little")
        self._budget.spend(1 + len(eights))
        led = self._led
        found = 0
        for place, eight in enumerate(eights):
            if eight:
                after = led.get((place, eight, kind))
                found |= self._lead(place, eight, kind) if after is None else after
        made = self._state(self._reduced(found))
        self._next[state][kind] = made
        return made

    def _lead(self, place: int, eight: int, kind: int) -> int:
        """The terms that a character of this kind leads to from these."""
        signature = self._signatures[kind]
        found = 0
        for term in _bits(eight):
            for number, after in self._steps(place * 8 + term):
                if signature >> number & 1:
                    found |= 1 << after
        self._led[place, eight, kind] = found
        return found

    def _state(self, members: int) -> int:
        number = self._states.get(members)
        if number is None:
            number = self._states[members] = len(self._members)
            self._members.append(members)
            self._next.append({})
            self.accepting.append(members & self._open_terms != 0)
        return number

    def _reduced(self, terms: int) -> int:
        """Without terms that match nothing that another does not."""
        if terms & self._full_terms:
            return self._members[FULL]
        alike = terms & self._alike_terms
        if not alike or alike & (alike - 1) == 0:
            return terms
        by_shape: defaultdict[int, list[int]] = defaultdict(list)
        for term in _bits(alike):
            by_shape[self._shapes[term]].append(term)
        kept = terms ^ alike
        for group in by_shape.values():
            for term in group if len(group) == 1 else self._largest(group):
                kept |= 1 << term
        return kept

    def _largest(self, terms: Iterable[int]) -> list[int]:
        """Terms of one shape of which no other has all bounds as large."""
        kept: list[int] = []
        for term in sorted(terms, key=self._bounds.__getitem__, reverse=True):
            bounds = self._bounds[term]
            self._budget.spend(len(kept))
            if not any(_covers(self._bounds[other], bounds) for other in kept):
                kept.append(term)
        return kept

    def _steps(self, term: int) -> list[tuple[int, int]]:
        """What may come next: the number of a set of characters, and the term that is left behind it."""
        known = self._steps_found.get(term)
        if known is not None:
            return known
        distinct: dict[tuple[int, int], None] = {}
        at = term
        while at != _END:
            head, tail = self._heads[at], self._tails[at]
            for number, items in self._steps_into(head):
                distinct[number, self._after(items, tail)] = None
            if not is_nullable(head):
                break
            at = tail
        self._budget.spend(len(distinct))
        found = self._steps_found[term] = [*distinct]
        return found

    def _steps_into(self, item: Item) -> list[tuple[int, Sequence]]:
        """As `_steps`, with the items that are left of this one."""
        found = self._item_steps.get(item)
        if found is not None:
            return found
        match item:
            case Characters():
                found = [(self._sets[item], ())]
            case Repeated():
                most = None if item.most is None else item.most - 1
                again = repeated((item.item,), max(item.least - 1, 0), most)
                found = [(number, (*left, *again)) for number, left in self._steps_into(item.item)]
            case Choice():
                found = []
                for branch in item.branches:
                    for place, part in enumerate(branch):
                        rest = branch[place + 1 :]
                        found += [(number, (*left, *rest)) for number, left in self._steps_into(part)]
                        if not is_nullable(part):
                            break
        self._item_steps[item] = found
        self._budget.spend(len(found))
        return found

    def _after(self, items: Sequence, term: int) -> int:
        """The term of these items and then that one."""
        for item in reversed(items):
            term = self._term(item, term)
        return term

    def _term(self, head: Item, tail: int) -> int:
        number = self._terms.get((head, tail))
        if number is not None:
            return number
        joined = None if tail == _END else together(head, self._heads[tail])
        if joined is not None:
            number = self._term(joined, self._tails[tail])
        else:
            number = len(self._heads)
            self._heads.append(head)
            self._tails.append(tail)
            self._add_shape(number, head, tail)
            if is_nullable(head) and self._open_terms >> tail & 1:
                self._open_terms |= 1 << number
                if isinstance(head, Repeated) and (head.item, head.most) == (ANY, None):
                    self._full_terms |= 1 << number
        self._terms[head, tail] = number
        return number

    def _add_shape(self, number: int, head: Item, tail: int) -> None:
        """Terms differ by upper bounds alone if they have the same shape."""
        key: object = head
        bounds = self._bounds[tail]
        if isinstance(head, Repeated) and head.least == 0:
            key = (head.item,)
            bounds = (math.inf if head.most is None else head.most, *bounds)
        shape, first = self._shape_numbers.setdefault(
            (key, self._shapes[tail]), (len(self._shape_numbers) + 1, number)
        )
        if first != number:
            self._alike_terms |= 1 << first | 1 << number
        self._shapes.append(shape)
        self._bounds.append(bounds)

    def _number_sets(self, items: Sequence) -> None:
        waiting: list[Item] = [*items]
        while waiting:
            item = waiting.pop()
            match item:
                case Characters():
                    self._sets.setdefault(item, len(self._sets))
                case Repeated():
                    waiting.append(item.item)
                case Choice():
                    waiting += [inner for branch in item.branches for inner in branch]
        self._sets.setdefault(ANY, len(self._sets))


def _covers(larger: tuple[float, ...], smaller: tuple[float, ...]) -> bool:
    return all(map(ge, larger, smaller))


def _bits(number: int) -> Iterator[int]:
    """Places of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
