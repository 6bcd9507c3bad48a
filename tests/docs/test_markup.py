"""docs/reference/markup.md shows what markup really makes."""

import re

import pytest
from tests.docs.reference import code, rows, text_of

from polybooru.markup import render
from polybooru.markup.budget import MAX_DEPTH, MAX_STEPS

EXAMPLES = [row.cells for row in rows("markup.md") if row.heading == "Within a line" and "`" in row.cells[0]]


def plain(cell: str) -> str:
    return code(cell)[0].replace("\\|", "|")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda cells: plain(cells[0]))
def test_an_example_is_shown_as_it_says(example: tuple[str, ...]) -> None:
    made = render(plain(example[0])).html
    assert made == f'<div class="paragraph">{plain(example[1])}</div>\n'


def test_the_bounds_are_those_of_the_code() -> None:
    bounds = [int(found.replace(",", "")) for found in re.findall(r"at most ([\d,]+)", text_of("markup.md"))]
    assert bounds == [MAX_STEPS, MAX_DEPTH]
