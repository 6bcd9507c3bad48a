"""Manifests: one JSON object a line with path, title, artist, tags, source and license."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from polybooru.importers.entry import Entry, Unreadable, artist_tag, described, split_sources


class _Line(msgspec.Struct, kw_only=True):
    path: str
    title: str | None = None
    artist: str | None = None
    tags: list[str] = []
    source: str | None = None
    license: str | None = None


def read_manifest(manifest: Path, root: Path) -> Iterator[Entry | Unreadable]:
    """Entries in the order of the file; paths are relative to `root`. A broken line does not end the reading.

    Raises OSError if the manifest itself cannot be read.
    """
    with manifest.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if raw.strip():
                yield _entry(f"line {number}", raw, root)


def _entry(label: str, raw: bytes, root: Path) -> Entry | Unreadable:
    try:
        line = msgspec.json.decode(raw, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Unreadable(label=label, reason=f"not a manifest line: {error}")
    if not line.path or "\0" in line.path:
        return Unreadable(label=label, reason="not a manifest line: no usable path")
    sources, rest = split_sources([line.source or ""])
    artists = [artist_tag(line.artist)] if line.artist and line.artist.strip() else []
    return Entry(
        label=f"{label}, {line.path}",
        path=root / line.path,
        tags=(*(tag.replace(",", " ") for tag in line.tags), *artists),
        description=described(title=line.title or "", licence=line.license or "", source=rest),
        sources=sources,
    )


def count_lines(manifest: Path) -> int:
    """Entries of a manifest, for a progress bar."""
    with manifest.open("rb") as file:
        return sum(1 for raw in file if raw.strip())
