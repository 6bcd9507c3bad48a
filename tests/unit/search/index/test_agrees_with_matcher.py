"""The index against the slow matcher: the same images for every tree, however the library came to be.

The wide paths (buckets, walks through the shuffle) begin at tens of thousands of images; the tests lower
those thresholds, so that a library of 25 has them too.
"""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.indexes import (
    NOW,
    Library,
    image_ids,
    libraries,
    makers,
    names,
    pictures,
    queries,
    ratios,
    scores,
    thresholds,
    unhurried,
    wide,
)

from polybooru.search.index import ByNumber, ImageIndex
from polybooru.search.language.tree import Everything


def selected(index: ImageIndex, library: Library, query, within=None) -> set[int]:
    return set(index.select(query, now=NOW, outside=library.outside, within=within))


@unhurried
@given(libraries, makers, queries, wide)
def test_a_query_selects_what_the_matcher_matches(library, make, query, images):
    with thresholds(images):
        assert selected(make(library), library, query) == library.matching(query)


@unhurried
@given(libraries, makers, queries, wide, st.frozensets(image_ids))
def test_a_query_within_few_images_selects_those_of_them_that_match(library, make, query, images, few_ids):
    within = BitMap(few_ids & library.pictures.keys())
    with thresholds(images):
        assert selected(make(library), library, query, within) == library.matching(query) & set(within)


def put(image_id, picture):
    def change(library, index):
        library.pictures[image_id] = picture
        index.put(image_id, picture.entry())

    return change


def discard(image_id):
    def change(library, index):
        library.pictures.pop(image_id, None)
        index.discard(image_id)

    return change


def set_tag(image_id, tag, present):
    def change(library, index):
        picture = library.pictures.get(image_id)
        if picture is not None:
            tags = picture.tags | {tag} if present else picture.tags - {tag}
            library.pictures[image_id] = replace(picture, tags=tags)
            index.set_member("tag", tag, image_id, present=present)

    return change


def set_number(image_id, name, value):
    def change(library, index):
        picture = library.pictures.get(image_id)
        if picture is not None:
            library.pictures[image_id] = replace(picture, **{name: value})
            index.set_number(name, image_id, value)

    return change


def name_tag(tag, texts):
    def change(library, index):
        library.tag_names[tag] = texts
        index.name("tag", tag, texts)

    return change


changes = (
    st.builds(put, image_ids, pictures)
    | st.builds(discard, image_ids)
    | st.builds(set_tag, image_ids, st.integers(0, 9), st.booleans())
    | st.builds(set_number, image_ids, st.sampled_from(["score", "size"]), st.none() | scores)
    | st.builds(set_number, image_ids, st.just("ratio"), st.none() | ratios)
    | st.builds(name_tag, st.integers(0, 9), names)
)
Change = Callable[[Library, ImageIndex], None]


@unhurried
@given(libraries, makers, st.lists(queries, min_size=1, max_size=4), st.lists(changes, max_size=12), wide)
def test_an_index_follows_every_change(library, make, asked, following, images):
    with thresholds(images):
        index = make(library)
        index.warm()
        for change in following:
            for query in asked:  # fills what is kept between searches
                selected(index, library, query)
            change(library, index)
            assert set(index.ids) == library.pictures.keys()
            for query in asked:
                assert selected(index, library, query) == library.matching(query)
            check_order(index, library, "score", descending=True)


def check_order(index, library, column, *, descending):
    valued = [
        (picture.numbers()[column], image_id)
        for image_id, picture in library.pictures.items()
        if column in picture.numbers()
    ]
    without = [i for i, picture in library.pictures.items() if column not in picture.numbers()]
    wanted = [i for _, i in sorted(valued, reverse=descending)] + sorted(without, reverse=descending)
    assert pages(index, library, Everything(), ByNumber(column, descending), 3) == wanted


def pages(index, library, query, order, limit):
    found: list[int] = []
    for offset in range(0, len(library.pictures) + limit, limit):
        page = index.search(query, order=order, offset=offset, limit=limit, now=NOW, outside=library.outside)
        assert page.total == len(library.matching(query))
        assert len(page.ids) == max(0, min(limit, page.total - offset))
        found += page.ids
    return found
