"""What a reader makes of one line or sidecar, before the library judges it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MAX_SOURCE_CHARACTERS = 255
MAX_SOURCES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One picture to import. `label` names it in messages: a line number or a path."""

    label: str
    path: Path
    tags: tuple[str, ...] = ()
    description: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A line or sidecar that says nothing usable, and why."""

    label: str
    reason: str


def described(*, title: str, text: str = "", licence: str = "", source: str = "") -> str:
    """A description that keeps what has no field of its own."""
    licence = licence.strip()
    facts = [f"Licence: {licence}" if licence else "", f"Source: {source}" if source else ""]
    return "\n\n".join(part for part in (title.strip(), text.strip(), *facts) if part)


def artist_tag(name: str) -> str:
    """The tag of an artist; a comma would end it."""
    return f"artist:{' '.join(name.replace(',', ' ').split())}"


def split_sources(candidates: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Addresses that the library takes as sources, and the rest as text for the description."""
    taken: dict[str, None] = {}
    rest: list[str] = []
    for candidate in (c.strip() for c in candidates):
        if not candidate:
            continue
        is_address = candidate.startswith(("http://", "https://")) and len(candidate) <= MAX_SOURCE_CHARACTERS
        if candidate in taken or (is_address and len(taken) < MAX_SOURCES):
            taken[candidate] = None
        else:
            rest.append(candidate)
    return tuple(taken), ", ".join(rest)
