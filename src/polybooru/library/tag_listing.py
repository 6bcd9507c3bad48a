"""The list of tags as it is served: known in memory, and looked at again after what may have changed it.

Also what searches by it leave out: whatever is not to be found, and images that no tag of the list is on.
Neighbours: `listed_tags` (the rows), `listed_images` (who asks).
"""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from itertools import count
from types import MappingProxyType

from sqlalchemy import select

from polybooru.db import Change, joined
from polybooru.db.tables import tags
from polybooru.library.image_index import TAG_ID_FIELD
from polybooru.library.library import Library
from polybooru.library.listed_tags import MOST_BY_DEFAULT, ListedTag, UsedTag, by_default, chosen_tags
from polybooru.library.ratings import UNSAFE
from polybooru.library.tags import find_tags
from polybooru.library.work import Reading
from polybooru.search.language.parser import disjunction
from polybooru.search.language.tree import Equals, Not, Nothing, Query

_TEXTS = select(tags.c.id, tags.c.name, tags.c.category, tags.c.short_description).where(
    joined.among_asked(tags.c.id)
)
_OF_LIST = frozenset({"listed_tag", "tag"})
_OF_USES = frozenset({"image", "image_tags"})


class Audience(Enum):
    """Which images are wanted, by whom they are for."""

    EVERYBODY = auto()
    ADULTS = auto()
    BOTH = auto()


class Listing:
    """One state of the list. version: no two states of one process have the same.

    by_name, by_id: the tags, in the order of their ids. left_out: what is no result, by whom is asked for.
    """

    def __init__(self, version: int, by_id: Mapping[int, ListedTag], for_adults: frozenset[int]) -> None:
        self.version = version
        self.by_id = MappingProxyType({tag_id: by_id[tag_id] for tag_id in sorted(by_id)})
        self.by_name = MappingProxyType({tag.name: tag for tag in self.by_id.values()})
        self.for_adults = for_adults
        adults = _any_tag(sorted(for_adults))
        always: tuple[Query, ...] = (Not(Equals("processed", True)), Not(_any_tag([*self.by_id])))
        self.left_out: Mapping[Audience, tuple[Query, ...]] = MappingProxyType(
            {
                Audience.EVERYBODY: (*always, adults),
                Audience.ADULTS: (*always, Not(adults)),
                Audience.BOTH: always,
            }
        )

    def is_like(self, by_id: Mapping[int, ListedTag], for_adults: frozenset[int]) -> bool:
        """Whether this is the same list."""
        return dict(self.by_id) == dict(by_id) and self.for_adults == for_adults


class TagListing:
    """The list of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._current: Listing | None = None
        self._versions = count(1)
        self._is_default = True
        self._texts: dict[int, UsedTag] = {}
        library.replica.listen(self._forget)
        self._is_stale = True

    def current(self) -> Listing:
        """The list as it is now. Cost: none to speak of while nothing changed; else a few milliseconds."""
        if not self._is_stale and self._current is not None:
            return self._current
        replica = self._library.replica
        with replica.lock:
            seen = replica.applied
            texts = dict(self._texts)
            used = replica.suggestions.most_used(2 * MOST_BY_DEFAULT)
        with self._library.reading() as reading:
            for_adults = frozenset(tag.id for tag in find_tags(reading, UNSAFE).values())
            found = chosen_tags(reading)
            is_default = not found
            if is_default:
                texts |= _texts_of(reading, [tag_id for tag_id in used if tag_id not in texts])
                found = by_default(texts[tag_id] for tag_id in used if tag_id in texts)
        with replica.lock:  # between the look and the keeping nothing may become stale
            current = self._current
            if current is None or not current.is_like(found, for_adults):
                current = Listing(next(self._versions), found, for_adults)
            if seen == replica.applied:
                self._current, self._is_default, self._is_stale = current, is_default, False
                self._texts = texts if is_default else {}
            return current

    @property
    def is_at_hand(self) -> bool:
        """Whether no rows have to be read for it."""
        return not self._is_stale

    def _forget(self, batch: Sequence[Change]) -> None:
        kinds = {change.kind for change in batch}
        if kinds & _OF_LIST:
            self._texts.clear()
            self._is_stale = True
        elif self._is_default and kinds & _OF_USES:
            self._is_stale = True


def _texts_of(reading: Reading, tag_ids: Sequence[int]) -> dict[int, UsedTag]:
    rows = reading.connection.execute(_TEXTS, joined.asked(tag_ids)).all()
    return {
        row[0]: UsedTag(tag_id=row[0], name=row[1], category=row[2], short_description=row[3]) for row in rows
    }


def _any_tag(tag_ids: Sequence[int]) -> Query:
    found: list[Query] = [Equals(TAG_ID_FIELD, tag_id) for tag_id in tag_ids]
    return disjunction(found) if found else Nothing()
