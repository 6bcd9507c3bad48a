"""The tokenizer against a slow one written straight from the rules, and against hostile texts."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.search.language.fields import QueryError
from polybooru.search.language.tokens import AND, BOOST, END, LEFT, NOT, OR, RIGHT, TERM, tokens

WS = " \t\n\r\v\f"
OPERATORS = [
    (AND, re.compile(r"(,)")),
    (NOT, re.compile(r"([!-])")),
    (AND, re.compile(r"[ \t\n\r\v\f]+(AND|&&)[ \t\n\r\v\f]+")),
    (OR, re.compile(r"[ \t\n\r\v\f]+(OR|\|\|)[ \t\n\r\v\f]+")),
    (NOT, re.compile(r"(NOT)[ \t\n\r\v\f]+")),
    (LEFT, re.compile(r"(\()")),
    (RIGHT, re.compile(r"(\))")),
    (BOOST, re.compile(r"\^\+?(-?[0-9]+(?:\.[0-9]+)?)")),
]


def slow_tokens(text):
    found, at = [], 0
    while at < len(text):
        for kind, pattern in OPERATORS:
            match = pattern.match(text, at)
            if match:
                found.append((kind, match[1]))
                at = match.end()
                break
        else:
            if text[at] in WS:
                at += 1
            elif (quoted := slow_quoted(text, at)) is not None:
                at, value = quoted
                found.append((TERM, value))
            else:
                end = slow_run(text, at)
                found.append((TERM, text[at:end]))
                at = end
    return [*found, (END, "")]


def slow_quoted(text, at):
    if text[at] != '"':
        return None
    value, at = "", at + 1
    while at < len(text):
        if text[at] == '"':
            return at + 1, value
        if text[at] == "\\":
            pair = text[at : at + 2]
            value += pair[1] if pair in ('\\"', "\\\\") else pair
            at += 2
        else:
            value += text[at]
            at += 1
    return None


def slow_run(text, at):
    """Where the longest run of units from here ends; tries every group anew."""
    while at < len(text) and not slow_stop(text, at):
        if text[at] == "\\":
            at = min(at + 2, len(text))
        elif text[at] == "(":
            end = slow_run(text, at + 1)
            if end == at + 1 or text[end : end + 1] != ")":
                return at
            at = end + 1
        elif text[at] == ")":
            return at
        else:
            at += 1
    return at


def slow_stop(text, at):
    if any(pattern.match(text, at) for kind, pattern in OPERATORS if kind in {AND, OR}):
        return True
    rest = text[at:].lstrip(WS)
    return rest.startswith(")") or OPERATORS[-1][1].match(rest) is not None


PIECES = ["  ", "^2", "^+1.5", "^-1", " AND ", " OR ", "AND", "OR", "NOT", "NOT ", "&&", " || ", "~1"]
PIECES += ['"', *"ab1.()() \t\n,-!^\\\u00a0*:"]
pieces = st.sampled_from(PIECES)


@given(st.lists(pieces, max_size=24).map("".join))
def test_tokens_are_those_of_the_rules_taken_literally(text):
    assert [token[:2] for token in tokens(text, 512)] == slow_tokens(text)


@given(st.lists(pieces, max_size=24).map("".join))
def test_columns_point_at_the_tokens(text):
    for kind, value, column in tokens(text, 512)[:-1]:
        spelt = text[column:]
        if kind == BOOST:
            spelt = spelt.removeprefix("+")
        quoted = kind == TERM and text[:column].endswith('"')  # its escapes are gone
        assert quoted or spelt.startswith(value)


HOSTILE = [
    "(",
    "a(",
    "a(b",
    "a (b ",
    "(a",
    "((a)",
    "a(b)",
    "-(",
    '"',
    '"\\',
    "\\",
    "^",
    "a ^",
    "a~",
    "AND ",
    " OR",
]
HOSTILE += ["^1", "a(,", "NOT ", "a \t", "\\(", "( a", "a)", '"a', "a(b(c) "]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_no_longer_than_long_ones(unit):
    text = (unit * 4096)[:4095]
    started = time.process_time()
    found = tokens("x" + text, 4096)
    assert time.process_time() - started < 0.2  # 10 ms here; a quadratic reading takes seconds
    assert found[-1] == (END, "", 4096)


def test_the_token_after_the_limit_is_refused_at_its_place():
    with pytest.raises(QueryError) as caught:
        tokens("a, b, c", 4)
    assert (caught.value.message, caught.value.column) == (
        "The query has more than 4 words and operators.",
        6,
    )
    assert len(tokens("a, b, c", 5)) == 6
