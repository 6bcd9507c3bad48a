"""The bounded cache of encoded documents: one image's JSON in one dialect, as bytes.

Rendering stays in each edge's `present`; here is only the keeping. The replica drops what a change made
stale.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

_Key: TypeAlias = tuple[str, int]
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
    """Encoded documents by dialect and image id.

    In two generations, as moving a document at each use costs more than finding it: one that is asked for
    joins the young, room is made among the old, and when there are no old ones the young are the old.
    max_bytes: bound on the documents themselves; keys and bookkeeping add about 200 bytes each.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._young: OrderedDict[_Key, bytes] = OrderedDict()
        self._old: OrderedDict[_Key, bytes] = OrderedDict()
        self._dialects: set[str] = set()
        self._lock = threading.Lock()

    def get_many(self, dialect: str, image_ids: Sequence[int]) -> list[bytes | None]:
        """Documents in the order of the ids, None where one is not kept."""
        keys = [(dialect, image_id) for image_id in image_ids]
        with self._lock:
            found = list(map(self._young.get, keys))
            if None not in found:
                return found
            for at, key in enumerate(keys):
                if key in self._old:
                    found[at] = self._young[key] = self._old.pop(key)
        return found

    def put_many(self, dialect: str, made: Mapping[int, bytes]) -> None:
        """Keep documents."""
        with self._lock:
            self._dialects.add(dialect)
            for image_id, document in made.items():
                key = (dialect, image_id)
                self._drop(key)
                self._young[key] = document
                self._size_bytes += len(document)
            while self._size_bytes > self._max_bytes:
                if not self._old:
                    self._young, self._old = self._old, self._young
                _, document = self._old.popitem(last=False)
                self._size_bytes -= len(document)

    def follow(self, batch: Sequence[Stale]) -> None:
        """Drop what a batch of changes made stale."""
        with self._lock:
            if any(change.kind in _CLEARING for change in batch):
                self._young.clear()
                self._old.clear()
                self._size_bytes = 0
                return
            for change in batch:
                for dialect in self._dialects:
                    self._drop((dialect, change.object_id))

    def _drop(self, key: _Key) -> None:
        document = self._young.pop(key, None) or self._old.pop(key, None)
        if document is not None:
            self._size_bytes -= len(document)
