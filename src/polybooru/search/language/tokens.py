r"""Text -> tokens.

White space is space, tab, line feed, carriage return, vertical tab and form feed, nothing else of Unicode.
At each position the first alternative that fits is taken:

    AND     ","  |  WS+ ("AND" | "&&") WS+
    OR      WS+ ("OR" | "||") WS+
    NOT     "!"  |  "-"  |  "NOT" WS+
    LEFT    "("
    RIGHT   ")"
    BOOST   "^" ["+" | "-"] DIGITS ["." DIGITS]
    TERM    '"' { not '"' nor "\", or "\" and any character } '"'
         |  UNIT { UNIT }

    UNIT    "\" and any character  |  "(" UNIT { UNIT } ")"  |  any character but "(" and ")"

No UNIT begins where a "," stands, an AND or OR of the spaced kind, or after optional white space a ")" or a
BOOST. White space between tokens is dropped. A group that meets such a stop is no group: its "(" ends the
term.

Cost: linear in the text. A group that failed is remembered, so no "(" is tried twice.
"""

import re
from typing import TypeAlias

from polybooru.search.language.fields import QueryError

_WS = r"[ \t\n\r\v\f]"
_BOOST = r"\^[+-]?[0-9]"
_UNITS = (
    r"(?:[^\\(),^ \t\n\r\v\f]++|[ ](?=[^\\(),^ \t\n\r\v\fAO&|])|\\.|\\\Z|\^(?![+-]?[0-9])"
    rf"|(?!{_WS}++(?:(?:AND|&&|OR|\|\|){_WS}|\)|{_BOOST})){_WS}++)"
)  # the second alternative, a single space before what is no stop, only spares the last one


# Types of tokens. Up to TERM they are the groups of the expression below.
AND, OR, NOT, LEFT, RIGHT, BOOST, _COMMA, _QUOTED, TERM, END = range(1, 11)

_TOKEN = re.compile(
    rf"{_WS}++(?:(AND|&&)|(OR|\|\|)){_WS}++"
    rf"|{_WS}*+(?:(!|-|NOT(?={_WS}))(?:(?<=T){_WS}++)?+|(\()|(\))|\^([+-]?[0-9]++(?:\.[0-9]++)?)|(,)"
    rf'|"((?:[^"\\]++|\\.)*+)"|({_UNITS}++))',
    re.DOTALL,
)
_PLAIN = re.compile(rf"{_UNITS}*+", re.DOTALL)
_QUOTED_ESCAPE = re.compile(r'\\(["\\])')


Token: TypeAlias = tuple[int, str, int]
"""Type; text as an error shows it (a quoted term without quotes, a boost without `^`); column from 0."""


def tokens(text: str, limit: int) -> list[Token]:
    """All tokens of the text, and an END. Raises QueryError over the limit."""
    found = _all_tokens(text, limit)
    if len(found) > limit + 1:
        raise QueryError(f"The query has more than {limit} words and operators.", found[limit][2])
    return found


def _all_tokens(text: str, limit: int) -> list[Token]:
    found: list[Token] = []
    hopeless: set[int] = set()
    match = _TOKEN.match(text)
    while match is not None:
        kind = match.lastindex or 0  # never 0: each alternative has a group
        value = match[kind]
        column, position = match.span(kind)
        if kind >= BOOST:
            if kind == TERM:
                if text[position : position + 1] == "(":
                    position = _end_of_term(text, position, hopeless)
                    value = text[column:position]
            elif kind == _COMMA:
                kind = AND
            elif kind == _QUOTED:
                kind, value, position = TERM, _QUOTED_ESCAPE.sub(r"\1", value), position + 1
            else:
                value = value.removeprefix("+")
        else:
            position = match.end()  # operators take the white space behind them
        found.append((kind, value, column))
        match = _TOKEN.match(text, position) if len(found) <= limit else None
    found.append((END, "", len(text)))
    return found


def _end_of_term(text: str, position: int, hopeless: set[int]) -> int:
    """Where a plain term ends that has come to a `(`; `hopeless` collects the ones that open no group."""
    open_groups: list[int] = []
    while True:
        if text.startswith("(", position) and position not in hopeless:
            open_groups.append(position)
            position += 1
        elif text.startswith(")", position) and open_groups and position > open_groups[-1] + 1:
            open_groups.pop()
            position += 1
        else:
            hopeless.update(open_groups)
            return open_groups[0] if open_groups else position
        match = _PLAIN.match(text, position)
        if match is not None:
            position = match.end()
