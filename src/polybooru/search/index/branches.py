"""The branches of a prepared query: `And`, `Or` and `Not` over the leaves of `steps`.

What is there already (the images of a tag, a flag, a kept union) is no node in them but a set beside the leaf
that it answers: most searches are put together of such sets alone.

`And` makes the most of it: ready sets first, smallest first, then what has to be put together, then the
ranges, what is answered outside last of all; each step sees only what the earlier ones left. What is to be
left out is ready as a rule, and then only named: see `found`.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY
from polybooru.search.index.costs import walked
from polybooru.search.index.found import Found
from polybooru.search.index.plan import How, Step
from polybooru.search.index.postings import Few, Held, bitmap
from polybooru.search.index.steps import READY, SUBTRACTED, Node, Ready
from polybooru.search.language.tree import Query

SINGLY = 40
"""So few ids are looked for one by one, in less time than a bitmap of them takes."""
NARROW = 20_000
"""From so few images others are taken away at once."""

WIDE = 5_000
"""Beside so many images alternatives are joined first, rather than taken away one after the other."""

ReadyPart: TypeAlias = tuple[Query, Held]
"""A leaf and its images."""


class Complement:
    """`Not`."""

    __slots__ = ("_images", "child", "query", "rank", "size")

    def __init__(self, query: Query, images: BitMap, child: Node) -> None:
        self.query = query
        self.child = child
        self.rank = max(SUBTRACTED, child.rank)
        self.size = len(images) - child.size if child.rank == READY else len(images)
        self._images = images

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        return (self._images if within is None else within) - self.child.find(within)

    def cost(self, within: int | None) -> float:
        """See `Node`."""
        return self.child.cost(within) + self._own_cost(within)

    def steps(self, within: int | None, depth: int) -> Iterator[Step]:
        """See `Node`."""
        yield from self.child.steps(within, depth + 1)
        images = self.size if within is None else min(self.size, within)
        yield Step(
            how=How.SUBTRACT,
            query=self.query,
            depth=depth,
            images=images,
            microseconds=self._own_cost(within),
        )

    def _own_cost(self, within: int | None) -> float:
        everything = len(self._images)
        return walked(everything if within is None else within, everything)


class All:
    """`And`: what is in each of the ready sets and nodes and in none of `less`; it sorts them in place."""

    __slots__ = ("_images", "_less", "_made", "_ready", "query")

    def __init__(
        self, query: Query, images: BitMap, ready: list[ReadyPart], less: list[ReadyPart], made: list[Node]
    ) -> None:
        self.query = query
        self._images = images
        if len(ready) > 1:
            ready.sort(key=_images_of)
        if len(made) > 1:
            made.sort(key=_rank)
        self._ready, self._less, self._made = ready, less, made

    @property
    def rank(self) -> int:
        """See `Node`."""
        return max((SUBTRACTED if self._less else READY, *map(_rank, self._made)))

    @property
    def size(self) -> int:
        """See `Node`."""
        everything = len(self._images)
        most = min([everything, *map(_images_of, self._ready), *(node.size for node in self._made)])
        return min([most, *(everything - _images_of(part) for part in self._less)])

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        return self.found(within).bitmap()

    def found(self, within: BitMap | None, without: BitMap = EMPTY) -> Found:
        """Its images that are not in `without`, not copied where that can wait."""
        left = self._common(within)
        less = [bitmap(images) for _, images in self._less] if self._less else []
        if without:
            less.append(without)
        if self._made:
            if less and left is not None and len(left) < NARROW:
                left, less = _subtracted(left, less), []
            for node in self._made:
                if left is not None and not left:
                    return Found(EMPTY)
                left = node.find(left)
        if left is None:
            left = self._images
        if len(less) > 1:
            if len(left) < NARROW:
                left, less = _subtracted(left, less), []
            else:
                less = [BitMap.union(*less)]
        return Found(left, *less)

    def cost(self, within: int | None) -> float:
        """See `Node`."""
        return sum(part.cost(beside) + own for part, _, beside, own in self._taken(within))

    def steps(self, within: int | None, depth: int) -> Iterator[Step]:
        """See `Node`."""
        everything = len(self._images)
        left = everything if within is None else within
        for part, less, beside, own in self._taken(within):
            yield from part.steps(beside, depth + 1)
            left = left if less else min(left, part.size)
            yield Step(
                how=How.SUBTRACT if less else How.INTERSECT,
                query=self.query,
                depth=depth,
                images=left,
                microseconds=own,
            )

    def _taken(self, within: int | None) -> Iterator[tuple[Node, bool, int | None, float]]:
        """The parts in order.

        Each with whether it is subtracted, beside how many images it is asked, and what it costs to apply it.
        """
        everything = len(self._images)
        left = within
        for ready in map(Ready.of, self._ready):
            yield ready, False, left, 0.0 if left is None else walked(min(left, ready.size), everything)
            left = ready.size if left is None else min(left, ready.size)
        at_once = left is not None and left < NARROW
        for less in map(Ready.of, self._less if at_once else ()):
            yield less, True, left, walked(left or 0, everything)
        for node in self._made:
            own = walked(everything if left is None else left, everything)
            if isinstance(node, Complement):
                yield node.child, True, left, own
                continue
            yield node, False, left, 0.0 if left is None else own
            left = node.size if left is None else min(left, node.size)
        for less in map(Ready.of, () if at_once else self._less):
            yield less, True, left, walked(min(everything if left is None else left, less.size), everything)

    def _common(self, within: BitMap | None) -> BitMap | None:
        """What the ready ones have in common; None where there are none."""
        left, is_own = within, False  # the first set may belong to the index
        for _, images in self._ready:
            if left is None:
                if not isinstance(images, BitMap) and len(images) <= SINGLY:
                    return _in_all(images, [others for _, others in self._ready[1:]])
                left = bitmap(images)
            elif not left:
                break
            elif is_own:
                left &= bitmap(images)
            else:
                left, is_own = left & bitmap(images), True
        return left


class Any:
    """`Or`."""

    __slots__ = ("_images", "_made", "_ready", "query")

    def __init__(self, query: Query, images: BitMap, ready: list[ReadyPart], made: list[Node]) -> None:
        self.query = query
        self._images = images
        self._ready, self._made = ready, made

    @property
    def rank(self) -> int:
        """See `Node`."""
        return max((READY, *map(_rank, self._made)))

    @property
    def size(self) -> int:
        """See `Node`."""
        return min(len(self._images), sum(node.size for node in self._nodes()))

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        sets = [bitmap(images) for _, images in self._ready]
        if within is None:
            return _joined([*sets, *(node.find(None) for node in self._made)])
        if len(within) >= WIDE and not self._made:
            return _joined(sets) & within
        rest = within  # each looks only at what the others left
        for images in sets:
            rest = rest - images
        for node in self._made:
            rest = rest - node.find(rest)
        return within - rest

    def cost(self, within: int | None) -> float:
        """See `Node`."""
        return sum(child.cost(within) for child in self._nodes()) + self._own_cost(within)

    def steps(self, within: int | None, depth: int) -> Iterator[Step]:
        """See `Node`."""
        for child in self._nodes():
            yield from child.steps(within, depth + 1)
        images = self.size if within is None else min(self.size, within)
        yield Step(
            how=How.JOIN, query=self.query, depth=depth, images=images, microseconds=self._own_cost(within)
        )

    def _own_cost(self, within: int | None) -> float:
        everything = len(self._images)
        sizes = [child.size if within is None else min(child.size, within) for child in self._nodes()]
        return sum(walked(size, everything) for size in sizes)

    def _nodes(self) -> Sequence[Node]:
        return [*map(Ready.of, self._ready), *self._made]


def _in_all(ids: Few, sets: Sequence[Held]) -> BitMap:
    """Those of a few ids that are in each of the sets: to look for each takes less than to make a bitmap."""
    left: Sequence[int] = ids
    for images in sets:
        members = images if isinstance(images, BitMap) else set(images)
        left = [image_id for image_id in left if image_id in members]
    return BitMap(left)


def _joined(sets: list[BitMap]) -> BitMap:
    """A new set, or the only one; sorts them in place."""
    sets.sort(key=len, reverse=True)
    union = sets[0]
    for number, images in enumerate(sets[1:]):
        if number:
            union |= images
        else:
            union = union | images  # a new one: the first may belong to the index
    return union


def _subtracted(images: BitMap, less: Sequence[BitMap]) -> BitMap:
    """A new set: the first may belong to the index."""
    left = images - less[0]
    for others in less[1:]:
        left -= others
    return left


def _images_of(part: ReadyPart) -> int:
    return len(part[1])


def _rank(node: Node) -> int:
    return node.rank
