"""Broken, odd and expensive texts: a tree or a QueryError, never another exception.

`bench/query_fuzz.py` reads hundreds of thousands of them, and tells how long the longest takes.
"""

import random
from contextlib import suppress

import pytest
from tests.queries import HOSTILE, QueryMaker
from tests.samples import FIELDS, Samples

from polybooru.library.image_fields import Viewer, image_fields
from polybooru.search.language.canonical import show
from polybooru.search.language.fields import Fields, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.parser import parse
from polybooru.search.language.tree import Query

ANYBODY = image_fields(Viewer())


def verdict(text: str, fields: Fields) -> Query | QueryError:
    try:
        return parse(text, fields)
    except QueryError as error:
        return error


def is_read(text: str) -> bool:
    """Whether it is a query; if not, that it is refused as it should be. As staff and as anybody."""
    verdicts = [verdict(text, FIELDS), verdict(text, ANYBODY)]
    for found in verdicts:
        if isinstance(found, QueryError):
            assert found.message
            assert found.column is None or 0 <= found.column <= len(text)
        else:
            assert show(found)
    return not isinstance(verdicts[0], QueryError)


def test_generated_texts_are_read_or_refused():
    maker = QueryMaker(random.Random(1), FIELDS, Samples(30, seed=1).known())
    read = sum(is_read(maker.hostile()) for _ in range(4_000))
    assert 1_000 < read < 3_000  # both ways are taken often


@pytest.mark.parametrize("unit", HOSTILE)
def test_long_repetitions_are_read_or_refused(unit):
    for length in (1, 2, 3, 4_095, 4_096):
        is_read((unit * length)[:length])
        is_read("a" + (unit * length)[: length - 1])


def test_wide_limits_do_not_let_long_texts_through_to_another_exception():
    wide = Limits(text_bytes=10**6, tokens=10**6, nesting=10**6, clauses=10**6, wildcards=10**6, ranges=10**6)
    for unit in HOSTILE:
        with suppress(QueryError):
            parse(unit * 2_000, FIELDS, wide)
