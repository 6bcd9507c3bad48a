"""The bounded cache of encoded documents: one image's JSON in one dialect, as bytes.

Rendering stays in each edge's `present`; here is only the keeping. The replica drops what a change made
stale.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

_Generation: TypeAlias = "defaultdict[str, dict[int, bytes]]"  # by dialect, then by image id
_CLEARING = frozenset({"tag", "user", "artist_link"})  # these stand in the documents of any number of images
_OF_IMAGES = frozenset({"image", "image_tags", "interaction"})  # ids of other kinds are those of other things


class Stale(Protocol):
    """A change record, as far as documents care."""

    @property
    def kind(self) -> str:
        """What sort of thing changed."""
        ...

    @property
    def object_id(self) -> int:
        """Its id."""
        ...


class DocumentCache:
    """Encoded documents by dialect and image id.

    In two generations, as moving a document at each use costs more than finding it: one that is asked for
    joins the young, room is made among the old, and when there are no old ones the young are the old.
    Plain integers as keys: a search looks up 25, and most of that time is spent waiting for memory.
    max_bytes: bound on the documents themselves; keys and bookkeeping add about 150 bytes each.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._clear()

    def get_many(self, dialect: str, image_ids: Sequence[int]) -> list[bytes | None]:
        """Documents in the order of the ids, None where one is not kept."""
        with self._lock:
            young = self._young[dialect]
            found = list(map(young.get, image_ids))
            if None not in found:
                return found
            old = self._old[dialect]
            for at, image_id in enumerate(image_ids):
                if image_id in old:
                    found[at] = young[image_id] = old.pop(image_id)
        return found

    def put_many(self, dialect: str, made: Mapping[int, bytes]) -> None:
        """Keep documents, except one that is larger than all that may be kept."""
        with self._lock:
            young, old = self._young[dialect], self._old[dialect]
            for image_id, document in made.items():
                if image_id in young or image_id in old:
                    self._drop(dialect, image_id)
                if len(document) > self._max_bytes:
                    continue
                young[image_id] = document
                self._size_bytes += len(document)
            while self._size_bytes > self._max_bytes:
                self._make_room()

    def follow(self, batch: Sequence[Stale]) -> None:
        """Drop what a batch of changes made stale."""
        with self._lock:
            if any(change.kind in _CLEARING for change in batch):
                self._clear()
                return
            dialects = {*self._young, *self._old}
            for change in batch:
                if change.kind in _OF_IMAGES:
                    for dialect in dialects:
                        self._drop(dialect, change.object_id)

    def _clear(self) -> None:
        self._size_bytes = 0
        self._young: _Generation = defaultdict(dict)
        self._old: _Generation = defaultdict(dict)
        self._leaving = _keys(self._old)

    def _make_room(self) -> None:
        oldest = next(self._leaving, None)
        if oldest is None:
            self._young, self._old = defaultdict(dict), self._young
            self._leaving = _keys(self._old)
            return
        dialect, image_id = oldest
        self._size_bytes -= len(self._old[dialect].pop(image_id, b""))

    def _drop(self, dialect: str, image_id: int) -> None:
        document = self._young[dialect].pop(image_id, None) or self._old[dialect].pop(image_id, None)
        if document is not None:
            self._size_bytes -= len(document)


def _keys(generation: _Generation) -> Iterator[tuple[str, int]]:
    """What is in it now, oldest first; finding the first of a dictionary again and again would not do."""
    listed = [(dialect, iter([*documents])) for dialect, documents in generation.items()]
    return ((dialect, image_id) for dialect, image_ids in listed for image_id in image_ids)
