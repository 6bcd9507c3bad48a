"""Among many names those are found that match alone."""

import random

import pytest
from tests.patterns import texts, written

from polybooru.search.pattern import Automaton, Budget, BudgetSpent, Names, lowered, parse
from polybooru.search.pattern.names import LONGEST

SYLLABLES = (
    "ka",
    "gu",
    "ya",
    "me",
    "mi",
    "na",
    "ri",
    "ko",
    "sa",
    "to",
    "shi",
    "an",
    "or",
    "mar",
    "sky",
    "lu",
)


def _names(count: int) -> list[str]:
    chance = random.Random(4)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 5))) for _ in range(count)]
    return [f"{word}{chance.choice((' ', '-', '')) + chance.choice(SYLLABLES)}" for word in words] + [
        "",
        "猫",
        "猫猫猫",
        "a\nb",
    ]


NAMES = _names(3_000)
HELD = Names(enumerate(NAMES))


def _alone(pattern: str, names: list[str]) -> list[int]:
    automaton = Automaton(parse(pattern), Budget(30))
    return [place for place, name in enumerate(names) if automaton.matches(name)]


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "%",
        "%?",
        "_",
        "___",
        "ka%",
        "%ka",
        "%?sky%?",
        "ka%ko",
        "(ka|gu)%?",
        "[a-m]+",
        "[^ ]+",
        r"\w+",
        r"\w+ \w+",
        "%?[a-m]_{7}%?",
        "%?[a-m]_{11}",
        "[a-m]%?_{11}",
        "%?[aeiou]_{4}[aeiou]%?[n-z]_{5}[a-m]%?",  # too many states from either end
        "(%?[a-m]_{5}|%?[n-z]_{6}){1,2}%?",
        "(((_?a?){9}_?){9}_?){9}",
        "_{200,255}",
        "(ka){2}%?",
        "(ka){2,}%?",
        "k{1,2}a%?",
        "%?(sky|猫)",
        "zz%|%zz",
        "nobody",
    ],
)
def test_names_are_found_that_match_alone(pattern: str) -> None:
    assert HELD.find(parse(pattern), Budget(30)).tolist() == _alone(pattern, NAMES)


def test_random_patterns_find_what_matches_alone() -> None:
    chance = random.Random(5)
    some = sorted(set(texts(chance, 3_000)))
    held = Names(enumerate(some))
    for _ in range(150):
        pattern = written(chance, some="").pattern
        assert held.find(parse(pattern), Budget(30)).tolist() == _alone(pattern, some), pattern


def test_an_owner_of_several_texts_is_found_once() -> None:
    held = Names([(7, "sky"), (7, "night sky"), (3, "sky"), (9, "lake"), (9, "a lake " * 100 + "sky")])
    assert held.find(parse("%?sky"), Budget(5)).tolist() == [3, 7, 9]
    assert held.find(parse("%?lake%?"), Budget(5)).tolist() == [9]
    assert held.find(parse("%?"), Budget(5)).tolist() == [3, 7, 9]
    assert len(held) == 5


def test_nothing_is_found_among_no_names() -> None:
    assert Names([]).find(parse("%?"), Budget(5)).tolist() == []
    assert Names([(1, "")]).find(parse(""), Budget(5)).tolist() == [1]


def test_long_texts_are_read_too() -> None:
    long = "x" * (LONGEST + 1)
    held = Names([(1, long), (2, long[1:]), (3, long + "y")])
    assert held.find(parse("x+"), Budget(5)).tolist() == [1, 2]
    assert held.find(parse("x{2,}y"), Budget(5)).tolist() == [3]
    assert held.find(parse("x{255}"), Budget(5)).tolist() == [2]


def test_a_search_that_takes_too_long_is_given_up() -> None:
    now = iter(range(1_000_000))
    budget = Budget(2, clock=lambda: next(now))
    texts = Names((n, "ab" * 2_000 + str(n)) for n in range(100))
    with pytest.raises(BudgetSpent):
        texts.find(parse("(((_{1,9}b?){9}c?){9}d?){9}"), budget)


def test_reading_long_texts_counts_too() -> None:
    now = iter(range(1_000_000))
    texts = Names((n, "ab" * 20_000) for n in range(20))
    with pytest.raises(BudgetSpent):
        texts.find(parse("(ab)+[cd]"), Budget(2, clock=lambda: next(now)))


def test_lower_case_of_a_text_may_be_longer() -> None:
    held = Names([(1, lowered("İİ"))])
    assert held.find(parse("İİ"), Budget(5)).tolist() == [1]
