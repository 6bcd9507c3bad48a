"""SVG cleaning: text in, text out. Nothing is drawn here.

Honest drawings look hostile (half of a clip-art library has a DOCTYPE, many lack the namespace or name local
files), so what is not allowed is left out and the rest still draws. Three steps: `_rewrite` parses with
expat, expands internal entities within bounds, drops DOCTYPE, comments, instructions, scripts and foreign
objects, adds missing namespaces and keeps only links into the drawing itself or to embedded pictures
(cleaned too); then py-svg-hush filters by its allow-list of elements and attributes; then `_rewrite` runs
again over what came out.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from xml.parsers import expat

import py_svg_hush

from polybooru.media import stills
from polybooru.media.errors import CorruptFile, DrawingTooComplex
from polybooru.media.limits import Limits, check_bytes
from polybooru.media.sniff import sniff
from polybooru.media.types import MediaType

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_NAMESPACES = {"xlink": "http://www.w3.org/1999/xlink"}
_DROPPED = frozenset({"script", "foreignObject", "metadata"})
_EMBEDDED = {
    MediaType.PNG: "image/png",
    MediaType.JPEG: "image/jpeg",
    MediaType.GIF: "image/gif",
    MediaType.WEBP: "image/webp",
}
_EXPANDED_FACTOR = 4
"""How much longer a file may become by its entities."""

_DATA_LINK = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"@import[^;]*(?:;|$)", re.IGNORECASE)
_CSS_OUTSIDE = re.compile(r"""url\(\s*(?!["']?\s*#)[^)]*\)""", re.IGNORECASE)
_CSS_SUSPECT = re.compile(
    r"\\|@import|image-set|image\(|src\(|://|javascript:|expression\(|-moz-binding", re.IGNORECASE
)


def clean(data: bytes, limits: Limits) -> bytes:
    """UTF-8 text that draws the same without reaching outside.

    Raises CorruptFile, TooManyBytes, DrawingTooComplex.
    """
    check_bytes(len(data), limits.svg_bytes)
    try:
        filtered = py_svg_hush.filter_svg(_rewrite(data, limits), {"image": ["png", "jpeg", "gif", "webp"]})
    except ValueError as error:
        raise CorruptFile(reason=str(error)) from error
    return _rewrite(filtered, limits)


def _rewrite(data: bytes, limits: Limits) -> bytes:
    rewriter = _Rewriter(limits=limits, limit_bytes=max(len(data), 4096) * _EXPANDED_FACTOR)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.UseForeignDTD(True)  # an entity that nobody defined is then skipped instead of refused
    parser.StartElementHandler = rewriter.start
    parser.EndElementHandler = rewriter.end
    parser.CharacterDataHandler = rewriter.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError) as error:
        raise CorruptFile(reason=f"not well-formed: {error}") from error
    return rewriter.finish()


@dataclass(slots=True, kw_only=True)
class _Element:
    id: str | None
    used: str | None
    """For `use`: the id it repeats."""
    children: list["_Element"] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Rewriter:
    """Expat's handlers: counts, and writes again what may stay."""

    limits: Limits
    limit_bytes: int
    out: list[str] = field(default_factory=list)
    out_length: int = 0
    elements: int = 0
    open: list[_Element] = field(default_factory=list)
    by_id: dict[str, _Element] = field(default_factory=dict)
    root: _Element | None = None
    root_attributes: dict[str, str] = field(default_factory=dict)
    root_name: str = ""
    used_prefixes: set[str] = field(default_factory=set)
    declared_prefixes: set[str] = field(default_factory=set)
    dropping: int = 0
    style: list[str] | None = None
    """The text of the style sheet being read: judged whole, since expat hands it over in pieces."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self.dropping or local in _DROPPED:
            self.dropping += 1
            return
        kept = {key: value for key, value in attributes.items() if not key.lower().startswith("on")}
        kept = {
            key: cleaned
            for key, value in kept.items()
            if (cleaned := _clean_attribute(key, value)) is not None
        }
        self._note_prefixes(name, kept)
        self._note_element(local, kept)
        if local == "style":
            self.style = []
        if self.root_name:
            self._write(f"<{name}{_written(kept)}>")
        else:
            if local != "svg":
                raise CorruptFile(reason="the root is not an svg element")
            self.root_name, self.root_attributes = name, kept

    def end(self, name: str) -> None:
        if self.dropping:
            self.dropping -= 1
            return
        if self.style is not None and name.rpartition(":")[2] == "style":
            self._write(_escaped(_clean_css("".join(self.style))))
            self.style = None
        self.open.pop()
        self._write(f"</{name}>")

    def text(self, text: str) -> None:
        if self.dropping:
            return
        if self.style is not None:
            self.style.append(text)
        else:
            self._write(_escaped(text))

    def finish(self) -> bytes:
        self._require_bounded_uses()
        attributes = dict(self.root_attributes)
        if ":" not in self.root_name:
            attributes.setdefault("xmlns", SVG_NAMESPACE)
        for prefix in sorted(self.used_prefixes - self.declared_prefixes - {"xml", "xmlns"}):
            attributes[f"xmlns:{prefix}"] = _NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")
        head = f'<?xml version="1.0" encoding="utf-8"?>\n<{self.root_name}{_written(attributes)}>'
        return (head + "".join(self.out)).encode()

    def _write(self, text: str) -> None:
        self.out_length += len(text)
        if self.out_length > self.limit_bytes:
            raise DrawingTooComplex(
                what="characters after expansion", found=self.out_length, limit=self.limit_bytes
            )
        self.out.append(text)

    def _note_prefixes(self, name: str, attributes: dict[str, str]) -> None:
        for key in (name, *attributes):
            prefix, colon, rest = key.partition(":")
            if colon and prefix == "xmlns":
                self.declared_prefixes.add(rest)
            elif colon:
                self.used_prefixes.add(prefix)

    def _note_element(self, local: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > self.limits.svg_elements:
            raise DrawingTooComplex(what="elements", found=self.elements, limit=self.limits.svg_elements)
        if len(self.open) >= self.limits.svg_depth:
            raise DrawingTooComplex(what="levels", found=len(self.open) + 1, limit=self.limits.svg_depth)
        link = attributes.get("href") or attributes.get("xlink:href")
        used = link.strip()[1:] if local == "use" and link is not None else None
        element = _Element(id=attributes.get("id"), used=used)
        if element.id is not None:
            self.by_id.setdefault(element.id, element)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _require_bounded_uses(self) -> None:
        """Walks as a renderer would, entering what each `use` repeats; a cycle reaches the limit too."""
        drawn, waiting = 0, [self.root] if self.root else []
        while waiting:
            element = waiting.pop()
            drawn += 1
            if drawn > self.limits.svg_drawn_elements:
                raise DrawingTooComplex(
                    what="repeated elements", found=drawn, limit=self.limits.svg_drawn_elements
                )
            waiting += element.children
            if element.used is not None and element.used in self.by_id:
                waiting.append(self.by_id[element.used])


def _clean_attribute(name: str, value: str) -> str | None:
    """The value that may stay, or None to leave the attribute out."""
    local = name.rpartition(":")[2]
    if name == "xmlns" or name.startswith("xmlns:"):
        return value
    if local in {"href", "src"}:
        return value.strip() if value.strip().startswith("#") else _clean_embedded(value)
    if local == "base":
        return None
    if "(" in value or local == "style":
        return _clean_css(value)
    return value


def _clean_embedded(link: str) -> str | None:
    """An embedded picture by its content, without its own metadata; anything else is left out."""
    match = _DATA_LINK.match(link)
    if match is None:
        return None
    try:
        data = base64.b64decode(re.sub(r"\s+", "", link[match.end() :]), validate=True)
        media_type = sniff(data)
        if media_type not in _EMBEDDED:
            return None
        cleaned = stills.clean(data, media_type)
    except (binascii.Error, CorruptFile):
        return None
    return f"data:{_EMBEDDED[media_type]};base64,{base64.b64encode(cleaned).decode()}"


def _clean_css(text: str) -> str:
    """Without imports and outside addresses; empty if something that might still hide one is left."""
    text = _CSS_OUTSIDE.sub("none", _CSS_IMPORT.sub("", text))
    return "" if _CSS_SUSPECT.search(text) else text


_TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_VALUE_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)


def _escaped(text: str) -> str:
    return text.translate(_TEXT_ESCAPES)


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{value.translate(_VALUE_ESCAPES)}"' for name, value in attributes.items())
