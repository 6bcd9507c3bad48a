"""Folders that gallery-dl filled, with its metadata written beside each file as `NAME.json`.

Boards name the same things differently; the keys read here are those of gallery-dl's extractors for boards,
which give names as a list, between commas, or (without a comma) between blanks.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from polybooru.importers.entry import Entry, Unreadable, artist_tag, described, split_sources

_RATINGS = {
    "s": "safe",
    "safe": "safe",
    "sfw": "safe",
    "g": "safe",
    "general": "safe",
    "sensitive": "suggestive",
    "suggestive": "suggestive",
    "q": "questionable",
    "questionable": "questionable",
    "e": "explicit",
    "explicit": "explicit",
}
_SENSITIVE_BOARDS = frozenset({"danbooru", "aibooru", "booruvar"})
"""Where `s` is short for sensitive, as gallery-dl's extractors of this family name the boards."""
_ARTISTS = ("artist", "artists", "author", "tags_artist", "tag_string_artist")
_SOURCES = ("source_urls", "sources", "source_url", "source")
_TAGS = ("tags", "tag_string", "tags_general", "tags_character", "tags_species", "tags_copyright")


def read_folder(folder: Path) -> Iterator[Entry | Unreadable]:
    """Entries for every file below `folder` that has a sidecar, in the order of their paths."""
    for sidecar in sorted(folder.rglob("*.json")):
        picture = sidecar.with_suffix("")
        if picture.is_file():
            yield _entry(picture, sidecar, str(picture.relative_to(folder)))
        elif picture.suffix:
            yield Unreadable(label=str(sidecar.relative_to(folder)), reason="the file beside it is missing")


def _entry(picture: Path, sidecar: Path, label: str) -> Entry | Unreadable:
    try:
        facts = msgspec.json.decode(sidecar.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        return Unreadable(label=label, reason=f"unreadable sidecar: {error}")
    if not isinstance(facts, dict):
        return Unreadable(label=label, reason="unreadable sidecar: not a JSON object")
    artists = [name for key in _ARTISTS for name in _names(facts.get(key), split_blanks="tag" in key)]
    names = [name for key in _TAGS for name in _names(facts.get(key), split_blanks=True)]
    rating = _rating(facts)
    sources, rest = split_sources(text for key in _SOURCES for text in _texts(facts.get(key)))
    return Entry(
        label=label,
        path=picture,
        tags=tuple(
            dict.fromkeys(
                [
                    *(name.replace(",", " ") for name in names if name not in artists),
                    *(artist_tag(name.removeprefix("artist:")) for name in artists),
                    *([rating] if rating is not None else []),
                ]
            )
        ),
        description=described(
            title=_text(facts.get("title")),
            text=_text(facts.get("description")) or _text(facts.get("content")),
            licence=_text(facts.get("license")),
            source=rest,
        ),
        sources=sources,
    )


def _rating(facts: dict[str, Any]) -> str | None:
    told = str(facts.get("rating", "")).lower()
    if told == "s" and facts.get("category") in _SENSITIVE_BOARDS:
        return "suggestive"
    return _RATINGS.get(told)


def _names(value: Any, *, split_blanks: bool = False) -> list[str]:
    """Names however they are listed: a JSON list of texts or of named objects, or one text."""
    match value:
        case str() if split_blanks and "," not in value:
            return value.split()
        case str():
            return [part.strip() for part in value.split(",") if part.strip()]
        case list():
            return [name for item in value for name in ([item] if isinstance(item, str) else _names(item))]
        case {"name": str(name)}:
            return [name]
        case _:
            return []


def _texts(value: Any) -> list[str]:
    """An address may hold a comma, so one text is one source."""
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
