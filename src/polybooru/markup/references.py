"""Images named in a text, filled in for one reader.

The stored HTML holds only the number of an image, in a place that reads `>>123` if nothing fills it. So what
is hidden, approved or merged later needs no text to be written anew, and nothing of an image can stay in one.
"""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

_STORED = re.compile(r'<span class="image-reference">&gt;&gt;([0-9]{1,10})([tsp]?)</span>')


class Embed(Enum):
    """Which picture a reference asks for; the value is the letter behind the number."""

    LINK = ""
    SMALL = "t"
    THUMBNAIL = "s"
    MEDIUM = "p"


@dataclass(frozen=True, slots=True)
class Reference:
    """One image named in a text."""

    image_id: int
    embed: Embed


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A file to show. url: a path or an address of the board's own files."""

    url: str
    width_px: int
    height_px: int
    alternative_text: str
    is_spoilered: bool
    is_video: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one reader sees of a reference. note: in brackets behind the number, as `merged`; url: a path."""

    url: str | None
    note: str = ""
    picture: Picture | None = None


def references(made: Iterable[str]) -> set[Reference]:
    """All images named in texts that `render` made."""
    return {_reference(found) for text in made for found in _STORED.finditer(text)}


def show(made: str, resolve: Callable[[Reference], Shown | None]) -> str:
    """The HTML for one reader. resolve: None for an image that this reader may not know of."""

    def filled(found: re.Match[str]) -> str:
        shown = resolve(_reference(found))
        return f"&gt;&gt;{found[1]}{found[2]}" if shown is None else _filled(found, shown)

    return _STORED.sub(filled, made)


def _reference(found: re.Match[str]) -> Reference:
    return Reference(int(found[1]), Embed(found[2]))


def _filled(found: re.Match[str], shown: Shown) -> str:
    note = f" ({html.escape(shown.note)})" if shown.note else ""
    text = f"&gt;&gt;{found[1]}{found[2]}{note}"
    if shown.url is None:
        return text
    inside = text if shown.picture is None else _pictured(shown.picture)
    return f'<a class="image-link" href="{html.escape(shown.url)}">{inside}</a>'


def _pictured(picture: Picture) -> str:
    spoilered = " spoilered" if picture.is_spoilered else ""
    size = f'width="{picture.width_px}" height="{picture.height_px}"'
    url, alt = html.escape(picture.url), html.escape(picture.alternative_text)
    if picture.is_video:
        shown = f'<video src="{url}" {size} aria-label="{alt}" muted loop playsinline></video>'
    else:
        shown = f'<img src="{url}" {size} alt="{alt}" loading="lazy">'
    return f'<span class="embed{spoilered}">{shown}</span>'
