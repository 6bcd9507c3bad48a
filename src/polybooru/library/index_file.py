"""The image index on the disk: what is in the file, and when it may be used.

It may if it was written by a program that reads rows alike, and if the change it was true up to is still in
the log: the same change, made at the same microsecond. That tells another library apart as well as an older
copy of this one that was put back. Neighbours: `replica` (reads it, and follows what came since),
`index_keeper` (has it written and trims the log), `search/index/snapshot` (the format).
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, select

from polybooru.db.schema import HEAD
from polybooru.db.tables import changes
from polybooru.db.types import EPOCH
from polybooru.library.image_index import MEANING, SHAPE
from polybooru.search.index import (
    ImageIndex,
    SnapshotReader,
    SnapshotWriter,
    UnusableSnapshot,
    open_snapshot,
    write_snapshot,
)
from polybooru.search.reverse import ReverseIndex
from polybooru.search.suggest import SuggestionIndex

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """All that a replica holds; true up to the change of this number."""

    index: ImageIndex
    reverse: ReverseIndex
    suggestions: SuggestionIndex
    tag_categories: dict[int, str | None]
    number: int


class IndexFile:
    """The file at a path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, connection: Connection) -> Loaded:
        """What was saved of this very library. Raises UnusableSnapshot, FileNotFoundError."""
        reader = open_snapshot(self.path)
        number = reader.about.get("number")
        if not isinstance(number, int):
            raise UnusableSnapshot("it does not say which changes it holds")
        if reader.about != _about(connection, number):
            raise UnusableSnapshot(
                "it belongs to another program or library, or to a later state of this one"
            )
        return Loaded(
            index=ImageIndex.restored(SHAPE, reader),
            reverse=_restored_reverse(reader),
            suggestions=_restored_suggestions(reader),
            tag_categories=_restored_categories(reader),
            number=number,
        )

    def write(self, connection: Connection, loaded: Loaded) -> bool:
        """Replace the file.

        Returns whether it was: not while another process is at it, nor if the log no longer holds the change.
        Raises OSError.
        """
        about = _about(connection, loaded.number)
        if about is None:
            return False

        def dump(into: SnapshotWriter) -> None:
            loaded.index.dump(into)
            _dump_reverse(into, loaded.reverse)
            _dump_suggestions(into, loaded.suggestions)
            _dump_categories(into, loaded.tag_categories)

        return write_snapshot(self.path, about, dump)


def _about(connection: Connection, number: int) -> dict[str, str | int] | None:
    """Says who may use a file that is true up to this change; None if the log does not hold it."""
    row = connection.execute(select(changes).where(changes.c.number == number)).one_or_none()
    if row is None:
        return None
    return {"number": number, "change": _told(row), "schema": HEAD, "meaning": MEANING}


def _told(row: Row[Any]) -> str:
    made_at = (row.made_at - EPOCH) // _MICROSECOND
    return f"{made_at} {row.kind} {row.object_id} {row.user_id}"


def _dump_reverse(into: SnapshotWriter, reverse: ReverseIndex) -> None:
    with into.below("reverse"):
        for name, values in reverse.dump().items():
            into.array(name, values)


def _restored_reverse(source: SnapshotReader) -> ReverseIndex:
    reverse = ReverseIndex()
    with source.below("reverse"):
        reverse.restore({name: source.array(name) for name in source.names()})
    return reverse


def _dump_suggestions(into: SnapshotWriter, suggestions: SuggestionIndex) -> None:
    arrays, texts = suggestions.dump()
    with into.below("suggestions"):
        for name, values in arrays.items():
            into.array(name, values)
        into.texts("texts", texts)


def _restored_suggestions(source: SnapshotReader) -> SuggestionIndex:
    suggestions = SuggestionIndex()
    with source.below("suggestions"):
        arrays = {name: source.array(name) for name in ("entries", "keys", "targets", "uses")}
        suggestions.restore(arrays, source.texts("texts"))
    return suggestions


def _dump_categories(into: SnapshotWriter, tag_categories: dict[int, str | None]) -> None:
    known = sorted({category for category in tag_categories.values() if category is not None})
    places: dict[str | None, int] = {category: place for place, category in enumerate(known)}
    places[None] = -1
    with into.below("tag categories"):
        into.array("tags", np.array([*tag_categories], np.int64))
        into.array("places", np.array([places[c] for c in tag_categories.values()], np.int16))
        into.texts("names", known)


def _restored_categories(source: SnapshotReader) -> dict[int, str | None]:
    with source.below("tag categories"):
        names: list[str | None] = [*source.texts("names"), None]  # -1 is the last
        places = source.array("places").tolist()
        return {tag: names[place] for tag, place in zip(source.array("tags").tolist(), places, strict=True)}
