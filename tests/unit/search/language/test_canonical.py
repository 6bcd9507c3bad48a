"""Values in the canonical text; its shape is tested with the parser."""

from datetime import UTC, datetime, timedelta

import pytest

from polybooru.search.language.canonical import show
from polybooru.search.language.tree import Ago, Bound, Equals, Range


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (1.0, "1"),
        (-0.5, "-0.5"),
        (1.25, "1.25"),
        (1e22, "10000000000000000000000"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (False, "false"),
        ('say "hi" \\ bye', r'"say \"hi\" \\ bye"'),
        ("", '""'),
    ],
)
def test_values(value, text):
    assert show(Equals("field", value)) == f"(eq field {text})"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2019, 7, 4, 13, 45, 10, tzinfo=UTC), "2019-07-04T13:45:10Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime.max.replace(tzinfo=UTC), "10000-01-01T00:00:00Z"),
        (datetime.max.replace(tzinfo=UTC) - timedelta(seconds=1), "9999-12-31T23:59:58Z"),
        (Ago(90), "now-90s"),
    ],
)
def test_moments(moment, text):
    assert show(Range("at", Bound(moment, inclusive=False))) == f"(range at (gt {text}))"


def test_the_lower_bound_comes_first():
    both = Range("score", Bound(1, inclusive=True), Bound(2.5, inclusive=False))
    assert show(both) == "(range score (gte 1) (lt 2.5))"
