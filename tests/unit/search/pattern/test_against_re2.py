"""RE2, which is linear as well, says the same of patterns that can be written for it."""

import random

import re2
from tests.patterns import texts, written

from polybooru.search.pattern import Automaton, Budget, parse


def test_random_patterns_match_as_in_re2() -> None:
    chance = random.Random(11)
    matching = 0
    for _ in range(1_500):
        made = written(chance, some="(?s:.)+")
        automaton = Automaton(parse(made.pattern), Budget(30))
        other = re2.compile(made.expression)
        for text in texts(chance, 20):
            expected = other.fullmatch(text) is not None
            assert automaton.matches(text) is expected, (made, text)
            matching += expected
    assert matching > 1_000  # the texts are not all strange to the patterns
