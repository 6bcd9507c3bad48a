"""What is done once a text is taken apart: links are judged, punctuation is set, elements get our names.

Works on markdown-it's tokens, in one pass over each paragraph. Neighbours: `inline`, `rendering`.
"""

import re
import unicodedata
from collections.abc import Sequence

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from polybooru.markup.addresses import is_allowed, is_external, relative
from polybooru.markup.budget import MAX_DEPTH, OverBudget, Parsing, parsing_of
from polybooru.markup.inline import BARE, IMAGE_REFERENCE

_STEP_CHARACTERS = 10  # of addresses: a short name may stand for a long one many times
_PUNCTUATION = re.compile(r"""---?|\.\.\.|["']""")
_OPENS_BEFORE = frozenset("([{</-\u2013\u2014\u201c\u2018")
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that show nothing


def finish(state: StateCore) -> None:
    """The rule of markdown-it's that does all this. Raises OverBudget, for a deep text too."""
    parsing = parsing_of(state.env)
    for token in state.tokens:
        if token.children:
            _finish_links(token.children, parsing)
            _set_punctuation(token.children)
            _underline(token.children)
    _finish_blocks(state.tokens)


def _finish_blocks(tokens: Sequence[Token]) -> None:
    """Paragraphs become `div`, the alignment of cells becomes a class."""
    depth = 0
    for token in tokens:
        depth += token.nesting
        if depth + _depth(token.children or ()) > MAX_DEPTH:
            raise OverBudget
        if token.tag == "p":
            token.tag = "div"
            if token.nesting > 0:
                token.attrs = {"class": "paragraph"}
        elif "style" in token.attrs:
            token.attrs = {"class": str(token.attrs["style"]).replace("text-align:", "align-")}


def _depth(tokens: Sequence[Token]) -> int:
    depth = deepest = 0
    for token in tokens:
        depth += token.nesting
        deepest = max(deepest, depth)
    return deepest


def _underline(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in {"strong_open", "strong_close"} and token.markup == "__":
            token.tag = "u"


def _finish_links(tokens: Sequence[Token], parsing: Parsing) -> None:
    """Make links to the board relative; undo links within links and those that nobody would see."""
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.type == "link_open":
            opened.append(place)
        elif token.type == "link_close":
            start = opened.pop()
            address = relative(str(tokens[start].attrs["href"]), parsing.own_hosts)
            parsing.spend(len(address) // _STEP_CHARACTERS)
            is_seen = any(map(_is_visible, tokens[start + 1 : place]))
            if opened or not is_seen or not is_allowed(address):
                _undo(tokens[start])
                _undo(token)
            else:
                tokens[start].attrs["href"] = address
                parsing.has_external_links |= is_external(address)


def _undo(token: Token) -> None:
    token.type, token.tag, token.nesting, token.attrs = "text", "", 0, {}


def _is_visible(token: Token) -> bool:
    return token.type == IMAGE_REFERENCE or any(map(_is_seen, token.content))


def _is_seen(character: str) -> bool:
    is_drawn = unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"}
    return is_drawn and character not in _INVISIBLE


def _set_punctuation(tokens: Sequence[Token]) -> None:
    before, is_address = "", False

    def curled(found: re.Match[str]) -> str:
        match found[0]:
            case "---":
                return "\u2014"
            case "--":
                return "\u2013"
            case "...":
                return "\u2026"
            case quote:
                last = found.string[found.start() - 1] if found.start() else before
                opens = not last or last.isspace() or last in _OPENS_BEFORE
                return (
                    ("\u201c" if opens else "\u201d") if quote == '"' else ("\u2018" if opens else "\u2019")
                )

    for token in tokens:
        if token.type == "link_open":
            is_address = token.markup in {BARE, "autolink"}
        elif token.type == "link_close":
            is_address = False
        if token.type == "text" and not is_address and token.content:
            token.content = _PUNCTUATION.sub(curled, token.content)
        if token.type in {"softbreak", "hardbreak"}:
            before = " "
        elif token.content:
            before = token.content[-1]
