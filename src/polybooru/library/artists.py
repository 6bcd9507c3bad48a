"""Artists as some clients show them: the tag, and the pages of its own that staff have verified, by site.

Neighbours: `artist_links` (how a page comes to be one), `known_tags`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from urllib.parse import urlsplit

from sqlalchemy import select

from polybooru.db import Change, joined
from polybooru.db.tables import artist_links
from polybooru.library.artist_links import LinkState
from polybooru.library.library import Library
from polybooru.library.tags import Tag

NAMESPACE = "artist"
_KEPT = 50_000
_LINKS = (
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
    """The artists of one library; their pages are remembered until one changes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[int, Pages] = {}
        library.replica.listen(self._forget)

    def of_images(self, tag_lists: Sequence[Sequence[Tag]]) -> list[Artist | None]:
        """The artist of each image, by its tags; of several the first in their order."""
        named = [next((tag for tag in tags if tag.namespace == NAMESPACE), None) for tags in tag_lists]
        pages = self._pages({tag.id for tag in named if tag is not None})
        return [
            None if tag is None else Artist(tag_id=tag.id, name=tag.name_in_namespace, pages=pages[tag.id])
            for tag in named
        ]

    def _pages(self, tag_ids: Collection[int]) -> Mapping[int, Pages]:
        missing = [tag_id for tag_id in tag_ids if tag_id not in self._known]
        known = {tag_id: self._known[tag_id] for tag_id in tag_ids if tag_id in self._known}
        if not missing:
            return known
        seen = self._library.replica.applied
        found: dict[int, dict[Site, str]] = {tag_id: {} for tag_id in missing}
        with self._library.reading() as reading:
            for tag_id, url in reading.connection.execute(_LINKS, joined.asked(missing)).all():
                site = site_of(url)
                if site is not None:
                    found[tag_id].setdefault(site, url)
        fresh = {tag_id: MappingProxyType(pages) if pages else _NONE for tag_id, pages in found.items()}
        with self._library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == self._library.replica.applied:
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known.update(fresh)
        return known | fresh

    def _forget(self, batch: Sequence[Change]) -> None:
        if any(change.kind in {"artist_link", "tag"} for change in batch):
            self._known.clear()
