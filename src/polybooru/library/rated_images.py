"""Images by what they are fit for: those of the ratings that an operator lets out, in the order of upload.

Found are images that everybody may find, that have been processed and are of an allowed rating; what people
hide for themselves and their filters play no part, unless staff forced one on the caller.
Neighbours: `image_search`, `ratings` (what the tags mean).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from types import MappingProxyType

from polybooru.library.actors import Actor
from polybooru.library.image_filters import CompiledFilter, all_of, any_of, hiding_too
from polybooru.library.image_index import TAG_ID_FIELD
from polybooru.library.image_search import ImageSearch
from polybooru.library.images import Image
from polybooru.library.library import Library
from polybooru.library.ratings import UNSAFE
from polybooru.search.index import ById, Page
from polybooru.search.language.tree import Bound, Equals, Everything, InGallery, Not, Query, Range


class Fitness(StrEnum):
    """What an image is, by its rating tags; the most serious of several counts."""

    SFW = "sfw"
    QUESTIONABLE = "questionable"
    NSFW = "nsfw"


_QUESTIONABLE = "questionable"
_WORSE = UNSAFE - {_QUESTIONABLE}


def _tagged(names: Collection[str]) -> Query:
    return any_of(Equals("tag", name) for name in sorted(names))


_IS: Mapping[Fitness, Query] = MappingProxyType(
    {
        Fitness.SFW: Not(_tagged(UNSAFE)),
        Fitness.QUESTIONABLE: all_of([Equals("tag", _QUESTIONABLE), Not(_tagged(_WORSE))]),
        Fitness.NSFW: _tagged(_WORSE),
    }
)
_UNPROCESSED = Not(Equals("processed", True))
_CLASSES = (("uhd", 3840, 2160), ("fhd", 1920, 1080), ("hd", 1280, 720), ("sd", 640, 480))


def fitness(tag_names: Iterable[str]) -> Fitness:
    """Of an image with these tags."""
    names = UNSAFE.intersection(tag_names)
    if names & _WORSE:
        return Fitness.NSFW
    return Fitness.QUESTIONABLE if names else Fitness.SFW


def fitness_of(image: Image) -> Fitness:
    """Of this one."""
    return fitness(tag.name for tag in image.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """How many images there are, in all and of each sort; one that is smaller than `sd` is of no size."""

    images: int
    by_fitness: Mapping[Fitness, int]
    by_size: Mapping[str, int]
    by_orientation: Mapping[str, int]


class RatedImages:
    """Of one library. allowed: what may be found at all. rng: what is drawn with."""

    def __init__(
        self, library: Library, search: ImageSearch, *, allowed: Collection[Fitness], rng: Random
    ) -> None:
        self._library = library
        self._search = search
        self._allowed = frozenset(allowed)
        self._rng = rng
        self._hides = (_UNPROCESSED, *(_IS[sort] for sort in Fitness if sort not in self._allowed))
        self._kept: CompiledFilter | None = None

    def page(self, actor: Actor, *, offset: int, limit: int, tag_ids: Sequence[int] = ()) -> Page:
        """Those with all of the tags, the first upload first, and how many there are."""
        return self._found(actor, _with_all(tag_ids), offset=offset, limit=limit)

    def count(self, actor: Actor, tag_ids: Sequence[int] = ()) -> int:
        """How many images have all of the tags."""
        return self._total(actor, _with_all(tag_ids))

    def sample(self, actor: Actor, count: int, tag_ids: Sequence[int] = ()) -> list[int]:
        """So many different ones with all of the tags, each equally likely; all if there are fewer."""
        return self._search.sample(
            actor,
            _with_all(tag_ids),
            count,
            rng=self._rng,
            hidden_by=self._filter(actor),
            with_own_hidden=True,
        )

    def of_gallery(self, actor: Actor, gallery_id: int, *, most: int) -> Sequence[int]:
        """Those in a gallery, in its order from the first on."""
        found = self._search.find(
            actor,
            InGallery(gallery_id),
            order=self._search.order(f"gallery_id:{gallery_id}", descending=False),
            offset=0,
            limit=most,
            hidden_by=self._filter(actor),
            with_own_hidden=True,
        )
        return found.ids

    def among(self, actor: Actor, image_ids: Sequence[int]) -> list[int]:
        """Those of the ids that can be found, in their order."""
        wanted = any_of(Equals("id", image_id) for image_id in dict.fromkeys(image_ids))
        known = frozenset(self._found(actor, wanted, offset=0, limit=len(image_ids)).ids)
        return [image_id for image_id in image_ids if image_id in known]

    def census(self, actor: Actor) -> Census:
        """All numbers at once; some milliseconds for a million images."""
        sizes: dict[str, int] = {}
        larger: Query | None = None
        for name, long, short in _CLASSES:
            this = _at_least(long, short)
            sizes[name] = self._total(actor, this if larger is None else all_of([this, Not(larger)]))
            larger = this
        shapes: dict[str, Query] = {
            "portrait": Range("aspect_ratio", upper=Bound(1.0, inclusive=False)),
            "landscape": Range("aspect_ratio", lower=Bound(1.0, inclusive=False)),
            "square": Equals("aspect_ratio", 1.0),
        }
        return Census(
            images=self.count(actor),
            by_fitness={sort: self._total(actor, query) for sort, query in _IS.items()},
            by_size=sizes,
            by_orientation={name: self._total(actor, query) for name, query in shapes.items()},
        )

    def _total(self, actor: Actor, query: Query) -> int:
        return self._found(actor, query, offset=0, limit=1).total

    def _found(self, actor: Actor, query: Query, *, offset: int, limit: int) -> Page:
        return self._search.find(
            actor,
            query,
            order=ById(descending=False),
            offset=offset,
            limit=limit,
            hidden_by=self._filter(actor),
            with_own_hidden=True,
        )

    def _filter(self, actor: Actor) -> CompiledFilter:
        """The kept one, so that what it leaves out is known to the index."""
        everything = self._search.filter_for(actor, self._library.policy.everything_filter_id)
        if everything.hides:  # staff forced one on this caller
            return hiding_too(everything, self._hides)
        if self._kept is None:
            self._kept = hiding_too(everything, self._hides)
        return self._kept


def _with_all(tag_ids: Sequence[int]) -> Query:
    found: list[Query] = [Equals(TAG_ID_FIELD, tag_id) for tag_id in tag_ids]
    return all_of(found) if found else Everything()


def _at_least(long: int, short: int) -> Query:
    """Of this size, whichever side is the longer."""

    def sides(width: int, height: int) -> Query:
        return all_of(
            [
                Range("width", lower=Bound(width, inclusive=True)),
                Range("height", lower=Bound(height, inclusive=True)),
            ]
        )

    return any_of([sides(long, short), sides(short, long)])
