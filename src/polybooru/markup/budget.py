"""What one rendering knows of itself, and a bound on its work.

The work is counted, so that a text is over the bound on every machine or on none.
What costs time in markdown-it is counted where it happens: each round of the rules over a place or a line,
each token, each look for the end of a link. Neighbour: `parser`, which builds with these parts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

MAX_STEPS = 25_000
"""The dearest texts found take 17 µs a step: 0.4 s. Prose takes a step for a dozen bytes."""
MAX_DEPTH = 60
"""Elements in one another: browsers and cleaners walk them one call deeper for each."""
MAX_REFERENCES = 50
"""Images that one text names: each is looked up whenever it is read."""
_KEY = "parsing"


class OverBudget(Exception):
    """The text would take longer than a text may."""


@dataclass(slots=True, kw_only=True)
class Parsing:
    """One text on its way: what it may still spend, and what was found in it."""

    own_hosts: Collection[str] = ()
    steps: int = MAX_STEPS
    has_external_links: bool = False
    references: int = 0

    def spend(self, steps: int = 1) -> None:
        """Raises OverBudget."""
        self.steps -= steps
        if self.steps < 0:
            raise OverBudget

    def environment(self) -> dict[str, object]:
        """What markdown-it hands to its rules."""
        return {_KEY: self}


def parsing_of(env: EnvType) -> Parsing:
    """What is under way."""
    parsing = env[_KEY]
    assert isinstance(parsing, Parsing)
    return parsing


class _BlockState(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        parsing_of(self.env).spend()
        return super().push(ttype, tag, nesting)


class _InlineState(StateInline):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        parsing_of(self.env).spend()
        return super().push(ttype, tag, nesting)


class CountedBlocks(ParserBlock):
    """Markdown-it's block parser, with its tokens counted."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:  # noqa: N803 — markdown-it's name
        """Put the blocks of a text into `outTokens`. Raises OverBudget."""
        state = _BlockState(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens


class CountedInlines(ParserInline):
    """Markdown-it's inline parser, with its tokens and looks ahead counted."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Put the parts of a paragraph into `tokens`. Raises OverBudget."""
        state = _InlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 — markdown-it's name
        """Look past one token. Raises OverBudget."""
        parsing_of(state.env).spend()
        super().skipToken(state)


def count_line(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    """A block rule that never fits and counts how often rules are tried."""
    parsing_of(state.env).spend()
    return False


def count_place(state: StateInline, _silent: bool) -> bool:
    """An inline rule that never fits and counts how often rules are tried."""
    parsing_of(state.env).spend()
    return False
