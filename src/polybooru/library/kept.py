"""Answers that were found, remembered until a change that could alter them; of one process.

Neighbours: the replica (tells of changes); `row_search.kept` and edges keep what they found.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from polybooru.db import Change
from polybooru.library.replica import Replica

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Kept(Generic[_Key, _Value]):
    """Answers by what was asked. Safe to use from several threads.

    is_stale: whether a change of this kind may alter any of them. most: so many are remembered.
    """

    def __init__(self, replica: Replica, *, is_stale: Callable[[str], bool], most: int) -> None:
        self._replica = replica
        self._is_stale = is_stale
        self._most = most
        self._found: dict[_Key, _Value] = {}
        replica.listen(self._forget)

    def __contains__(self, key: _Key) -> bool:
        return key in self._found

    def find(self, key: _Key, find: Callable[[], _Value], *, is_lasting: bool = True) -> _Value:
        """The answer, found now if it is not known. is_lasting: False for one that time alone alters."""
        known = self._found.get(key)
        if known is not None:
            return known
        seen = self._replica.applied
        found = find()
        if is_lasting:
            with self._replica.lock:  # between the look and the keeping nothing may become stale
                if seen == self._replica.applied:
                    if len(self._found) >= self._most:
                        self._found.clear()
                    self._found[key] = found
        return found

    def _forget(self, batch: Sequence[Change]) -> None:
        if self._found and any(self._is_stale(change.kind) for change in batch):
            self._found.clear()
