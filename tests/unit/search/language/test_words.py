from hypothesis import given
from hypothesis import strategies as st

from polybooru.search.language.words import STOP_WORDS, Prose, analyse, in_sequence


def test_words_are_lowered_stemmed_and_rid_of_stop_words():
    assert analyse("The Foxes were RUNNING, into a lake!") == ["fox", "were", "run", "lake"]


def test_both_apostrophes_stand_inside_words():
    assert (
        analyse("The dog's bone, don't")
        == analyse("The dog\u2019s bone, don\u2019t")
        == ["dog", "bone", "dont"]
    )


def test_underscores_and_hyphens_part_words():
    assert analyse("snow_white well-known") == ["snow", "white", "well", "known"]


def test_other_scripts_are_words_too():
    assert analyse("Grüße 日本 42") == ["grüße", "日本", "42"]


def test_there_are_thirty_three_stop_words():
    assert len(STOP_WORDS) == 33
    assert analyse(" ".join(STOP_WORDS)) == []


@given(st.text())
def test_words_hold_letters_and_digits_only(text):
    assert all(word.replace("_", "!").isalnum() for word in analyse(text))


def test_a_phrase_is_found_only_in_sequence():
    words = Prose.of("A quiet, quiet lake below the hill").words
    assert in_sequence(("quiet", "lake"), words)
    assert in_sequence(("lake", "below", "hill"), words)
    assert not in_sequence(("quiet", "hill"), words)
    assert not in_sequence(("hill", "lake"), words)


def test_an_empty_phrase_is_found_nowhere():
    assert not in_sequence((), ("lake",))
    assert not in_sequence((), ())
