"""Folders that gallery-dl filled, with its metadata written beside each file as `NAME.json`.

Boards name the same things differently; the keys read here are those of gallery-dl's extractors for boards.
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
_ARTISTS = ("artist", "artists", "author", "tags_artist", "tag_string_artist")
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
    except (msgspec.DecodeError, RecursionError, OSError) as error:
        return Unreadable(label=label, reason=f"unreadable sidecar: {error}")
    if not isinstance(facts, dict):
        return Unreadable(label=label, reason="unreadable sidecar: not a JSON object")
    names = [name for key in _TAGS for name in _names(facts.get(key), split_blanks="string" in key)]
    artists = [name for key in _ARTISTS for name in _names(facts.get(key), split_blanks="string" in key)]
    rating = _RATINGS.get(str(facts.get("rating", "")).lower())
    sources, rest = split_sources(
        [*_names(facts.get("source_urls")), *_names(facts.get("source_url")), *_names(facts.get("source"))]
    )
    return Entry(
        label=label,
        path=picture,
        tags=tuple(
            dict.fromkeys(
                [
                    *(name.replace(",", " ") for name in names),
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


def _names(value: Any, *, split_blanks: bool = False) -> list[str]:
    """Names however they are listed: a JSON list of texts or of named objects, or one text."""
    match value:
        case str():
            return value.split() if split_blanks else [part for part in value.split(",") if part.strip()]
        case list():
            return [name for item in value for name in _names(item)]
        case {"name": str(name)}:
            return [name]
        case _:
            return []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
