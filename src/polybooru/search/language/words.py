"""English analysis: text -> the words by which analysed fields are searched.

The same for documents and queries, in memory (`matcher`) and in the databases' full text, which store these
words. Words are runs of letters and digits, in lower case, without stop words, stemmed by snowball's English
rules.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

STOP_WORDS = frozenset(
    """
    a an and are as at be but by for if in into is it no not of on or such
    that the their then there these they this to was will with
    """.split()  # noqa: SIM905 — a list of 33 literals is no easier to read
)

# An apostrophe may stand inside a word (the stemmer drops "'s"); over 255 characters a word is cut.
_WORD = re.compile(r"[^\W_]{1,255}(?:['\u2019][^\W_]{1,255})*")


@dataclass(frozen=True, slots=True)
class Prose:
    """A value of an analysed field in a document: its words in order."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Prose":
        """The words of a text as it was written."""
        return cls(tuple(analyse(text)))


def analyse(text: str) -> list[str]:
    """The words of a text in order, repeats included; each is made of letters and digits only."""
    found = (word.replace("\u2019", "'") for word in _WORD.findall(text.lower()))
    return [_stem(word) for word in found if word not in STOP_WORDS]


def in_sequence(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether the phrase stands in `words`, one word after the other; an empty phrase stands nowhere."""
    if not phrase:
        return False
    length = len(phrase)
    starts = range(len(words) - length + 1)
    return any(words[start] == phrase[0] and words[start : start + length] == phrase for start in starts)


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    # A stemmer keeps the word it works on: one for each call, as several threads may come here.
    stemmed: str = snowballstemmer.stemmer("english").stemWord(word)
    return stemmed.replace("'", "")
