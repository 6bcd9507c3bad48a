"""Random images of a result: different ones, all of them alike."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.indexes import NOW, Library, Picture, libraries, makers, queries, unhurried

from polybooru.search.language.tree import And, Equals, Everything, Not


@unhurried
@given(libraries, makers, queries, st.integers(0, 30), st.integers())
def test_a_sample_is_of_the_result_and_as_large_as_it_can_be(library, make, query, count, seed):
    sample = make(library).sample(query, count, Random(seed), now=NOW, outside=library.outside)
    assert len(set(sample)) == len(sample) == min(count, len(library.matching(query)))
    assert set(sample) <= library.matching(query)


@pytest.mark.parametrize("hidden", [5, 60])
def test_each_image_is_drawn_about_as_often_as_any_other(hidden):
    library = Library(
        pictures={i: Picture(flags=frozenset({"deleted"} if i < hidden else ())) for i in range(100)}
    )
    index = library.put_singly()
    query = And((Everything(), Not(Equals("deleted", True))))
    rng = Random(1)
    drawn = Counter(
        image_id
        for _ in range(4_000)
        for image_id in index.sample(query, 2, rng, now=NOW, outside=library.outside)
    )
    expected = 8_000 / (100 - hidden)
    assert drawn.keys() == set(range(hidden, 100))
    assert max(drawn.values()) < expected + 5 * expected**0.5
    assert min(drawn.values()) > expected - 5 * expected**0.5


def test_a_negative_sample_is_refused():
    library = Library(pictures={1: Picture()})
    with pytest.raises(ValueError, match="a sample"):
        library.put_singly().sample(Everything(), -1, Random(1), now=NOW, outside=library.outside)
