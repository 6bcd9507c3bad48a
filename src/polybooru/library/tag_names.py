"""Tag names: cleaning, lists, namespaces, slugs, order of display. Pure functions.

Used wherever a name comes in: tag input, filters, and the search language, whose default field takes
`clean_tag_name` as its normaliser (patterns too: `*` and `?` are ordinary characters here).
Source of the rules: docs/reference/tags.md
"""

import re
import unicodedata
from dataclasses import dataclass

MAX_NAME_BYTES = 255

CATEGORIES = (
    "error",
    "rating",
    "origin",
    "character",
    "oc",
    "species",
    "body-type",
    "content-fanmade",
    "content-official",
    "spoiler",
)
"""In display order; a tag may also have none and then comes last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """What the part before the first colon brings: a new tag's category, and whether names keep their `_`."""

    category: str | None = None
    keeps_underscores: bool = False


NAMESPACES = {
    **dict.fromkeys(
        ("artist", "colorist", "editor", "generator", "photographer", "prompter"),
        Namespace(category="origin", keeps_underscores=True),
    ),
    "commissioner": Namespace(keeps_underscores=True),
    "oc": Namespace(category="oc", keeps_underscores=True),
    "spoiler": Namespace(category="spoiler"),
    **dict.fromkeys(
        ("art pack", "comic", "fanfic", "series", "video"), Namespace(category="content-fanmade")
    ),
    **dict.fromkeys(("ask", "blog", "parent", "parents", "species"), Namespace()),
}

# Printable ASCII words with single spaces, none beside a colon, without capitals and `_`: already clean.
_CLEAN = re.compile(r"[!-@\[-^`-~]++(?:(?<!:) (?!:)[!-@\[-^`-~]++)*+")
# The dialect's white space: that of Unicode, and the zero-width and direction marks of its list.
_SPACES = re.compile(r"[\s\u0085\u00a0\u1680\u180e\u2000-\u200f\u2028\u2029\u202f\u205f\u3000\ufeff]+")
_QUOTES = str.maketrans(
    {
        **dict.fromkeys("\u00b4\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
    }
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_KEEPERS = frozenset(name for name, namespace in NAMESPACES.items() if namespace.keeps_underscores)
_CATEGORY_RANKS: dict[str | None, int] = {category: rank for rank, category in enumerate(CATEGORIES)}
_SLUG_CODES = {
    "-": "-dash-",
    "/": "-fwslash-",
    "\\": "-bwslash-",
    ":": "-colon-",
    ".": "-dot-",
    "+": "-plus-",
    " ": "+",
}
_CODED = re.compile("|".join(map(re.escape, _SLUG_CODES)))
_CODE = re.compile("|".join(map(re.escape, _SLUG_CODES.values())))
_NOT_IN_ADDRESSES = re.compile(r"[^a-z0-9_+-]")
_CHARACTERS = {code: character for character, code in _SLUG_CODES.items()}


def clean_tag_name(text: str) -> str:
    """The form in which a name is stored and compared; cleaning twice changes nothing.

    Beyond the dialect's rules a name is in NFC and without characters that cannot be seen (controls,
    direction marks, half surrogates), so that fewer names only look the same; and an underscore written
    inside a namespace (`art_pack:`) does not hide it.
    """
    return text if _CLEAN.fullmatch(text) else _cleaned(text)


def clean_tag_list(text: str) -> list[str]:
    """Names between commas, cleaned, each once; the empty and the too long are left out."""
    names = dict.fromkeys(clean_tag_name(part) for part in text.split(","))
    return [name for name in names if name and len(name.encode()) <= MAX_NAME_BYTES]


def split_namespace(name: str) -> tuple[str | None, str]:
    """Namespace and name in it, of a cleaned name: `artist` and `jane`; none and `re:zero`."""
    head, colon, tail = name.partition(":")
    return (head, tail) if colon and head in NAMESPACES else (None, name)


def slug(name: str) -> str:
    """The name as it stands in addresses, before percent-encoding; no two names share one."""
    return _CODED.sub(lambda match: _SLUG_CODES[match[0]], name)


def address_slug(slug: str) -> str:
    """The slug as it stands in the address of an image's file, which has fewer characters."""
    return _NOT_IN_ADDRESSES.sub("", slug)


def name_of_slug(text: str) -> str:
    """The name that has this slug; other text as well as it goes. To show: a tag is looked up by its slug.

    Read from the left in one pass: code after code, as the dialect's document says, misreads `:plus:`.
    """
    return _CODE.sub(lambda match: _CHARACTERS[match[0]], text)


def display_order_key(category: str | None, name: str) -> str:
    """Sorts tags for display: by category, then by name in byte order (code points sort as UTF-8 does)."""
    return f"{_CATEGORY_RANKS.get(category, len(CATEGORIES)):02}{name}"


def _cleaned(text: str) -> str:
    name = _SPACES.sub(" ", text.lower())
    if not name.isprintable():
        name = "".join(c for c in name if unicodedata.category(c) not in _UNSEEN)
    if not name.isascii():
        name = unicodedata.normalize("NFC", name).translate(_QUOTES)
    namespace, in_namespace = _namespaced(name)
    if namespace not in _KEEPERS:
        namespace, in_namespace = _namespaced(name.replace("_", " "))
    words = _one_spaced(in_namespace)
    return words if namespace is None else f"{namespace}:{words}"


def _namespaced(name: str) -> tuple[str | None, str]:
    head, colon, tail = name.partition(":")
    namespace = _one_spaced(head)
    return (namespace, tail) if colon and namespace in NAMESPACES else (None, name)


def _one_spaced(text: str) -> str:
    return " ".join(text.split())
