"""The bounded cache of encoded documents: one image's JSON in one dialect, as bytes.

Rendering stays in each edge's `present`; here is only the keeping. The replica drops what a change made
stale.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Protocol

_CLEARING = frozenset({"tag", "user"})  # these stand in the documents of any number of images


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
    """Encoded documents by dialect and image id; the ones used longest ago are dropped first.

    max_bytes: bound on the documents themselves; keys and bookkeeping add about 200 bytes each.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._documents: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._dialects: set[str] = set()
        self._lock = threading.Lock()

    def get_many(self, dialect: str, image_ids: Sequence[int]) -> list[bytes | None]:
        """Documents in the order of the ids, None where one is not kept."""
        documents = self._documents
        found: list[bytes | None] = []
        with self._lock:
            for image_id in image_ids:
                key = (dialect, image_id)
                document = documents.get(key)
                if document is not None:
                    documents.move_to_end(key)
                found.append(document)
        return found

    def put_many(self, dialect: str, made: Mapping[int, bytes]) -> None:
        """Keep documents."""
        with self._lock:
            self._dialects.add(dialect)
            for image_id, document in made.items():
                self._drop((dialect, image_id))
                self._documents[dialect, image_id] = document
                self._size_bytes += len(document)
            while self._size_bytes > self._max_bytes:
                self._drop(next(iter(self._documents)))

    def follow(self, batch: Sequence[Stale]) -> None:
        """Drop what a batch of changes made stale."""
        with self._lock:
            if any(change.kind in _CLEARING for change in batch):
                self._documents.clear()
                self._size_bytes = 0
                return
            for change in batch:
                for dialect in self._dialects:
                    self._drop((dialect, change.object_id))

    def _drop(self, key: tuple[str, int]) -> None:
        document = self._documents.pop(key, None)
        if document is not None:
            self._size_bytes -= len(document)
