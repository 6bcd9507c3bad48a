"""A million pairs of a query and an image: the index and the matcher say the same of each.

Queries are texts over all fields that a caller can have. `tests/unit/search/index` does the same with trees
over a shape of its own, and with changes between the queries; `bench/query_fuzz.py` asks many more.
"""

import random
from collections.abc import Callable, Iterator

import pytest
from tests.queries import QueryMaker
from tests.samples import FIELDS, NOW, Samples
from tests.unit.search.index.test_agrees_with_matcher import thresholds

from polybooru.search.index import ImageIndex
from polybooru.search.language.fields import QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import (
    And,
    Boost,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Not,
    Or,
    Phrase,
    Query,
    Range,
    Wildcard,
)

WIDE = Limits(wildcards=64, fuzzy_terms=64, ranges=64)


def agreed(samples: Samples, index: ImageIndex, make: Callable[[], str], count: int) -> set[tuple[type, str]]:
    """Types and fields of the leaves of such of the queries as found some images but not all."""
    seen: set[tuple[type, str]] = set()
    while count:
        text = make()
        try:
            query = parse(text, FIELDS, WIDE)
        except QueryError:
            continue
        found = set(index.select(query, now=NOW, outside=samples.outside))
        assert found == samples.matching(query), text
        if 0 < len(found) < len(samples.images):
            seen |= {(type(leaf), getattr(leaf, "field", "")) for leaf in leaves(query)}
        count -= 1
    return seen


def leaves(query: Query) -> Iterator[Query]:
    match query:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Not(child) | Boost(_, child):
            yield from leaves(child)
        case _:
            yield query


def test_the_index_and_the_matcher_agree_on_queries_over_every_field():
    samples = Samples(50, seed=1)
    maker = QueryMaker(random.Random(2), FIELDS, samples.known())
    agreed(samples, samples.index(), maker.query, 250)


def test_the_index_and_the_matcher_agree_on_what_is_left_of_broken_texts():
    samples = Samples(20, seed=4)
    maker = QueryMaker(random.Random(5), FIELDS, samples.known())
    agreed(samples, samples.index(), maker.hostile, 500)


@pytest.mark.slow
@pytest.mark.parametrize("wide_from", [1_000_000, 100])
def test_the_index_and_the_matcher_agree_on_a_million_pairs(wide_from):
    """Half of the queries go the ways of a large library: it begins at so many images."""
    samples = Samples(1_000, seed=3)
    with thresholds(wide_from):
        index = samples.index()
        maker = QueryMaker(random.Random(wide_from), FIELDS, samples.known())
        seen = agreed(samples, index, lambda: maker.query(depth=2), 500)
    assert {kind for kind, _ in seen} >= {Equals, Range, Wildcard, Fuzzy, Phrase, InGallery, Everything}
    written = set(samples.known()) - {"gallery_id", "filter_id", "my"}
    assert {field for _, field in seen} >= written
