"""Wildcards and edit distance over many names agree with the plain ones of the language, and stay cheap."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from polybooru.search.index.patterns import Glob, matching, near
from polybooru.search.index.vocabulary import Vocabulary
from polybooru.search.language.patterns import fits, within

texts = st.text("abé🦊\U0010ffff", max_size=7)
patterns = st.text("abé🦊*?\U0010ffff", max_size=8)


@settings(deadline=None)
@given(patterns, texts)
def test_a_pattern_matches_as_the_language_says(pattern, text):
    assert Glob(pattern).matches(text) == fits(pattern, text)


@settings(deadline=None)
@given(patterns, st.lists(texts, unique=True, max_size=12))
def test_a_vocabulary_finds_every_name_that_matches(pattern, names):
    vocabulary = Vocabulary()
    for key, name in enumerate(names):
        vocabulary.name(key, [name])
    assert set(vocabulary.keys_matching(pattern)) == {
        key for key, name in enumerate(names) if fits(pattern, name)
    }


@settings(deadline=None)
@given(texts, st.integers(0, 2), st.lists(texts, unique=True, max_size=12))
def test_near_names_are_those_within_the_distance(text, distance, names):
    assert set(near(text, distance, names)) == {name for name in names if within(distance, text, name)}


def test_a_pattern_longer_than_a_word_of_states_still_matches():
    pattern = "?" * 40 + "*" + "?" * 40
    names = ["x" * 79, "x" * 80, "x" * 81]
    assert matching(pattern, names) == names[1:]


def test_a_pattern_made_to_backtrack_costs_no_more_than_its_length():
    glob = Glob("*a" * 60 + "*?b?" * 20 + "*c")
    start = time.process_time()
    assert not glob.matches("a" * 10_000)
    assert time.process_time() - start < 1
