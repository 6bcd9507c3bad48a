"""Tokens -> tree.

    query    = or-list
    or-list  = and-list { OR and-list }
    and-list = boosted { AND boosted }
    boosted  = negated [ BOOST ]
    negated  = [ NOT ] group
    group    = LEFT query RIGHT  |  TERM

Terms side by side are one term with a space in it, not AND. A text without tokens matches nothing. A term is
a field's if it begins with `NAME:` or `NAME.eq:` (`gt gte lt lte`) exactly; else all of it is the default
field's.

A text of nothing but terms, commas and `-`, as most are, is taken apart at its commas (`_listed`), to the
same tree. Each of its parts means the same in every such text, so the fields remember those that are read.

The parser keeps its own stack of open parentheses, so no text exhausts Python's; lists are flattened and
double negations removed as they are closed. The first error from the left is the one reported.
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import cast

from polybooru.search.language.fields import Field, Fields, Kind, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.tokens import AND, BOOST, END, LEFT, NOT, OR, RIGHT, TERM, Token, tokens
from polybooru.search.language.tree import And, Boost, Equals, Fuzzy, Not, Nothing, Or, Query, Range, Wildcard
from polybooru.search.language.values import EQUAL, Comparison, read

_EXPECTED_TERM = "Expected a term."
_IMBALANCED = "Imbalanced parentheses."
# Nothing that begins a spaced operator, a quoted term, a group, a boost or an escape.
_LIST = re.compile(r'[^ANO&|"()^\\]*+')
_WS = " \t\n\r\v\f"
_COMPARISONS = {comparison.value: comparison for comparison in Comparison}
_STANDARD_LIMITS = Limits()


def parse(text: str, fields: Fields, limits: Limits = _STANDARD_LIMITS) -> Query:
    """The tree of a text. Raises QueryError."""
    if len(text) * 4 > limits.text_bytes:  # no character takes more bytes
        _refuse_long(text, limits.text_bytes)
    parts = text.split(",")
    if len(parts) <= min(limits.tokens // 3, limits.clauses):  # of a sign, a term and a comma each
        known = [*map(fields.known.get, parts)]
        if None not in known:
            return conjunction(cast("list[Query]", known))
        if _LIST.fullmatch(text) is not None:
            listed = _listed(parts, fields, limits)
            if listed is not None:
                return listed
    return _by_tokens(text, fields, limits)


def _by_tokens(text: str, fields: Fields, limits: Limits) -> Query:
    found = tokens(text, limits.tokens)
    if len(found) == 1:
        return Nothing()
    return _tree(iter(found), _Terms(fields, limits), limits.nesting)


def _listed(parts: Sequence[str], fields: Fields, limits: Limits) -> Query | None:
    """What `_by_tokens` makes of a text that `_LIST` knows; None where that takes a closer look."""
    terms = _Terms(fields, limits)
    children: list[Query] = []
    end = -1
    for part in parts:
        end += 1 + len(part)
        child = fields.known.get(part)
        if child is None:
            term = part.lstrip(_WS)
            negated = term.startswith(("-", "!"))
            if negated:
                term = term[1:].lstrip(_WS)
            if not term or term[0] in "-!":
                return None
            leaf = terms.read(term, end - len(term))
            child = negation(leaf) if negated else leaf
            if type(leaf) is Equals and terms.split(term)[0].kind is not Kind.CUSTOM:
                fields.remember(part, child)
        children.append(child)
    return conjunction(children)


def _refuse_long(text: str, limit: int) -> None:
    if len(text) > limit or len(text.encode(errors="surrogatepass")) > limit:
        raise QueryError(f"The query is longer than {limit} bytes.")


def _tree(found: Iterator[Token], terms: "_Terms", nesting: int) -> Query:
    """Reads operand after operand; what stands outside the open parentheses waits in `enclosing`."""
    enclosing: list[tuple[list[Query], list[Query], bool]] = []
    alternatives: list[Query] = []
    conjuncts: list[Query] = []
    negated = False
    for kind, text, column in found:
        if kind == TERM:
            operand = terms.read(text, column)
        elif kind == NOT and not negated:
            negated = True
            continue
        elif kind == LEFT:
            enclosing.append((alternatives, conjuncts, negated))
            if len(enclosing) > nesting:
                raise QueryError(f"The query nests deeper than {nesting} parentheses.", column)
            alternatives, conjuncts, negated = [], [], False
            continue
        else:
            raise QueryError(_IMBALANCED if kind == RIGHT else _EXPECTED_TERM, column)

        while True:
            if negated:
                operand = negation(operand)
                negated = False
            after = next(found)
            if after[0] == BOOST:
                operand = Boost(_factor(after), operand)
                after = next(found)
            conjuncts.append(operand)
            if after[0] != RIGHT or not enclosing:
                break
            operand = _alternative(alternatives, conjuncts)
            alternatives, conjuncts, negated = enclosing.pop()
        if after[0] == OR:
            alternatives.append(conjunction(conjuncts))
            conjuncts = []
        elif after[0] != AND:
            _refuse_end(after, found, open_parenthesis=bool(enclosing))
            break
    return _alternative(alternatives, conjuncts)


def _alternative(alternatives: list[Query], conjuncts: list[Query]) -> Query:
    last = conjunction(conjuncts)
    return disjunction([*alternatives, last]) if alternatives else last


def _refuse_end(after: Token, found: Iterator[Token], *, open_parenthesis: bool) -> None:
    """Raise QueryError unless the text ends with this token and may."""
    kind, text, column = after
    if open_parenthesis:
        raise QueryError(_IMBALANCED, column)
    if kind != END:
        junk = text + "".join(text for _, text, _ in found)
        raise QueryError(f"junk at end of expression: {junk}", column)


def _factor(boost: Token) -> str:
    _, text, column = boost
    number = float(text)
    if number < 0:
        raise QueryError("Boost value must be non-negative.", column)
    if math.isinf(number):
        raise QueryError("Boost value is too large.", column)
    return text.removeprefix("-")


def negation(child: Query) -> Query:
    """Not, of which two cancel out."""
    return child.child if isinstance(child, Not) else Not(child)


def conjunction(children: Sequence[Query]) -> Query:
    """And, flat; of a single child the child."""
    if len(children) == 1:
        return children[0]
    flat: list[Query] = []
    for child in children:
        if isinstance(child, And):
            flat += child.children
        else:
            flat.append(child)
    return And(tuple(flat))


def disjunction(children: Sequence[Query]) -> Query:
    """Or, flat; of a single child the child."""
    if len(children) == 1:
        return children[0]
    flat: list[Query] = []
    for child in children:
        if isinstance(child, Or):
            flat += child.children
        else:
            flat.append(child)
    return Or(tuple(flat))


class _Terms:
    """Reads terms, and counts the dear ones."""

    __slots__ = ("clauses", "fields", "fuzzy_terms", "limits", "ranges", "wildcards")

    def __init__(self, fields: Fields, limits: Limits) -> None:
        self.fields = fields
        self.limits = limits
        self.clauses = self.wildcards = self.fuzzy_terms = self.ranges = 0

    def read(self, term: str, column: int) -> Query:
        """The leaf of a term, or what a stored query says."""
        try:
            leaf = read(*self.split(term))
            self.clauses += 1
            if type(leaf) is not Equals or self.clauses > self.limits.clauses:
                self._check_counts(leaf)
        except QueryError as error:
            if error.column is None:
                error.column = column
            raise
        return leaf

    def split(self, term: str) -> tuple[Field, Comparison, str]:
        """Field, comparison and value; a term with a colon may still be the default field's."""
        name, colon, value = term.partition(":")
        if colon:
            by_name = self.fields.by_name
            field = by_name.get(name)
            if field is not None:
                return field, EQUAL, value.strip()
            name, _, suffix = name.rpartition(".")
            field = by_name.get(name)
            comparison = _COMPARISONS.get(suffix)
            if field is not None and comparison is not None:
                return field, comparison, value.strip()
        return self.fields.default, EQUAL, term

    def _check_counts(self, leaf: Query) -> None:
        limits = self.limits
        if self.clauses > limits.clauses:
            raise QueryError(f"The query has more than {limits.clauses} terms.")
        if isinstance(leaf, Wildcard):
            self.wildcards += 1
            if self.wildcards > limits.wildcards:
                raise QueryError(f"The query has more than {limits.wildcards} terms with wildcards.")
        elif isinstance(leaf, Fuzzy):
            self.fuzzy_terms += 1
            if self.fuzzy_terms > limits.fuzzy_terms:
                raise QueryError(f"The query has more than {limits.fuzzy_terms} fuzzy terms.")
        elif isinstance(leaf, Range):
            self.ranges += 1
            if self.ranges > limits.ranges:
                raise QueryError(f"The query has more than {limits.ranges} ranges.")
