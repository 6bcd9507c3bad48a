"""A plan tells what a search does, and costs what `cost` says."""

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.indexes import NOW, Library, Picture, libraries, makers, queries, thresholds, unhurried, wide

from polybooru.search.index import AtRandom, ByGallery, ById, ByNumber, ByScore, How, ImageIndex
from polybooru.search.language.tree import (
    And,
    Boost,
    Bound,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Not,
    Or,
    Query,
    Range,
    Wildcard,
)

orders = st.sampled_from(
    [
        ById(),
        ByNumber("score"),
        ByNumber("ratio", descending=False),
        AtRandom(1),
        ByScore(),
        ByGallery([1, 2]),
    ]
)


@unhurried
@given(libraries, makers, queries, orders, wide, st.integers(0, 50))
def test_a_plan_costs_what_cost_says_and_nothing_is_computed_for_it(
    library, make, query, order, images, offset
):
    index = make(library)
    asked = {"order": order, "offset": offset, "limit": 5, "now": NOW}
    with thresholds(images):
        plan = index.plan(query, **asked)
        assert index.cost(query, **asked) == pytest.approx(plan.microseconds)
    assert all(step.microseconds >= 0 and isfinite(step.microseconds) for step in plan.steps)
    assert plan.steps[-1].query is None
    found = index.search(query, outside=library.outside, **asked).total
    assert found <= max(step.images for step in plan.steps[-2:])


def library_of(count: int) -> ImageIndex:
    pictures = {
        i: Picture(
            score=i,
            tags=frozenset({0, 1} if i % 2 else {2}),
            flags=frozenset({"deleted"} if i % 5 == 0 else ()),
        )
        for i in range(count)
    }
    return Library(pictures=pictures, tag_names={0: ("hat",), 1: ("hot",), 2: ("hut",)}).loaded()


def ways(index: ImageIndex, query: Query, order=ById()) -> list[How]:  # noqa: B008 — a frozen value
    return [step.how for step in index.plan(query, order=order, offset=0, limit=5, now=NOW).steps]


HIGH = Range("score", Bound(10, inclusive=True))


def test_each_way_to_find_images_is_told():
    index = library_of(2_000)
    assert ways(index, Equals("tag", "hat")) == [How.READY, How.SLICE]
    assert ways(index, InGallery(3)) == [How.READY, How.SLICE]
    assert ways(index, Not(Equals("tag", "hat"))) == [How.READY, How.SUBTRACT, How.SLICE]
    assert ways(index, Or((Equals("tag", "hat"), HIGH))) == [How.READY, How.BUCKETS, How.JOIN, How.SLICE]
    assert ways(index, Wildcard("tag", "h*t")) == [How.PATTERN, How.SLICE]
    assert ways(index, Range("id", Bound(10, inclusive=True))) == [How.IDS, How.SLICE]
    assert ways(index, Equals("sha512_hash", "aa"), ByScore()) == [How.OUTSIDE, How.SCORE]


def test_what_the_earlier_steps_leave_decides_the_later_ones():
    index = library_of(2_000)
    query = And((HIGH, Not(Equals("deleted", True)), Equals("tag", "hat")))
    read = [How.READY, How.INTERSECT, How.READY, How.SUBTRACT, How.GATHER, How.INTERSECT, How.SORT]
    assert ways(index, query, ByNumber("score")) == read
    with thresholds(5):
        wide = [How.READY, How.INTERSECT, How.BUCKETS, How.INTERSECT, How.READY, How.SUBTRACT, How.BUCKETS]
        assert ways(index, query, ByNumber("score")) == wide


def test_ranges_of_one_column_are_one_interval():
    index = library_of(2_000)
    low = Range("score", upper=Bound(20, inclusive=False))
    wide = Range("ratio", Bound(1, inclusive=True))
    narrow = And((HIGH, wide, low, Range("score", Bound(15, inclusive=True))))
    steps = index.plan(narrow, order=ById(), offset=0, limit=5, now=NOW).steps
    ranges = [step.query for step in steps if step.how in {How.BUCKETS, How.GATHER}]
    assert ranges == [And((HIGH, low, Range("score", Bound(15, inclusive=True)))), wide]
    asked = {"order": ById(descending=False), "offset": 0, "limit": 50, "now": NOW}
    found = index.search(And((HIGH, low)), outside=lambda _: index.ids, **asked)
    assert found.ids == list(range(10, 20))
    assert index.search(And((low, Not(low))), outside=lambda _: index.ids, **asked).ids == []
    never = And((HIGH, Range("score", upper=Bound(5, inclusive=True))))
    assert index.search(never, outside=lambda _: index.ids, **asked).ids == []


def test_what_is_kept_costs_next_to_nothing():
    index = library_of(2_000)
    for query in (Wildcard("tag", "h*t"), HIGH, Or(tuple(Equals("tag", name) for name in "abcdefgh"))):
        before = index.cost(query, order=ById(), offset=0, limit=5, now=NOW)
        index.search(query, order=ById(), offset=0, limit=5, now=NOW, outside=lambda _: index.ids)
        assert ways(index, query)[0] is How.KEPT
        assert index.cost(query, order=ById(), offset=0, limit=5, now=NOW) < before


def test_dear_searches_are_told_from_cheap_ones():
    index = library_of(2_000)
    cheap = index.cost(Equals("tag", "hat"), order=ById(), offset=0, limit=5, now=NOW)
    boosted = Or(tuple(Equals("tag_id", key) for key in range(400)))
    assert index.cost(boosted, order=ByScore(), offset=0, limit=5, now=NOW) > 100 * cheap
    assert index.cost(Everything(), order=ByNumber("score"), offset=1_999, limit=1, now=NOW) > cheap


def test_relevance_costs_the_finding_of_the_leaves_again_and_more_for_every_class():
    index = library_of(2_000)

    def cost(query: Query, order=ByScore()) -> float:  # noqa: B008 — a frozen value
        return index.cost(query, order=order, offset=0, limit=5, now=NOW)

    ranges = Or(tuple(Range("score", Bound(number, inclusive=True)) for number in range(20)))
    assert cost(ranges) > 2 * cost(ranges, ById())
    equal = Or((Equals("tag", "hat"), Equals("tag", "hot"), Equals("tag", "hut")) * 4)
    unequal = Or(tuple(Boost(str(2**place), leaf) for place, leaf in enumerate(equal.children)))
    assert cost(unequal) > cost(equal) > cost(equal, ById())


def test_a_misspelling_costs_what_the_names_of_its_length_do():
    names = {key: (f"name {key:06}",) for key in range(5_000)}
    index = Library(pictures={1: Picture()}, tag_names=names).loaded()

    def cost(text: str) -> float:
        return index.cost(Fuzzy("tag", text, 2.0), order=ById(), offset=0, limit=5, now=NOW)

    assert cost("name 000001") > 3 * cost("name")
