"""Text of people → HTML that is safe to put into any page, made once, when the text is written.

Two walls: the parser escapes every sign of HTML, and what it made is cleaned by a list of what may stand.
References to images are left for the reader: see `references`.
"""

import html
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import nh3

from polybooru.markup.budget import OverBudget, Parsing
from polybooru.markup.parser import parser

_TAGS = frozenset(
    """
    a blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr li ol pre span strong sub sup
    table tbody td th thead tr u ul
    """.split()  # noqa: SIM905
)
_ALIGNMENTS = {"align-left", "align-center", "align-right"}
_CLASSES = {
    "div": {"paragraph"},
    "span": {"spoiler", "image-reference"},
    "td": _ALIGNMENTS,
    "th": _ALIGNMENTS,
}
_ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}}
_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#._-]{1,30}")
_UNSTORABLE = re.compile("[\ud800-\udfff]")  # halves of characters
REL = "nofollow ugc noopener"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One text as HTML. is_plain: it was over budget, and is shown as it was written."""

    html: str
    has_external_links: bool
    is_plain: bool


def render(text: str, *, own_hosts: Collection[str] = ()) -> Rendered:
    """HTML of a text; never fails. own_hosts: in lower case; links to them become paths.

    Cost: see docs/reference/markup.md; bounded by `budget`, over which the text is only escaped.
    """
    text = _UNSTORABLE.sub("", text)
    parsing = Parsing(own_hosts=own_hosts)
    try:
        made = parser().render(text, parsing.environment())
    except OverBudget:
        return Rendered(html=_plain(text), has_external_links="://" in text, is_plain=True)
    return Rendered(
        html=_cleaner().clean(made), has_external_links=parsing.has_external_links, is_plain=False
    )


def _plain(text: str) -> str:
    escaped = html.escape(text.strip()).replace("\n", "<br>\n")
    return f'<div class="paragraph">{escaped}</div>\n'


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=REL,
    )


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("code", "class") and _LANGUAGE.fullmatch(value) is None:
        return None
    return value
