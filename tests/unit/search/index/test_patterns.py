"""Wildcards and edit distance over many names agree with the plain ones of the language, and stay cheap."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polybooru.search.index.patterns import Glob, near
from polybooru.search.index.vocabulary import Vocabulary
from polybooru.search.language.patterns import fits, within

texts = st.text("abé?🦊\U0010ffff", max_size=7)
patterns = st.text("abé🦊*?\U0010ffff", max_size=8)


@settings(deadline=None)
@given(patterns, texts)
def test_a_pattern_matches_as_the_language_says(pattern, text):
    assert Glob(pattern).matches(text) == fits(pattern, text)


def vocabulary_of(before, after):
    """Names by key, of which some have changed since the table was made."""
    vocabulary = Vocabulary()
    for names in (before, after):
        vocabulary.warm()
        for key in {*before, *after}:
            vocabulary.name(key, names.get(key, ()))
    return vocabulary


names_by_key = st.dictionaries(st.integers(0, 12), st.lists(texts, max_size=2), max_size=12)
few = st.sampled_from([0, 256])


@settings(deadline=None)
@given(patterns, names_by_key, names_by_key, few)
def test_a_vocabulary_finds_every_name_that_matches(pattern, before, after, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("polybooru.search.index.names.FEW", few)
        found = vocabulary_of(before, after).keys_matching(pattern)
    assert set(found) == {key for key, names in after.items() if any(fits(pattern, name) for name in names)}


@settings(deadline=None)
@given(texts, st.integers(0, 2), names_by_key, names_by_key)
def test_a_vocabulary_finds_every_name_within_the_distance(text, distance, before, after):
    found = vocabulary_of(before, after).keys_near(text, distance)
    assert set(found) == {
        key for key, names in after.items() if any(within(distance, text, name) for name in names)
    }


@settings(deadline=None)
@given(texts, st.integers(0, 2), st.lists(texts, unique=True, max_size=12))
def test_near_names_are_those_within_the_distance(text, distance, names):
    assert set(near(text, distance, names)) == {name for name in names if within(distance, text, name)}


def test_a_pattern_of_question_marks_counts_characters():
    vocabulary = Vocabulary()
    for key, length in enumerate([79, 80, 81]):
        vocabulary.name(key, ["x" * length])
    assert list(vocabulary.keys_matching("?" * 40 + "*" + "?" * 40)) == [1, 2]


def test_a_pattern_made_to_backtrack_costs_no_more_than_its_length():
    glob = Glob("*a" * 60 + "*?b?" * 20 + "*c")
    start = time.process_time()
    assert not glob.matches("a" * 10_000)
    assert time.process_time() - start < 1
