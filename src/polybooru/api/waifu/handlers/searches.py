"""`/search`, `/fav` and `/tags`: what is only read."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.waifu import present
from polybooru.api.waifu.about import ALWAYS, FULL, NOT_FOUND, USER_ID, WITH_TOKEN, filters
from polybooru.api.waifu.answers import json_answer
from polybooru.api.waifu.desk import Desk
from polybooru.api.waifu.read import MANY, Query
from polybooru.api.waifu.shown_images import ShownImages
from polybooru.api.waifu.wire import ImagesObject, TagNamesObject, TagsObject
from polybooru.httpkit.openapi import any_of
from polybooru.httpkit.parameters import query_pairs
from polybooru.httpkit.routing import About, Answer, Endpoint
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.granted import Granted
from polybooru.library.listed_images import ListedImages, Wanted
from polybooru.library.tag_listing import TagListing

_SHORT = 256  # bytes of a query string that is remembered as it was read
_FOUND = {200: Answer(about="Images, never none.", type=ImagesObject)}


class SearchHandlers:
    """Of one board."""

    def __init__(self, desk: Desk, shown: ShownImages, listing: TagListing) -> None:
        self._desk = desk
        self._shown = shown
        self._listing = listing
        # Made here, in the process that serves: a fork would share what is drawn.
        self._images = ListedImages(desk.board.library, desk.board.search, listing, Random())  # noqa: S311

    def endpoints(self) -> Sequence[Endpoint]:
        """These lines of the route table."""
        return (
            Endpoint(
                "GET",
                "/search",
                self.search,
                About(
                    parameters=filters(
                        "`false` by default.", "FAVORITES, UPLOADED_AT or RANDOM, the default."
                    ),
                    answers={**_FOUND, **ALWAYS, **WITH_TOKEN, **NOT_FOUND},
                ),
            ),
            Endpoint(
                "GET",
                "/fav",
                self.favourites,
                About(
                    parameters=(
                        USER_ID,
                        *filters(
                            "`null` by default.",
                            "FAVORITES, UPLOADED_AT, RANDOM or LIKED_AT, the default.",
                        ),
                    ),
                    answers={**_FOUND, **ALWAYS, **WITH_TOKEN, **NOT_FOUND},
                ),
            ),
            Endpoint(
                "GET",
                "/tags",
                self.tags,
                About(
                    parameters=(FULL,),
                    answers={
                        200: Answer(
                            about="Names, or with `full` the tags.",
                            type=Annotated[Any, any_of(TagNamesObject, TagsObject)],
                        ),
                        **ALWAYS,
                    },
                ),
            ),
        )

    async def search(self, request: Request) -> Response:
        """Images at random, or by criteria."""
        query = _query(request)
        is_full = query.flag("full")
        await self._desk.freshen()
        if is_full:
            await self._require_admin(request)
        asked = query.filters(of_favourites=False)
        if not is_full and asked.limit is not None and asked.limit > MANY:
            await self._require_admin(request)
        return await self._found(ANONYMOUS, replace(asked.wanted, most=None) if is_full else asked.wanted)

    async def favourites(self, request: Request) -> Response:
        """Somebody's favourites, the newest first."""
        query = _query(request)
        await self._desk.freshen()
        actor = await self._desk.caller(request)
        user_id = query.integer("user_id") or actor.user_id
        is_full = query.flag("full")
        await self._desk.require(actor, Granted.VIEW_FAVORITES, user_id)
        if is_full:
            await self._desk.require(actor, Granted.ADMIN, None)
        wanted = query.filters(of_favourites=True).wanted
        most = None if is_full else wanted.most
        return await self._found(actor, replace(wanted, most=most, liked_by=user_id))

    async def tags(self, request: Request) -> Response:
        """The tags that images are asked for by."""
        is_full = _query(request).flag("full")
        await self._desk.freshen()
        listing = await self._desk.answer(self._listing.current)
        listed = listing.by_id.values()
        return json_answer(present.tags(listed) if is_full else present.tag_names(listed))

    async def _require_admin(self, request: Request) -> None:
        await self._desk.require(await self._desk.caller(request), Granted.ADMIN, None)

    async def _found(self, actor: Actor, wanted: Wanted) -> Response:
        is_quick = self._shown.are_at_hand and self._images.is_quick(actor, wanted)
        is_quick = is_quick or not self._desk.board.library.database.is_sqlite
        return await self._desk.answer(
            lambda: self._shown.listed(self._images.find(actor, wanted)), is_quick=is_quick
        )


def _query(request: Request) -> Query:
    raw: bytes = request.scope["query_string"]
    return _short_query(raw) if len(raw) <= _SHORT else Query(query_pairs(raw))


@lru_cache(maxsize=1_024)
def _short_query(raw: bytes) -> Query:
    """Bots ask the same again and again, and reading takes as long as finding an image."""
    return Query(query_pairs(raw))
