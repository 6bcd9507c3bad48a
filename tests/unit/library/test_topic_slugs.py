"""Titles as they stand in addresses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.library.topics import topic_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ask the mods anything!", "ask-the-mods-anything"),
        ("  --A  B--  ", "a-b"),
        ("C++ / C#", "c-c"),
        ("Été 2024", "t-2024"),
        ("naïve", "nave"),
        ("日本語のみ", "topic"),
        ("!!!!", "topic"),
        ("a\tb", "ab"),
        ("../../etc/passwd", "etc-passwd"),
        ("K\u212alvin \u0130stanbul", "klvin-stanbul"),
    ],
)
def test_a_slug_is_what_is_left_of_the_title(title: str, slug: str) -> None:
    assert topic_slug(title) == slug


@given(st.text(st.characters(), max_size=40))
def test_a_slug_is_safe_in_an_address(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", topic_slug(title))
