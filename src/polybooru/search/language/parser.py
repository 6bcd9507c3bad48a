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

The parser keeps its own stack of open parentheses, so no text exhausts Python's; lists are flattened and
double negations removed as they are closed. The first error from the left is the one reported.
"""

import math
from collections.abc import Iterator, Sequence

from polybooru.search.language.fields import Field, Fields, QueryError
from polybooru.search.language.limits import Limits
from polybooru.search.language.tokens import AND, BOOST, END, LEFT, NOT, OR, RIGHT, TERM, Token, tokens
from polybooru.search.language.tree import And, Boost, Equals, Fuzzy, Not, Nothing, Or, Query, Range, Wildcard
from polybooru.search.language.values import Comparison, read

_EXPECTED_TERM = "Expected a term."
_IMBALANCED = "Imbalanced parentheses."
_COMPARISONS = {comparison.value: comparison for comparison in Comparison}
_STANDARD_LIMITS = Limits()


def parse(text: str, fields: Fields, limits: Limits = _STANDARD_LIMITS) -> Query:
    """The tree of a text. Raises QueryError."""
    if len(text) * 4 > limits.text_bytes:  # no character takes more bytes
        _refuse_long(text, limits.text_bytes)
    found = tokens(text, limits.tokens)
    if len(found) == 1:
        return Nothing()
    return _tree(iter(found), _Terms(fields, limits), limits.nesting)


def _refuse_long(text: str, limit: int) -> None:
    if len(text) > limit or len(text.encode(errors="surrogatepass")) > limit:
        raise QueryError(f"The query is longer than {limit} bytes.")


class _Level:
    """What has been read of one `query`; the operand that comes next may be negated."""

    def __init__(self) -> None:
        self.alternatives: list[Query] = []
        self.conjuncts: list[Query] = []
        self.negated = False

    def add(self, operand: Query, found: Iterator[Token]) -> Token:
        """Take the operand, with the boost that may follow; the token after both."""
        if self.negated:
            operand = negation(operand)
            self.negated = False
        after = next(found)
        if after[0] == BOOST:
            operand = Boost(_factor(after), operand)
            after = next(found)
        self.conjuncts.append(operand)
        return after

    def end_alternative(self) -> None:
        self.alternatives.append(conjunction(self.conjuncts))
        self.conjuncts = []

    def query(self) -> Query:
        self.end_alternative()
        return disjunction(self.alternatives)


def _tree(found: Iterator[Token], terms: "_Terms", nesting: int) -> Query:
    enclosing: list[_Level] = []
    level = _Level()
    for kind, text, column in found:
        if kind == TERM:
            operand = terms.read(text, column)
        elif kind == NOT and not level.negated:
            level.negated = True
            continue
        elif kind == LEFT:
            enclosing.append(level)
            if len(enclosing) > nesting:
                raise QueryError(f"The query nests deeper than {nesting} parentheses.", column)
            level = _Level()
            continue
        else:
            raise QueryError(_IMBALANCED if kind == RIGHT else _EXPECTED_TERM, column)

        after = level.add(operand, found)
        while after[0] == RIGHT and enclosing:
            operand, level = level.query(), enclosing.pop()
            after = level.add(operand, found)
        if after[0] == OR:
            level.end_alternative()
        elif after[0] != AND:
            _refuse_end(after, found, open_parenthesis=bool(enclosing))
            break
    return level.query()


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
        flat.extend(child.children if isinstance(child, And) else (child,))
    return And(tuple(flat))


def disjunction(children: Sequence[Query]) -> Query:
    """Or, flat; of a single child the child."""
    if len(children) == 1:
        return children[0]
    flat: list[Query] = []
    for child in children:
        flat.extend(child.children if isinstance(child, Or) else (child,))
    return Or(tuple(flat))


class _Terms:
    """Reads terms, and counts the dear ones."""

    def __init__(self, fields: Fields, limits: Limits) -> None:
        self.fields = fields
        self.limits = limits
        self.clauses = self.wildcards = self.fuzzy_terms = self.ranges = 0

    def read(self, term: str, column: int) -> Query:
        try:
            leaf = read(*self.split(term))
            self.count(leaf)
        except QueryError as error:
            if error.column is None:
                error.column = column
            raise
        return leaf

    def split(self, term: str) -> tuple[Field, Comparison, str]:
        """The field a term belongs to, and what it says about it."""
        name, colon, value = term.partition(":")
        if colon:
            field = self.fields.by_name.get(name)
            if field is not None:
                return field, Comparison.EQUAL, value.strip()
            name, _, suffix = name.rpartition(".")
            field = self.fields.by_name.get(name)
            if field is not None and suffix in _COMPARISONS:
                return field, _COMPARISONS[suffix], value.strip()
        return self.fields.default, Comparison.EQUAL, term

    def count(self, leaf: Query) -> None:
        limits = self.limits
        self.clauses += 1
        if self.clauses > limits.clauses:
            raise QueryError(f"The query has more than {limits.clauses} terms.")
        if isinstance(leaf, Equals):
            return
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
