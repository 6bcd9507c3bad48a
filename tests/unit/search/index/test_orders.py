"""Every order against `sorted()`, and walks through a library that changes under them."""

from decimal import Decimal
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.indexes import (
    NOW,
    Library,
    Picture,
    image_ids,
    libraries,
    makers,
    pictures,
    queries,
    thresholds,
    unhurried,
    wide,
)

from polybooru.search.index import AtRandom, ByGallery, ById, ByNumber, ByScore, ImageIndex
from polybooru.search.index.shuffle import ROUNDS, Shuffle
from polybooru.search.language.matcher import matches
from polybooru.search.language.tree import And, Boost, Equals, Everything, Not, Nothing, Or

galleries = st.lists(image_ids, unique=True, max_size=12)
orders = (
    st.builds(ById, st.booleans())
    | st.builds(ByNumber, st.sampled_from(["score", "ratio", "created_at"]), st.booleans())
    | st.builds(ByScore, st.booleans())
    | st.builds(ByGallery, galleries, st.booleans())
    | st.builds(AtRandom, st.integers())
)
boosted = st.recursive(
    st.builds(Equals, st.just("tag_id"), st.integers(0, 9)) | st.just(Everything()) | st.just(Nothing()),
    lambda children: (
        st.builds(Boost, st.sampled_from(["0", "0.5", "1.25", "2", "3"]), children)
        | st.builds(Or, st.lists(children, min_size=1, max_size=4).map(tuple))
        | st.builds(And, st.lists(children, min_size=1, max_size=3).map(tuple))
        | st.builds(Not, children)
    ),
    max_leaves=10,
)


def relevance(query, document, factor=Decimal(1)):
    match query:
        case Boost(written, child):
            return relevance(child, document, factor * Decimal(written))
        case And(children) | Or(children):
            return sum((relevance(child, document, factor) for child in children), Decimal(0))
        case Not():
            return Decimal(0)
        case leaf:
            return factor if matches(leaf, document, NOW) else Decimal(0)


def in_order(library: Library, query, order) -> list[int]:
    """What a search finds, in order, the plain way; all orders but the shuffled one."""
    found = sorted(library.matching(query))
    match order:
        case ById(descending):
            return sorted(found, reverse=descending)
        case ByNumber(column, descending):
            values = {i: library.pictures[i].numbers().get(column) for i in found}
            valued = sorted(((v, i) for i, v in values.items() if v is not None), reverse=descending)
            without = sorted((i for i, v in values.items() if v is None), reverse=descending)
            return [i for _, i in valued] + without
        case ByScore(descending):
            scored = [(relevance(query, library.document(i)), i) for i in found]
            return [i for _, i in sorted(scored, reverse=descending)]
        case ByGallery(ids, descending):
            inside = [i for i in ids if i in found]
            return (inside[::-1] if descending else inside) + [i for i in reversed(found) if i not in ids]
    raise AssertionError(order)


def search(index: ImageIndex, library: Library, query, order, **page):
    return index.search(query, order=order, now=NOW, outside=library.outside, **page)


def walk(index, library, query, order, limit):
    """All pages by cursor."""
    page = search(index, library, query, order, offset=0, limit=limit, continued=True)
    found = page.ids
    while page.last is not None:
        assert page.last.image_id == found[-1]
        page = search(index, library, query, order, offset=0, limit=limit, continued=True, after=page.last)
        found = found + page.ids
    return found


@unhurried
@given(libraries, makers, queries, orders, wide, st.integers(1, 7))
def test_pages_by_place_and_by_cursor_are_the_whole_in_order(library, make, query, order, images, limit):
    index = make(library)
    with thresholds(images):
        page = search(index, library, query, order, offset=0, limit=1_000)
        whole = page.ids
        assert page.total == len(whole)
        pages = [
            search(index, library, query, order, offset=offset, limit=limit).ids
            for offset in range(0, len(whole) + limit, limit)
        ]
        assert [*chain.from_iterable(pages)] == whole
        assert walk(index, library, query, order, limit) == whole
    if isinstance(order, AtRandom):
        assert sorted(whole) == sorted(library.matching(query))
    else:
        assert whole == in_order(library, query, order)


@unhurried
@given(libraries, makers, boosted, st.booleans(), st.sampled_from([1, 64]), st.integers(1, 7))
def test_relevance_is_the_sum_of_the_boosts_that_match(library, make, query, descending, classes, limit):
    order = ByScore(descending)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("polybooru.search.index.scores.most_classes", lambda _: classes)
        assert walk(make(library), library, query, order, limit) == in_order(library, query, order)


@unhurried
@given(
    libraries,
    orders.filter(lambda order: not isinstance(order, ByScore)),
    st.lists(st.tuples(image_ids, st.none() | pictures), max_size=8),
    wide,
    st.integers(1, 4),
)
def test_a_walk_neither_loses_nor_repeats_what_does_not_change(library, order, changes, images, limit):
    index = library.put_singly()
    untouched = library.pictures.keys() - {image_id for image_id, _ in changes}
    with thresholds(images):
        page = search(index, library, Everything(), order, offset=0, limit=limit, continued=True)
        found = page.ids
        while page.last is not None:
            if changes:
                apply(index, library, *changes.pop())
            page = search(
                index, library, Everything(), order, offset=0, limit=limit, continued=True, after=page.last
            )
            found = found + page.ids
    assert sorted(i for i in found if i in untouched) == sorted(untouched)


def apply(index: ImageIndex, library: Library, image_id: int, picture: Picture | None) -> None:
    if picture is None:
        library.pictures.pop(image_id, None)
        index.discard(image_id)
    else:
        library.pictures[image_id] = picture
        index.put(image_id, picture.entry())


def test_a_walk_through_a_gallery_goes_on_while_others_are_taken_out_of_it():
    library = Library(pictures={image_id: Picture() for image_id in range(1, 7)})
    index = library.put_singly()
    first = search(
        index,
        library,
        Everything(),
        ByGallery([4, 2, 6], places=[10, 20, 30]),
        offset=0,
        limit=2,
        continued=True,
    )
    assert first.ids == [4, 2]
    later = ByGallery([6], places=[30])
    rest = search(index, library, Everything(), later, offset=0, limit=9, continued=True, after=first.last)
    assert rest.ids == [6, 5, 4, 3, 2, 1]  # 4 and 2 have left the gallery: they are now among the others


def test_a_shuffle_stays_as_it_is_while_the_library_grows():
    library = Library(pictures={image_id: Picture() for image_id in range(1, 120)})
    index = library.put_singly()
    before = search(index, library, Everything(), AtRandom(7), offset=0, limit=500).ids
    for image_id in [120, 128, 1_000, 65_535, 65_536, 200_000, 2**20]:
        apply(index, library, image_id, Picture())
        after = search(index, library, Everything(), AtRandom(7), offset=0, limit=500).ids
        assert [i for i in after if i < 120] == before


@pytest.mark.parametrize("seed", [0, 1, -5, 2**70])
def test_a_round_knows_its_ids_and_an_id_its_round(seed):
    shuffle = Shuffle(seed)
    ids, places = shuffle.rounds(0, ROUNDS, 3)
    assert np.array_equal(np.sort(ids), np.arange(3 * ROUNDS))
    assert len(np.unique(places)) == len(places)
    assert np.array_equal(shuffle.places(ids), places)
    some = slice(None, None, 4_099)
    assert [*map(shuffle.place, ids[some].tolist())] == places[some].tolist()


def test_every_image_is_anywhere_about_as_often_as_any_other():
    ids = np.array([0, 1, 2, 3, 255, 256, 65_535, 65_536, 65_537, 131_072, 131_073, 196_607], np.uint32)
    rounds = 4_000
    placed = np.array([np.argsort(np.argsort(Shuffle(seed).places(ids))) for seed in range(rounds)])
    for row in placed.T:  # where one image comes among the twelve
        assert chi_squared(np.bincount(row, minlength=12)) < 35  # 11 degrees of freedom: 1 in 4,000
    for first in range(12):  # and which of two comes first
        for second in range(first):
            assert abs(int((placed[:, first] < placed[:, second]).sum()) - rounds / 2) < 4 * rounds**0.5 / 2


def test_neighbours_in_id_are_not_neighbours_in_the_shuffle():
    ids = np.arange(50_000, 60_000, dtype=np.uint32)
    for seed in range(20):
        places = np.argsort(np.argsort(Shuffle(seed).places(ids))).astype(float)
        together = np.corrcoef(places[:-1], places[1:])[0, 1]
        assert abs(together) < 0.05


def chi_squared(counts):
    expected = counts.sum() / len(counts)
    return float(((counts - expected) ** 2 / expected).sum())
