"""The branches of a prepared query: `And`, `Or` and `Not` over the leaves of `steps`.

`And` makes the most of it: ready bitmaps first, smallest first, then what has to be put together, then the
ranges, what is answered outside last of all; each step sees only what the earlier ones left. What is to be
left out of a wide result and is ready is only named: see `found`.
"""

from collections.abc import Iterator, Sequence

from pyroaring import BitMap

from polybooru.search.index.bitmaps import EMPTY
from polybooru.search.index.costs import walked
from polybooru.search.index.found import Found
from polybooru.search.index.plan import How, Step
from polybooru.search.index.steps import READY, SUBTRACTED, Few, Node, Ready
from polybooru.search.language.tree import Query

NARROW = 20_000
"""From so few images others are taken away at once."""

SINGLE = 100
"""So few images are looked for one by one."""


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
    """`And`."""

    __slots__ = ("_images", "_less", "_made", "_ready", "query", "rank", "size")

    def __init__(self, query: Query, images: BitMap, children: Sequence[Node]) -> None:
        self.query = query
        self._images = images
        ready: list[Ready | Few] = []
        less: list[Ready | Few] = []
        made: list[Node] = []
        rank, size = READY, len(images)
        for child in children:
            rank, size = max(rank, child.rank), min(size, child.size)
            if isinstance(child, (Ready, Few)):
                ready.append(child)
            elif isinstance(child, Complement) and isinstance(child.child, (Ready, Few)):
                if child.child.size:
                    less.append(child.child)
            else:
                made.append(child)
        if len(ready) > 1:
            ready.sort(key=_size)
        if len(made) > 1:
            made.sort(key=_rank)
        self._ready, self._less, self._made = ready, less, made
        self.rank = rank
        self.size = size

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        return self.found(within).bitmap()

    def found(self, within: BitMap | None, without: BitMap = EMPTY) -> Found:
        """Its images that are not in `without`, not copied where that can wait; right inside `within`."""
        left = self._common(within)
        less = [node.bitmap for node in self._less]
        if without:
            less.append(without)
        subtracted = left is not None and len(left) < NARROW
        if subtracted and left is not None:
            for number, images in enumerate(less):
                if number:
                    left -= images
                else:
                    left = left - images  # a new one: the first may belong to the index
        for node in self._made:
            if left is not None and not left:
                return Found(EMPTY)
            left = self._narrowed(left, node)
        if left is None:
            left = self._images
        if subtracted or not less:
            return Found(left)
        if len(less) == 1:
            return Found(left, less[0])
        several = BitMap.union(*[images & left for images in less])
        return Found(left, several, len(several))

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
        for ready in self._ready:
            yield ready, False, left, 0.0 if left is None else walked(min(left, ready.size), everything)
            left = ready.size if left is None else min(left, ready.size)
        at_once = left is not None and left < NARROW
        for less in self._less if at_once else ():
            yield less, True, left, walked(left or 0, everything)
        for node in self._made:
            own = walked(everything if left is None else left, everything)
            if isinstance(node, Complement):
                yield node.child, True, left, own
                continue
            yield node, False, left, 0.0 if left is None else own
            left = node.size if left is None else min(left, node.size)
        for less in () if at_once else self._less:
            yield less, True, left, walked(min(everything if left is None else left, less.size), everything)

    def _common(self, within: BitMap | None) -> BitMap | None:
        """What the ready ones have in common; None where there are none."""
        if not self._ready:
            return within
        first, *rest = self._ready
        if within is None and isinstance(first, Few) and first.size <= SINGLE:
            ids: Sequence[int] = first.ids
            for node in rest:
                others = set(node.ids) if isinstance(node, Few) else node.bitmap
                ids = [image_id for image_id in ids if image_id in others]
            return BitMap(ids)
        left = first.bitmap if within is None else within & first.bitmap
        for number, node in enumerate(rest):
            if not left:
                break
            if number:
                left &= node.bitmap
            else:
                left = left & node.bitmap  # a new one: the first may belong to the index
        return left

    def _narrowed(self, left: BitMap | None, node: Node) -> BitMap:
        if isinstance(node, Complement):
            return (self._images if left is None else left) - node.child.find(left)
        found = node.find(left)
        return found if left is None else left & found


class Any:
    """`Or`."""

    __slots__ = ("_children", "_images", "query", "rank", "size")

    def __init__(self, query: Query, images: BitMap, children: Sequence[Node]) -> None:
        self.query = query
        self._images = images
        self._children = children
        self.rank = max(child.rank for child in children)
        self.size = min(len(images), sum(child.size for child in children))

    def find(self, within: BitMap | None) -> BitMap:
        """See `Node`."""
        found = [child.find(within) for child in self._children]
        if within is not None and sum(map(len, found)) > 4 * len(within):
            found = [bitmap & within for bitmap in found]
        return BitMap.union(EMPTY, *found)

    def cost(self, within: int | None) -> float:
        """See `Node`."""
        return sum(child.cost(within) for child in self._children) + self._own_cost(within)

    def steps(self, within: int | None, depth: int) -> Iterator[Step]:
        """See `Node`."""
        for child in self._children:
            yield from child.steps(within, depth + 1)
        images = self.size if within is None else min(self.size, within)
        yield Step(
            how=How.JOIN, query=self.query, depth=depth, images=images, microseconds=self._own_cost(within)
        )

    def _own_cost(self, within: int | None) -> float:
        everything = len(self._images)
        sizes = [child.size if within is None else min(child.size, within) for child in self._children]
        return sum(walked(size, everything) for size in sizes)


def _size(node: Node) -> int:
    return node.size


def _rank(node: Node) -> int:
    return node.rank
