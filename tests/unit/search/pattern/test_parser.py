"""What is no pattern, and what pieces of one mean."""

import time

import pytest

from polybooru.search.pattern import Automaton, Budget, PatternError, Percent, lowered, parse

MALFORMED = {
    "*a": "There is nothing before * that it could repeat.",
    "(+a)": "There is nothing before + that it could repeat.",
    "a|?b": "There is nothing before ? that it could repeat.",
    "{3}": "There is nothing before {3} that it could repeat.",
    "(?:a)": "There is nothing before ? that it could repeat.",
    "a**": "There is nothing before * that it could repeat.",
    "a{2}{3}": "There is nothing before {3} that it could repeat.",
    "a*+": "There is nothing before + that it could repeat.",
    "a{2}+": "There is nothing before + that it could repeat.",
    "a+?": "There is nothing before ? that it could repeat.",
    "a*?": "There is nothing before ? that it could repeat.",
    "a{2}?": "There is nothing before ? that it could repeat.",
    "%??": "There is nothing before ? that it could repeat.",
    "(a": "A group is never closed.",
    "a)": "A group is closed that was never opened.",
    ")(": "A group is closed that was never opened.",
    "[a": "A class of characters is never closed.",
    "[]": "A class of characters is never closed.",
    "[^]": "A class of characters is never closed.",
    "[": "A class of characters is never closed.",
    "[z-a]": "The range z-a ends before it begins.",
    "[Z-a]": "The range z-a ends before it begins.",
    "[A-_]": "The range a-_ ends before it begins.",
    r"[\d-z]": "A range has one character at each end.",
    r"[a-\d]": "A range has one character at each end.",
    "[a-c-e]": "A range has one character at each end.",
    "[[:alpha:]]": "Named classes of characters are no part of the language.",
    "[a[.b]": "Named classes of characters are no part of the language.",
    "[[=a=]]": "Named classes of characters are no part of the language.",
    "a{1,": "A bound is written {2}, {2,} or {2,4}.",
    "a{1": "A bound is written {2}, {2,} or {2,4}.",
    "a{1x}": "A bound is written {2}, {2,} or {2,4}.",
    "a{1,2x}": "A bound is written {2}, {2,} or {2,4}.",
    "a{3,2}": "The bound {3,2} ends before it begins.",
    "a{256}": "A bound is larger than 255.",
    "a{0,99999999999999999999999999999999999999}": "A bound is larger than 255.",
    r"\q": r"There is no escape \q.",
    r"\1": r"There is no escape \1.",
    r"\D": r"There is no escape \D.",
    r"\n": r"There is no escape \n.",
    r"[\W]": r"There is no escape \W.",
    "a\\": "The pattern ends with a backslash.",
    "[a\\": "The pattern ends with a backslash.",
    "a" * 51: "The pattern is longer than 50 characters.",
    "猫" * 51: "The pattern is longer than 50 characters.",
    "(((a{99}){99}){99}){99}": "With its repetitions written out the pattern has more than 10000 items.",
    "(a{100}){101}": "With its repetitions written out the pattern has more than 10000 items.",
    "((a{255}){255}){0}": "With its repetitions written out the pattern has more than 10000 items.",
    "(" * 17 + ")" * 17: "The pattern nests deeper than 16 groups.",
    "(" * 50: "The pattern nests deeper than 16 groups.",
}


def matches(pattern: str, text: str, percent: Percent = Percent.ONE_OR_MORE) -> bool:
    return Automaton(parse(pattern, percent), Budget(5)).matches(lowered(text))


@pytest.mark.parametrize(("pattern", "message"), MALFORMED.items())
def test_a_malformed_pattern_is_refused_with_the_reason(pattern: str, message: str) -> None:
    with pytest.raises(PatternError) as raised:
        parse(pattern)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    "pattern",
    [
        "a" * 50,
        "猫" * 50,
        "(a{100}){100}",
        "(((a*)*)*)*",
        "(" * 16 + "a" + ")" * 16,
        "a{255}",
        "a{0}",
        "()*",
        "|||",
        "a{x}",
        "a{,3}",
        "{",
        "a{ 2}",
        "]",
        "}",
        "[[]",
        "[]a]",
        "[^]a]",
        "[a-c-]",
        "[--a]",
        "[+--]",
        r"[\d-]",
        r"\\D",
        r"\é",
        "\\\u212a",  # Kelvin's sign, which is a k in lower case
    ],
)
def test_odd_patterns_are_patterns(pattern: str) -> None:
    parse(pattern)


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("[]a]", "]a", "["),
        ("[^]a]", "[b", "]a"),
        ("[a-c-]", "abc-", "d"),
        ("[--a]", "-.Aa1", "b,"),
        ("[+--]", "+,-", ".*"),
        ("[a^$.*+?|(){}]", "a^$.*+?|(){}", "b\\"),
        (r"[\%\_]", "%_", "\\a"),
        ("[[]", "[", "]"),
        ("[A-Z]", "azAZ", "1é"),
        ("[^A-Z]", "1é", "azAZ"),
        (r"\d", "019٣", "a²_"),
        (r"\w", "a1_éЖ猫Z", "- .!"),
        (r"\s", " \t\n\u3000", "a_"),
        (r"[^\d\s]", "a_-", "1 ٣"),
        (r"[\w.]", "a.", "-"),
        (r"\%", "%", "a"),
        (r"\é", "éÉ", "e"),
        ("{", "{", "}"),
        ("_", "a猫\n\U0001f98a", ""),
    ],
)
def test_one_item_matches_one_character_of_its_set(pattern: str, matching: str, others: str) -> None:
    assert [character for character in matching + others if matches(pattern, character)] == [*matching]


def test_both_sides_are_compared_in_lower_case() -> None:
    assert matches("ŻÓŁĆ", "żółć")
    assert matches("żółć", "ŻÓŁĆ")
    assert matches("İ%", "İstanbul")  # two characters in lower case
    assert matches("ΟΔΟΣ%", "οδοσαβ")  # at the end of a word its last letter has a form of its own
    assert matches("οδος", "ΟΔΟΣ")


def test_quantifiers_mean_the_item_before_them() -> None:
    assert [n for n in range(8) if matches("(ab){2,3}", "ab" * n)] == [2, 3]
    assert [n for n in range(8) if matches("(a{2}){2,3}", "a" * n)] == [4, 6]
    assert [n for n in range(9) if matches("(a{2,3}){2}", "a" * n)] == [4, 5, 6]
    assert [n for n in range(9) if matches("(a{3}){0,2}", "a" * n)] == [0, 3, 6]
    assert [n for n in range(9) if matches("(a{3,}){0,1}", "a" * n)] == [0, 3, 4, 5, 6, 7, 8]
    assert [n for n in range(9) if matches("(a?){2,3}", "a" * n)] == [0, 1, 2, 3]
    assert [n for n in range(4) if matches("a{0}b", "a" * n + "b")] == [0]
    assert matches("[ab]{3}", "aba")
    assert not matches("_{3}", "ab")


def test_percent_may_be_read_as_maybe_nothing() -> None:
    generous = Percent.ZERO_OR_MORE
    for pattern, text in (
        ("%aguya%", "aguya"),
        ("kaguya%", "kaguya"),
        ("%", ""),
        ("a%b%c", "abc"),
        ("%%", ""),
    ):
        assert not matches(pattern, text)
        assert matches(pattern, text, generous)
    for pattern in ("%?", "%*", "%+", "%{3}"):
        assert matches(pattern, "", generous)
    assert not matches("%a", "b", generous)


def test_what_a_client_escapes_matches_literally() -> None:
    text = "100%_|*+?{}()[] x"
    escaped = "".join(f"\\{letter}" if letter in "%_|*+?{}()[]" else letter for letter in text)
    assert matches(escaped, text)
    assert not matches(escaped, text + "x")


def test_patterns_that_choke_other_engines_take_no_time() -> None:
    hard = {
        "((a|aa)+)+b": "a" * 40,
        "(a|a)*b": "a" * 5_000,
        "(a*)*b": "a" * 5_000,
        "((((a*)*)*)*)*b": "a" * 5_000,
        "(%?a)*b": "a" * 1_000,
        "((a?){99}){99}b": "a" * 300,
        "|".join("a" * 1 + "b" for _ in range(17)): "a" * 100,
    }
    for pattern, text in hard.items():
        began = time.process_time()
        assert not matches(pattern, text)
        assert time.process_time() - began < 0.2, pattern
    best = min(_seconds("((a|aa)+)+b", "a" * 40) for _ in range(20))
    assert best < 0.001


def _seconds(pattern: str, text: str) -> float:
    began = time.process_time()
    assert not matches(pattern, text)
    return time.process_time() - began
