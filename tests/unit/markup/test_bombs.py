"""Texts made to be dear cost no more than the budget, and what costs is counted.

Work is measured as calls of Python functions, which are the same on every machine.
"""

import sys
from contextlib import suppress

import pytest
from tests.unit.markup.bombs import BOMBS, Family
from tests.unit.markup.safety import faults

from polybooru.markup import render
from polybooru.markup.budget import MAX_STEPS, OverBudget, Parsing
from polybooru.markup.parser import parser

DESCRIPTION_BYTES = 50_000  # the longest text that is rendered
CALLS_A_STEP, CALLS_A_LETTER = 60, 25


def calls(text: str) -> int:
    """How many functions one rendering calls."""
    number = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        render(text)
    finally:
        sys.setprofile(None)
    return number


def steps(text: str) -> int:
    parsing = Parsing()
    with suppress(OverBudget):
        parser().render(text, parsing.environment())
    return MAX_STEPS - parsing.steps


@pytest.mark.slow
@pytest.mark.parametrize("family", BOMBS.values(), ids=BOMBS)
def test_what_costs_is_counted(family: Family) -> None:
    for size_bytes in (1_000, 4_000):
        text = family(size_bytes)
        assert calls(text) <= CALLS_A_STEP * (steps(text) + 20) + CALLS_A_LETTER * len(text)


@pytest.mark.slow
@pytest.mark.parametrize("family", BOMBS.values(), ids=BOMBS)
def test_the_longest_text_stays_within_the_budget(family: Family) -> None:
    made = render(family(DESCRIPTION_BYTES))
    assert faults(made.html) == []
    assert len(made.html) <= 16 * DESCRIPTION_BYTES
    assert made.is_plain or steps(family(DESCRIPTION_BYTES)) <= MAX_STEPS


def test_a_text_over_budget_is_shown_as_it_was_written() -> None:
    made = render(BOMBS["wide table"](20_000) + "\n<b>http://a.b</b>")
    assert (made.is_plain, made.has_external_links) == (True, True)
    assert "&lt;b&gt;http://a.b&lt;/b&gt;" in made.html
    assert made.html.startswith('<div class="paragraph">|a|a')


def test_a_deep_text_is_shown_as_it_was_written() -> None:
    assert render("||a " * 70 + " b||" * 70).is_plain
    assert not render("||a " * 40 + " b||" * 40).is_plain


def test_a_long_plain_text_is_within_the_budget() -> None:
    text = "Some *words* of a [story](https://a.b), with >>12 in it, and so on.\n\n" * 280
    assert not render(text).is_plain
