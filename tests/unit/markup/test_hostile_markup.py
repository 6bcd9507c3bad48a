"""Whatever people write, a page shows letters, and elements from a short list."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.markup.hostile import HOSTILE
from tests.unit.markup.safety import faults

from polybooru.markup import references, render, show

SIGNS = r"""
    * ** _ __ ~ ~~ ^ | || ` ``` > >> >>1 >>2t [ ] ( ) ]( ![ < > </ <b <a <!-- --> " ' & &lt; &#60; \ # - 1. :
    |-| http:// javascript: // @ a.b mailto: {x}
    """.split()  # noqa: SIM905
BLANKS = ["\n", "\n\n", " ", "    ", "\t", "a", "\ufdd0", "\ufdd1", "\u202e", "\0", "é", "\U0001f600"]
PARTS = st.sampled_from(SIGNS + BLANKS)
WRITTEN = st.one_of(st.text(), st.lists(PARTS, max_size=60).map("".join))


@pytest.mark.parametrize("start", range(0, len(HOSTILE), 100))
def test_no_known_trick_comes_through(start: int) -> None:
    found = {text: faults(render(text).html) for text in HOSTILE[start : start + 100]}
    assert {text: wrong for text, wrong in found.items() if wrong} == {}


@given(WRITTEN)
def test_nothing_written_comes_through(text: str) -> None:
    assert faults(render(text).html) == []


@given(WRITTEN)
def test_a_reference_is_made_by_its_sign_alone(text: str) -> None:
    made = render(text)
    assert {found.image_id for found in references([made.html])} <= {
        int(number) for number in re.findall(r">>([1-9][0-9]*)", html.unescape(text.replace("\\", "")))
    } | {int(number) for number in re.findall(r"[1-9][0-9]*", text)}
    assert faults(show(made.html, lambda _: None)) == []


@given(WRITTEN)
def test_the_same_text_is_always_the_same_html(text: str) -> None:
    assert render(text) == render(text)


@pytest.mark.parametrize(
    "text", ["\ud800", "a\udfffb", "\0", "\r\n", "\r", "", " ", "\n", "\ufeff", "\u2028"]
)
def test_odd_characters_are_no_error(text: str) -> None:
    assert faults(render(text).html) == []


def test_letters_stay_what_they_are() -> None:
    text = "<script>alert('x')</script> & <b>"
    shown = re.sub(r"<[^>]+>", "", render(text).html)
    assert html.unescape(shown).strip() == text.replace("'", "\u2018", 1).replace("'", "\u2019")
