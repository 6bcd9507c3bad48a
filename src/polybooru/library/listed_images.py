"""Images by listed tags, files and sizes: some at random, some in an order, or all.

For clients that ask by parameters rather than by a query. Found are images that everybody may find, that have
been processed, and that a listed tag is on; what people hide for themselves and their filters play no part,
unless staff forced one on the caller. Neighbours: `tag_listing`, `image_search`, `favourites`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from types import MappingProxyType

from sqlalchemy import select

from polybooru.db import joined
from polybooru.db.tables import images
from polybooru.library.actors import Actor
from polybooru.library.favourites import Liked, NewestFaves, liked_among
from polybooru.library.fingerprints import signed
from polybooru.library.image_filters import CompiledFilter, all_of, any_of, hiding_too
from polybooru.library.image_index import TAG_ID_FIELD
from polybooru.library.image_search import ImageSearch
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.library import Library
from polybooru.library.tag_listing import Audience, Listing, TagListing
from polybooru.search.index import ByNumber
from polybooru.search.language.tree import Bound, Equals, Everything, Not, Nothing, Query, Range

_ID = re.compile(r"[1-9][0-9]{0,9}")
_SIGNATURE = re.compile(r"[0-9a-f]{16}")
_BY_HASH = select(images.c.id, images.c.perceptual_hash).where(joined.among_asked(images.c.perceptual_hash))
_LARGEST = 2**53
"""No image is so wide, so high or so large: what is beyond is compared as this."""
QUICK = 30
"""So many images, by so many names, are found and ordered by looks into memory and a few rows."""
_RANGE = 8
"""A range costs so many names."""


class Shape(Enum):
    """Wider than high, or the other way round; square images are neither."""

    LANDSCAPE = auto()
    PORTRAIT = auto()
    ANY = auto()


class Side(Enum):
    """What of an image is compared; the values are the index's own names."""

    WIDTH = "width"
    HEIGHT = "height"
    BYTES = "size"


class Sorted(Enum):
    """The order of what is found: the highest or newest first, ties by id, the highest first."""

    AT_RANDOM = auto()
    BY_FAVES = auto()
    BY_UPLOAD = auto()
    BY_LIKE = auto()


_COLUMNS: Mapping[Sorted, str] = MappingProxyType({Sorted.BY_FAVES: "faves", Sorted.BY_UPLOAD: "created_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One bound of a side. how: `>=`, `<=`, `>`, `<`, `=` or `!=`."""

    side: Side
    how: str
    number: int

    def query(self) -> Query:
        """As a tree."""
        field, number = self.side.value, min(self.number, _LARGEST)
        match self.how:
            case ">=" | ">":
                return Range(field, lower=Bound(number, inclusive=self.how == ">="))
            case "<=" | "<":
                return Range(field, upper=Bound(number, inclusive=self.how == "<="))
            case "=":
                return Equals(field, number)
            case _:
                return Not(Equals(field, number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for. Tags by their listed names; files by id or by signature, both in lower case.

    is_nsfw: None for both kinds; as soon as a tag for adults is asked for it counts as None.
    files: only these; None for any. most: None for all. liked_by: only this person's favourites.
    """

    tags: Sequence[str] = ()
    without_tags: Sequence[str] = ()
    files: Sequence[str] | None = None
    without_files: Sequence[str] = ()
    is_nsfw: bool | None = None
    is_gif: bool | None = None
    shape: Shape = Shape.ANY
    comparisons: Sequence[Comparison] = ()
    order: Sorted = Sorted.AT_RANDOM
    most: int | None = 1
    liked_by: int | None = None


_ByHash = Mapping[str, Sequence[int]]
_ANY = Everything()
_NO_HASHES: _ByHash = MappingProxyType({})


class ListedImages:
    """Searches of one library; rng is what is drawn with."""

    def __init__(self, library: Library, search: ImageSearch, listing: TagListing, rng: Random) -> None:
        self._library = library
        self._search = search
        self._listing = listing
        self._rng = rng
        self._faves = NewestFaves(library)
        self._filters: Mapping[Audience, CompiledFilter] = {}
        self._filters_of = 0

    def is_quick(self, actor: Actor, wanted: Wanted) -> bool:
        """Whether `find` answers from memory and a few rows, in a few milliseconds."""
        if wanted.most is None or wanted.most > QUICK or not self._listing.is_at_hand:
            return False
        names = (
            len(wanted.tags) + len(wanted.without_tags) + len(wanted.files or ()) + len(wanted.without_files)
        )
        if names + _RANGE * len(wanted.comparisons) > QUICK:
            return False
        return actor.user_id is None or not self._everything(actor).hides  # a forced filter may be dear

    def find(self, actor: Actor, wanted: Wanted) -> list[Liked]:
        """Images in order, each with when `liked_by` liked it, where that is asked.

        Raises QueryTooExpensive.
        """
        listing = self._listing.current()
        files = [*(wanted.files or ()), *wanted.without_files]
        query = _query(listing, wanted, self._by_hash(files) if files else _NO_HASHES)
        if isinstance(query, Nothing):
            return []
        hidden_by = self._filter(actor, listing, _audience(listing, wanted))
        if wanted.liked_by is None:
            return [Liked(image_id, None) for image_id in self._ids(actor, query, hidden_by, wanted)]
        if wanted.order is Sorted.BY_LIKE:
            found = self._search.find_all(actor, query, hidden_by=hidden_by)
            return self._faves.among(wanted.liked_by, found, wanted.most)
        ids = self._ids(actor, query, hidden_by, wanted)
        with self._library.reading() as reading:
            liked = liked_among(reading, wanted.liked_by, ids)
        # One that is not there any more was taken back between the look at the index and that at the rows.
        return [Liked(image_id, liked[image_id]) for image_id in ids if image_id in liked]

    def _ids(self, actor: Actor, query: Query, hidden_by: CompiledFilter, wanted: Wanted) -> Sequence[int]:
        most = MAX_ID if wanted.most is None else wanted.most
        if wanted.order not in _COLUMNS:
            return self._search.sample(
                actor, query, most, rng=self._rng, hidden_by=hidden_by, with_own_hidden=True
            )
        page = self._search.find(
            actor,
            query,
            order=ByNumber(_COLUMNS[wanted.order], descending=True),
            offset=0,
            limit=most,
            hidden_by=hidden_by,
            with_own_hidden=True,
        )
        return page.ids

    def _filter(self, actor: Actor, listing: Listing, audience: Audience) -> CompiledFilter:
        """The kept one, so that what it leaves out is known to the index."""
        everything = self._everything(actor)
        if everything.hides:  # staff forced one on this caller
            return hiding_too(everything, listing.left_out[audience])
        if self._filters_of != listing.version:
            self._filters = {one: hiding_too(everything, hides) for one, hides in listing.left_out.items()}
            self._filters_of = listing.version
        return self._filters[audience]

    def _everything(self, actor: Actor) -> CompiledFilter:
        """What the caller cannot leave, which as a rule is nothing."""
        return self._search.filter_for(actor, self._library.policy.everything_filter_id)

    def _by_hash(self, files: Sequence[str]) -> _ByHash:
        """The ids of the images that have these signatures; of other files nothing."""
        hashes = {signed(int(text, 16)): text for text in files if _SIGNATURE.fullmatch(text)}
        if not hashes:
            return _NO_HASHES
        found: defaultdict[str, list[int]] = defaultdict(list)
        with self._library.reading() as reading:
            rows = reading.connection.execute(_BY_HASH, joined.asked(hashes)).all()
        for row in rows:
            found[hashes[row[1]]].append(row[0])
        return found


def _audience(listing: Listing, wanted: Wanted) -> Audience:
    asked = (listing.by_name.get(name) for name in wanted.tags)
    if wanted.is_nsfw is None or any(tag is not None and tag.is_nsfw for tag in asked):
        return Audience.BOTH
    return Audience.ADULTS if wanted.is_nsfw else Audience.EVERYBODY


def _query(listing: Listing, wanted: Wanted, by_hash: _ByHash) -> Query:
    """Everything that is asked of an image at once; `Nothing` where a tag is not listed."""
    if any(name not in listing.by_name for name in wanted.tags):
        return Nothing()
    parts: list[Query] = [_tag(listing, name) for name in wanted.tags]
    unwanted = [_tag(listing, name) for name in wanted.without_tags if name in listing.by_name]
    unwanted += _files(wanted.without_files, by_hash)
    if wanted.files is not None:
        parts.append(any_of(_files(wanted.files, by_hash)))
    if unwanted:
        parts.append(Not(any_of(unwanted)))
    if wanted.liked_by is not None:
        parts.append(Equals("faved_by_id", wanted.liked_by))
    if wanted.is_gif is not None:
        gif = Equals("original_format", "gif")
        parts.append(gif if wanted.is_gif else Not(gif))
    if wanted.shape is Shape.LANDSCAPE:
        parts.append(Range("aspect_ratio", lower=Bound(1.0, inclusive=False)))
    elif wanted.shape is Shape.PORTRAIT:
        parts.append(Range("aspect_ratio", upper=Bound(1.0, inclusive=False)))
    parts += [one.query() for one in wanted.comparisons]
    return all_of(parts) if parts else _ANY


def _tag(listing: Listing, name: str) -> Query:
    return Equals(TAG_ID_FIELD, listing.by_name[name].tag_id)


def _files(files: Sequence[str], by_hash: _ByHash) -> Iterator[Query]:
    for text in files:
        if _ID.fullmatch(text) and int(text) <= MAX_ID:
            yield Equals("id", int(text))
        for image_id in by_hash.get(text, ()):
            yield Equals("id", image_id)
