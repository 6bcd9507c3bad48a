"""What is not about one kind of object: the routes, numbers of everything, the caller's token."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.nekos import present, read
from polybooru.api.nekos.about import about
from polybooru.api.nekos.answers import encode, encoded, success
from polybooru.api.nekos.desk import Desk
from polybooru.api.nekos.wire import (
    ArtistStats,
    CategoryStats,
    CharacterStats,
    ImageStats,
    NsfwCounts,
    OrientationCounts,
    OriginalCounts,
    ResolutionCounts,
    Root,
    RootMeta,
    SortCounts,
    Stats,
    StatsObject,
    Token,
    TokenObject,
    TypeCounts,
)
from polybooru.httpkit.routing import Endpoint
from polybooru.library.actors import ANONYMOUS
from polybooru.library.rated_images import Fitness
from polybooru.library.shelves import CategoryType, Shelf

VERSION = "v1.6.0"
BASE_ROUTE = "/api"
STATS_ARE_GOOD = timedelta(minutes=5)


class GeneralHandlers:
    """These routes. paths: what the first of them lists."""

    def __init__(self, desk: Desk, paths: Sequence[str]) -> None:
        self._desk = desk
        self._paths = paths
        self._stats: tuple[datetime, bytes] | None = None

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        return (
            Endpoint("GET", f"{base}/", self.root, about("general", Root)),
            Endpoint("GET", f"{base}/stats", self.stats, about("general", Stats)),
            Endpoint("GET", f"{base}/token", self.token, about("general", Token)),
        )

    async def root(self, _: Request) -> Response:
        """The paths of all routes."""
        meta = RootMeta(version=VERSION, base_api_route=BASE_ROUTE)
        return success(Root(data=[*self._paths], meta=meta))

    async def stats(self, _: Request) -> Response:
        """Numbers of everything, at most five minutes old."""
        await self._desk.freshen()
        now, kept = self._desk.board.library.clock(), self._stats
        if kept is not None and timedelta() <= now - kept[0] < STATS_ARE_GOOD:
            return encoded(kept[1])

        def count() -> Response:
            body = encode(Stats(data=self._counted()))
            self._stats = (now, body)
            return encoded(body)

        return await self._desk.answer(count, is_quick=False)

    async def token(self, request: Request) -> Response:
        """The token that was called with."""
        key = self._desk.caller(request).key
        if key is None:
            raise read.Refused(401, "This needs a token.")
        expires = key.actor.expires_at
        return success(
            Token(
                data=TokenObject(
                    owner=key.actor.name or "",
                    purpose=key.name,
                    scopes=[*key.scopes],
                    issued_by=self._desk.board.site_name,
                    created_at=present.time(key.created_at),
                    expires=None if expires is None else present.time(expires),
                )
            )
        )

    def _counted(self) -> StatsObject:
        census, catalogue = self._desk.images.census(ANONYMOUS), self._desk.catalogue
        categories = catalogue.shown(Shelf.CATEGORIES, catalogue.all_in_use(Shelf.CATEGORIES))
        types = Counter(one.type for one in categories)
        nsfw = sum(one.is_nsfw for one in categories)
        characters = catalogue.cards_in_use(Shelf.CHARACTERS)
        fitness = census.by_fitness
        return StatsObject(
            images=ImageStats(
                count=census.images,
                nsfw=NsfwCounts(
                    nsfw=fitness[Fitness.NSFW],
                    questionable=fitness[Fitness.QUESTIONABLE],
                    sfw=fitness[Fitness.SFW],
                ),
                original=OriginalCounts(yes=0, no=0, unknown=census.images),
                resolution=ResolutionCounts(**census.by_size),
                orientation=OrientationCounts(**census.by_orientation),
            ),
            categories=CategoryStats(
                count=len(categories),
                type=TypeCounts(
                    settings=types[CategoryType.SETTING],
                    character=types[CategoryType.CHARACTER],
                    format=types[CategoryType.FORMAT],
                ),
                nsfw=SortCounts(nsfw=nsfw, sfw=len(categories) - nsfw),
            ),
            artists=ArtistStats(count=len(catalogue.all_in_use(Shelf.ARTISTS))),
            characters=CharacterStats(
                count=len(characters), sources=len({card.source_id for card in characters} - {None})
            ),
        )
