"""The dialect: markdown-it's CommonMark with the rules of this board.

A line is prepared first: `||` that makes a spoiler and `>` that makes no quotation are hidden from the rules
about blocks, which would take them for cells and quotations, and shown again to the rules within a line.
Neighbours: `budget`, `inline` (the rules), `rendering` (who calls).
"""

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.deflist import deflist_plugin

from polybooru.markup.addresses import MAX_ADDRESS_CHARACTERS, is_allowed
from polybooru.markup.budget import CountedBlocks, CountedInlines, count_line, count_place
from polybooru.markup.finishing import finish
from polybooru.markup.inline import (
    bare_address,
    bare_mail,
    blank_link,
    image_reference,
    marks,
    pair_marks,
    picture,
)

_BARS, _GREATER = "\ufdd0", "\ufdd1"  # two characters that mean nothing to anybody, in any text
_UNMEANT = re.compile("[\ufdd0\ufdd1]")
_GREENTEXT = re.compile(r"^([ \t]*(?:[>*+-][ \t]+|[0-9]{1,9}[.)][ \t]+)*)>(?=[^ \t\n])", re.MULTILINE)
_RUN_OF_BARS = re.compile(r"(\|{2,})")
_NESTING = 20  # of blocks, and of brackets
_OTHER_BLOCKS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


class _Renderer(RendererHTML):
    def image_reference(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        """How a reference to an image is stored: what `references` looks for."""
        return f'<span class="image-reference">{escapeHtml(tokens[idx].content)}</span>'


class _Dialect(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802 — markdown-it's name
        return super().normalizeLink(url) if len(url) <= MAX_ADDRESS_CHARACTERS else ""

    def validateLink(self, url: str) -> bool:  # noqa: N802 — markdown-it's name
        return is_allowed(url)


@cache
def parser() -> MarkdownIt:
    """The parser of this dialect; it keeps nothing between two texts."""
    md = _Dialect("commonmark", renderer_cls=_Renderer)
    md.block, md.inline = CountedBlocks(), CountedInlines()
    md.configure("commonmark", {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": _NESTING})
    md.enable("table").disable(["html_block", "html_inline", "lheading", "image"])
    md.use(deflist_plugin)
    md.core.ruler.after("normalize", "prepare", _prepare)
    md.core.ruler.after("block", "show_again", _show_again)
    md.core.ruler.after("inline", "finish", finish)
    md.block.ruler.before("table", "count_line", count_line, _OTHER_BLOCKS)
    md.block.ruler.after("count_line", "unquoted", _ends_quotation, {"alt": ["blockquote"]})
    md.inline.ruler.before("text", "count_place", count_place)
    for rule in (bare_address, bare_mail, image_reference, marks, blank_link, picture):
        md.inline.ruler.before("link", rule.__name__, rule)
    md.inline.ruler2.after("balance_pairs", "pair_marks", pair_marks)
    md.inline.add_terminator_char("|")
    return md


def _prepare(state: StateCore) -> None:
    text = _UNMEANT.sub("", state.src)
    text = _GREENTEXT.sub(rf"\1{_GREATER}", text)
    if "||" in text:
        text = "\n".join(_without_spoiler_bars(line) for line in text.split("\n"))
    state.src = text


def _without_spoiler_bars(line: str) -> str:
    """Hide the bars of spoilers that begin and end in this line."""
    written = _RUN_OF_BARS.split(line)  # text, bars, text, …
    opened = 0
    for place in range(1, len(written), 2):
        over = "|" * (len(written[place]) - 2)
        if opened and written[place - 1][-1:].strip():
            written[opened] = written[opened][2:] + _BARS
            written[place] = _BARS + over
            opened = 0
        elif written[place + 1][:1].strip():
            opened = place
    return "".join(written)


def _show_again(state: StateCore) -> None:
    for token in state.tokens:
        if token.content:
            token.content = shown_again(token.content)
        if token.info:
            token.info = shown_again(token.info)
    for reference in state.env.get("references", {}).values():
        reference["title"] = shown_again(reference["title"])
        reference["href"] = reference["href"].replace("%EF%B7%90", "%7C%7C").replace("%EF%B7%91", "%3E")


def shown_again(text: str) -> str:
    """The text with what was hidden from the rules about blocks."""
    return text.replace(_BARS, "||").replace(_GREATER, ">")


def _ends_quotation(state: StateBlock, _start: int, _end: int, silent: bool) -> bool:
    """Only lines that begin with the sign are quoted: no lazy continuation."""
    return silent and state.parentType == "blockquote"
