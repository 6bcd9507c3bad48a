"""Tags by id, remembered until one changes: rendering a page of images asks for a thousand.

Neighbours: `tags` (reads them), `images` (asks for them), `replica` (tells when one has changed).
"""

from collections.abc import Mapping, Sequence
from typing import cast

from polybooru.db import Change
from polybooru.library.library import Library
from polybooru.library.tags import Tag, load_tags

_YOUNG = 100_000
"""Tags that are remembered for certain, 470 bytes each; as many again that were not asked for lately."""


class KnownTags:
    """The tags of one library, as images carry them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._young: dict[int, Tag] = {}
        self._old: dict[int, Tag] = {}
        library.replica.listen(self._forget)

    def find_lists(self, lists: Sequence[Sequence[int]]) -> list[list[Tag]]:
        """Those tags of each list of ids that exist, in its order."""
        found = [self._find_young(tag_ids) for tag_ids in lists]
        if None not in found:
            return cast("list[list[Tag]]", found)
        missing = [tag_ids for tag_ids, carried in zip(lists, found, strict=True) if carried is None]
        known = self.find(set[int]().union(*missing))
        return [
            [known[tag_id] for tag_id in tag_ids if tag_id in known] if carried is None else carried
            for tag_ids, carried in zip(lists, found, strict=True)
        ]

    def _find_young(self, tag_ids: Sequence[int]) -> list[Tag] | None:
        """All of them or None: as a rule they are there, and looked at no further."""
        try:
            return [*map(self._young.__getitem__, tag_ids)]
        except KeyError:
            return None

    def find(self, tag_ids: set[int]) -> Mapping[int, Tag]:
        """At least those of the tags with these ids that exist."""
        seen, young, old = self._library.replica.applied, self._young, self._old
        missing = tag_ids.difference(young)
        if not missing:
            return young
        fresh = {tag_id: old[tag_id] for tag_id in missing if tag_id in old}
        unknown = missing.difference(fresh)
        if unknown:
            with self._library.reading() as reading:
                fresh |= load_tags(reading, unknown)
        with self._library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == self._library.replica.applied:
                self._keep(fresh)
        return young if fresh.keys() <= young.keys() else young | fresh

    def _keep(self, fresh: dict[int, Tag]) -> None:
        if len(self._young) >= _YOUNG:
            self._young, self._old = {}, self._young
        self._young.update(fresh)

    def _forget(self, batch: Sequence[Change]) -> None:
        if any(change.kind == "tag" for change in batch):
            self._young, self._old = {}, {}
