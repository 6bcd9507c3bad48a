"""The dialect's vectors, and the examples of its document."""

import json
from pathlib import Path
from typing import Any

import pytest

from polybooru.search.pattern import Automaton, Budget, Names, PatternError, lowered, parse

VECTORS = Path(__file__).parents[3] / "vectors" / "nekos-pattern.json"
EXAMPLES = (
    ("%aguya%", ("kaguya-sama",), ("aguya", "megumin")),
    ("k_guya", ("kaguya",), ("kguya", "kaaguya")),
    ("kaguya|megumin", ("kaguya", "megumin"), ("kaguyamegumin",)),
    ("k*aguya", ("aguya", "kaguya", "kkaguya"), ("xaguya",)),
    ("kaguya+", ("kaguya", "kaguyaa", "kaguyaaa"), ("kaguy",)),
    ("kaguya?", ("kaguy", "kaguya"), ("kaguyaa",)),
    ("kaguya{3}", ("kaguyaaa",), ("kaguyaa", "kaguyaaaa")),
    ("kaguya{2,}", ("kaguyaa", "kaguyaaa", "kaguyaaaa"), ("kaguya",)),
    ("kaguya{2,4}", ("kaguyaa", "kaguyaaa", "kaguyaaaa"), ("kaguya", "kaguyaaaaa")),
    ("(kaguya){1,3}", ("kaguya", "kaguyakaguya", "kaguyakaguyakaguya"), ("", "kaguya" * 4)),
    ("[a-z]kaguya", ("akaguya", "bkaguya", "ckaguya", "Zkaguya"), ("1kaguya", "kaguya")),
    ("%?kaguya(-sama)?%?", ("kaguya", "kaguya-sama", "abckaguya-samadef", "kaguya123"), ("kagura",)),
    ("%?kaguya%?", ("kaguya", "okaguya", "kaguyao"), ("aguya",)),
    ("%?", ("", "a", "a\nb"), ()),
    ("%*", ("", "a", "a\nb"), ()),
    ("%%", ("ab", "abc"), ("", "a")),
    ("%{2}", ("ab", "abc"), ("", "a")),
    ("%{2,}", ("ab", "abc"), ("", "a")),
    ("%+", ("a", "ab"), ("",)),
)


def _matching(pattern: str, texts: list[str]) -> list[str]:
    """Found one by one, and among others; both have to agree."""
    items = parse(pattern)
    automaton = Automaton(items, Budget(5))
    found = [text for text in texts if automaton.matches(lowered(text))]
    among = Names((place, lowered(text)) for place, text in enumerate(texts))
    assert [texts[place] for place in among.find(items, Budget(5))] == found
    return found


@pytest.mark.parametrize(
    "vector", json.loads(VECTORS.read_text(encoding="utf-8")), ids=lambda v: v["pattern"]
)
def test_pattern_means_what_the_dialect_says(vector: dict[str, Any]) -> None:
    if not vector["valid"]:
        with pytest.raises(PatternError):
            parse(vector["pattern"])
        return
    assert _matching(vector["pattern"], vector["matches"] + vector["not"]) == vector["matches"]


@pytest.mark.parametrize(("pattern", "matching", "others"), EXAMPLES)
def test_examples_of_the_document(pattern: str, matching: tuple[str, ...], others: tuple[str, ...]) -> None:
    assert _matching(pattern, [*matching, *others]) == [*matching]
