"""What stands in a line besides CommonMark: styles in pairs of marks, bare addresses, images by number.

Rules for markdown-it's inline parser. Neighbours: `parser` (which takes them up), `finishing`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.rules_inline import StateInline, link
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from polybooru.markup.addresses import MAX_ADDRESS_CHARACTERS
from polybooru.markup.budget import MAX_REFERENCES, parsing_of

REFERENCE = re.compile(r">>([1-9][0-9]{0,9})([tsp]?)(?![0-9A-Za-z_])")
IMAGE_REFERENCE = "image_reference"
BARE = "bare"  # a link's markup: its text is its address

_SCHEME = re.compile(r"(?<![^\W_])https?\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"://[\w\[][^\s<>|\"`\\^{}]*")
_LOCAL_PART = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\Z", re.ASCII)
_MAIL_HOST = re.compile(r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_BLANK = re.compile(r"\[\s*\](?=[(\[])")
_TRAILING = "?!.,:;*_~'\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One pair of marks; code: tells it from others of the same sign while marks are matched."""

    name: str
    tag: str
    marks: str
    code: int
    css: str = ""


_FIRST_CODE = 0x110000  # behind all characters, which is what markdown-it's own marks are told by
STYLES = (
    Style(name="deleted", tag="del", marks="~~", code=_FIRST_CODE),
    Style(name="subscript", tag="sub", marks="~", code=_FIRST_CODE + 1),
    Style(name="superscript", tag="sup", marks="^", code=_FIRST_CODE + 2),
    Style(name="spoiler", tag="span", marks="||", code=_FIRST_CODE + 3, css="spoiler"),
)
_BY_MARKS = {style.marks: style for style in STYLES}
_BY_CODE = {style.code: style for style in STYLES}
_SIGNS = frozenset(style.marks[0] for style in STYLES)


def marks(state: StateInline, silent: bool) -> bool:
    """Take a run of `~`, `^` or `|` apart into marks; an odd one over stays text."""
    sign = state.src[state.pos]
    if silent or sign not in _SIGNS:
        return False
    scanned = state.scanDelims(state.pos, canSplitWord=True)
    style = _BY_MARKS.get(sign * min(scanned.length, 2))
    if style is None:
        return False
    size = len(style.marks)
    if scanned.length % size:
        state.push("text", "", 0).content = sign
    for _ in range(scanned.length // size):
        state.push("text", "", 0).content = style.marks
        state.delimiters.append(
            Delimiter(
                marker=style.code,
                length=0,  # no "rule of three", which is for `*`
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open,
                close=scanned.can_close,
            )
        )
    state.pos += scanned.length
    return True


def pair_marks(state: StateInline) -> None:
    """Make elements of the marks that were matched."""
    for delimiters in _delimiter_lists(state):
        for opening in delimiters:
            style = _BY_CODE.get(opening.marker)
            if style is not None and opening.end >= 0:
                _pair(state, style, opening.token, delimiters[opening.end].token)


def _delimiter_lists(state: StateInline) -> Iterator[list[Delimiter]]:
    yield state.delimiters
    for meta in state.tokens_meta:
        if meta is not None:
            yield meta.get("delimiters", [])


def _pair(state: StateInline, style: Style, first: int, last: int) -> None:
    opening, closing = state.tokens[first], state.tokens[last]
    opening.type, opening.nesting = f"{style.name}_open", 1
    closing.type, closing.nesting = f"{style.name}_close", -1
    for token in (opening, closing):
        token.tag, token.content = style.tag, ""
    if style.css:
        opening.attrs = {"class": style.css}
    before = state.tokens[last - 1]
    if len(style.marks) == 2 and before.type == "text" and before.content == style.marks[0]:
        # Of `text|||` the last two were matched: the bar over belongs behind them.
        state.tokens[last - 1], state.tokens[last] = state.tokens[last], before


def image_reference(state: StateInline, silent: bool) -> bool:
    """`>>123`, and with a letter the picture itself; text within a link, and behind so many of them."""
    parsing = parsing_of(state.env)
    if state.src[state.pos] != ">" or state.linkLevel or parsing.references >= MAX_REFERENCES:
        return False
    found = REFERENCE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push(IMAGE_REFERENCE, "", 0).content = found[0]
        parsing.references += 1
    state.pos = found.end()
    return True


def blank_link(state: StateInline, silent: bool) -> bool:
    """A link with nothing to click on is not made: its bracket is text."""
    if _BLANK.match(state.src, state.pos, state.posMax) is None:
        return False
    if not silent:
        state.append_pending("[")
    state.pos += 1
    return True


def picture(state: StateInline, silent: bool) -> bool:
    """`![text](address)`: a link with this text, as no picture of another host is shown."""
    start = state.pos
    if not state.src.startswith("![", start, state.posMax):
        return False
    state.pos += 1
    if not silent and state.pending:
        state.pushPending()
    place = len(state.tokens)
    if not link(state, silent):
        state.pos = start
        return False
    if not silent and len(state.tokens) == place + 2:  # no text between the two ends of the link
        shown = Token("text", "", 0)
        opening = state.tokens[place]
        opening.markup, shown.content = BARE, str(opening.attrs["href"])
        state.tokens.insert(place + 1, shown)
        state.tokens_meta.insert(place + 1, None)
    return True


def bare_address(state: StateInline, silent: bool) -> bool:
    """An address of the web that is just written down."""
    if silent or state.linkLevel or not state.src.startswith("://", state.pos, state.posMax):
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    found = _ADDRESS.match(state.src, state.pos, min(state.posMax, state.pos + MAX_ADDRESS_CHARACTERS))
    if scheme is None or found is None:
        return False
    return _link_to(state, scheme[0], _trimmed(found[0]))


def bare_mail(state: StateInline, silent: bool) -> bool:
    """An address of mail that is just written down."""
    if silent or state.linkLevel or state.src[state.pos] != "@":
        return False
    local = _LOCAL_PART.search(state.pending[-65:])
    host = _MAIL_HOST.match(state.src, state.pos, state.posMax)
    if local is None or host is None:
        return False
    return _link_to(state, local[0], host[0].rstrip("-"), prefix="mailto:")


def _link_to(state: StateInline, before: str, rest: str, *, prefix: str = "") -> bool:
    """Link text that ends `pending` and goes on at the position; returns whether its address is allowed."""
    shown = before + rest
    address = state.md.normalizeLink(prefix + shown)
    if not state.md.validateLink(address):
        return False
    state.pending = state.pending[: -len(before)]
    opening = state.push("link_open", "a", 1)
    opening.attrs, opening.markup = {"href": address}, BARE
    state.push("text", "", 0).content = shown
    state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _trimmed(address: str) -> str:
    """Without what belongs to the sentence around it. Source: GFM's extended autolinks."""
    while True:
        shorter = address.rstrip(_TRAILING)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
