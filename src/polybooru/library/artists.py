"""Artists as some clients show them: the tag, and the pages of its own that staff have verified, by site.

Neighbour: `artist_links` (how a page comes to be one).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from types import MappingProxyType
from urllib.parse import urlsplit

from sqlalchemy import select

from polybooru.db import Change, joined
from polybooru.db.prepared import Prepared
from polybooru.db.tables import artist_links, tags
from polybooru.library.artist_links import LinkState
from polybooru.library.library import Library
from polybooru.library.work import Reading

NAMESPACE = "artist"
_KEPT = 200_000
_NAME = attrgetter("name")
_ARTISTS = Prepared(
    select(tags.c.id, tags.c.name_in_namespace).where(
        joined.among_asked(tags.c.id), tags.c.namespace == NAMESPACE
    )
)
_LINKS = Prepared(
    select(artist_links.c.tag_id, artist_links.c.url)
    .where(
        joined.among_asked(artist_links.c.tag_id),
        artist_links.c.is_public,
        artist_links.c.state == LinkState.VERIFIED.value,
    )
    .order_by(artist_links.c.id)
)


class Site(Enum):
    """Where artists have pages."""

    PATREON = "patreon"
    PIXIV = "pixiv"
    TWITTER = "twitter"
    DEVIANTART = "deviantart"


_HOSTS = MappingProxyType(
    {
        "patreon.com": Site.PATREON,
        "pixiv.net": Site.PIXIV,
        "twitter.com": Site.TWITTER,
        "x.com": Site.TWITTER,
        "deviantart.com": Site.DEVIANTART,
    }
)

Pages = Mapping[Site, str]
_NONE: Pages = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist:
    """Whoever made an image. pages: addresses; of a site that several lead to, the oldest."""

    tag_id: int
    name: str
    pages: Pages


def site_of(url: str) -> Site | None:
    """The site of an address, by its host or a host above it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    parts = host.lower().rstrip(".").split(".")
    return _HOSTS.get(".".join(parts[-2:]))


class Artists:
    """The artists of one library by their tags, remembered until a tag or a page changes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[int, Artist | None] = {}
        library.replica.listen(self._forget)

    def of_images(
        self, reading: Reading, tag_lists: Sequence[Sequence[int]], *, seen: int
    ) -> list[Artist | None]:
        """The artist of each image, by the ids of its tags; of several the first by name.

        seen: what the replica had applied before the reading began.
        """
        known = self._known
        try:
            found = [[artist for tag_id in ids if (artist := known[tag_id])] for ids in tag_lists]
        except KeyError:
            known = self._find(reading, set[int]().union(*tag_lists), seen)
            found = [[artist for tag_id in ids if (artist := known[tag_id])] for ids in tag_lists]
        return [min(artists, key=_NAME) if artists else None for artists in found]

    def _find(self, reading: Reading, tag_ids: set[int], seen: int) -> dict[int, Artist | None]:
        known = {tag_id: self._known.get(tag_id, ...) for tag_id in tag_ids}  # others change it meanwhile
        found = {tag_id: artist for tag_id, artist in known.items() if artist is not ...}
        missing = [tag_id for tag_id in tag_ids if tag_id not in found]
        named = dict(reading.run(_ARTISTS, **joined.asked(missing)))
        pages = _pages(reading, [*named]) if named else {}
        fresh: dict[int, Artist | None] = dict.fromkeys(missing)
        for tag_id, name in named.items():
            fresh[tag_id] = Artist(tag_id=tag_id, name=name, pages=pages.get(tag_id, _NONE))
        with self._library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == self._library.replica.applied:
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known.update(fresh)
        return found | fresh

    def _forget(self, batch: Sequence[Change]) -> None:
        for change in batch:
            if change.kind == "tag" and change.object_id:
                self._known.pop(change.object_id, None)
            elif change.kind in {"artist_link", "tag"}:  # of some tag, or everything became stale
                self._known.clear()


def _pages(reading: Reading, tag_ids: Sequence[int]) -> Mapping[int, Pages]:
    found: dict[int, dict[Site, str]] = {}
    for tag_id, url in reading.run(_LINKS, **joined.asked(tag_ids)):
        site = site_of(url)
        if site is not None:
            found.setdefault(tag_id, {}).setdefault(site, url)
    return found
