"""Feeds: the images that somebody watches."""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, read
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.feed import MEDIA_TYPE, feed_item, images_feed
from polybooru.api.philomena.kept_images import KeptImages
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.routing import About, Answer, Endpoint
from polybooru.library.actors import require_account
from polybooru.library.errors import LoginRequired, NotAllowed

_ABOUT = About(
    group="images",
    parameters=(*about.GENERAL, *about.PAGES),
    answers={
        **about.ALWAYS,
        **about.BAD_REQUEST,
        200: Answer(about="RSS 2.0: a page of the images that the caller watches.", media_type=MEDIA_TYPE),
        403: Answer(about="A token is needed, of an account in use.", media_type="text/plain"),
    },
)
_WATCHED = "my:watched"


class FeedHandlers:
    """images_per_page: of a caller who has chosen no number."""

    def __init__(self, desk: Desk, documents: DocumentCache, *, images_per_page: int) -> None:
        self._desk = desk
        self._board = desk.board
        make = partial(feed_item, public_url=desk.board.public_url)
        self._items = KeptImages(desk.board, documents, "philomena feed", make)
        self._images_per_page = images_per_page

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        return (Endpoint("GET", f"{base}/watched", self.watched, _ABOUT),)

    async def watched(self, request: Request) -> Response:
        """The images that the caller watches, as RSS; the newest first."""
        parameters, actor = await self._desk.asked(request)
        try:
            require_account(actor)
        except LoginRequired as error:
            raise NotAllowed(
                str(error)
            ) from error  # elsewhere 401; here boards send people to their login page
        board, wanted_filter = self._board, read.filter_id(parameters)
        offset, limit = read.page(parameters, default_size=actor.images_per_page or self._images_per_page)
        query = board.search.parse(actor, _WATCHED)

        def is_quick() -> bool:
            applied = board.search.filter_for(actor, wanted_filter)
            return board.search.is_quick(query, applied, "", offset=offset, limit=limit)

        def find() -> Response:
            page = board.search.find(
                actor,
                query,
                order=board.search.order("", descending=True),
                offset=offset,
                limit=limit,
                hidden_by=board.search.filter_for(actor, wanted_filter),
            )
            items = self._items.find(page.ids)
            feed = images_feed(items, site_name=board.site_name, public_url=board.public_url)
            return Response(feed, media_type=MEDIA_TYPE)

        return await self._desk.answer(find, is_quick=not board.library.database.is_sqlite or is_quick())
