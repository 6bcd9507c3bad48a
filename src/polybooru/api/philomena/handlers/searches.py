"""Searches of everything but images: comments, posts, galleries, tags, filters."""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, present, read
from polybooru.api.philomena.answers import json_answer
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.present_people import filter_object, gallery_object
from polybooru.api.philomena.present_writing import comment_object, post_object
from polybooru.api.philomena.wire import TagsEnvelope
from polybooru.api.philomena.wire_people import FiltersEnvelope, GalleriesEnvelope
from polybooru.api.philomena.wire_writing import CommentsEnvelope, PostsEnvelope
from polybooru.httpkit.routing import About, Answer, Endpoint
from polybooru.library.dnp import listed_dnp_entries
from polybooru.library.kept import Kept
from polybooru.library.row_search.kept import Asked, Key, Noun, alters_pages
from polybooru.library.shown_comments import load_comments
from polybooru.library.shown_galleries import load_galleries
from polybooru.library.shown_posts import load_posts
from polybooru.library.tags import load_tag_details
from polybooru.library.work import Reading
from polybooru.search.index import Page

_Show = Callable[[Reading, Page], msgspec.Struct]
_encode = msgspec.json.Encoder().encode
_MOST_ANSWERS = 250  # of some 30 kB each


def _about(what: str, envelope: type) -> About:
    return About(
        group="search",
        parameters=(about.QUERY, *about.GENERAL, *about.PAGES),
        answers={
            200: Answer(about=what, type=envelope),
            **about.ALWAYS,
            **about.BAD_REQUEST,
        },
    )


class SearchHandlers:
    """Search routes. with_extra_fields: show fields that only newer boards have."""

    def __init__(self, desk: Desk, *, with_extra_fields: bool) -> None:
        self._desk = desk
        self._board = desk.board
        self._names = desk.board.anonymous_names
        self._with_extra_fields = with_extra_fields
        replica = desk.board.library.replica
        self._answers: Kept[Key, bytes] = Kept(replica, is_stale=alters_pages, most=_MOST_ANSWERS)

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        newest = "A page of {}, the newest first."
        table = (
            ("comments", self.search_comments, _about(newest.format("comments"), CommentsEnvelope)),
            ("posts", self.search_posts, _about(newest.format("posts"), PostsEnvelope)),
            ("galleries", self.search_galleries, _about(newest.format("galleries"), GalleriesEnvelope)),
            ("tags", self.search_tags, _about("A page of tags, most images first.", TagsEnvelope)),
            ("filters", self.search_filters, _about("A page of filters, by name.", FiltersEnvelope)),
        )
        return [Endpoint("GET", f"{base}/search/{name}", handler, told) for name, handler, told in table]

    async def search_comments(self, request: Request) -> Response:
        """A page of comments that match a query."""

        def show(reading: Reading, page: Page) -> CommentsEnvelope:
            found = load_comments(reading, self._names, page.ids)
            shown = [comment_object(found[key]) if key in found else None for key in page.ids]
            return CommentsEnvelope(comments=shown, total=page.total)

        return await self._search(request, Noun.COMMENTS, show)

    async def search_posts(self, request: Request) -> Response:
        """A page of posts that match a query."""

        def show(reading: Reading, page: Page) -> PostsEnvelope:
            found = load_posts(reading, self._names, page.ids)
            shown = [post_object(found[key]) if key in found else None for key in page.ids]
            return PostsEnvelope(posts=shown, total=page.total)

        return await self._search(request, Noun.POSTS, show)

    async def search_galleries(self, request: Request) -> Response:
        """A page of galleries that match a query."""
        present_one = partial(gallery_object, with_extra_fields=self._with_extra_fields)

        def show(reading: Reading, page: Page) -> GalleriesEnvelope:
            found = load_galleries(reading, page.ids)
            shown = [present_one(found[key]) for key in page.ids if key in found]
            return GalleriesEnvelope(galleries=shown, total=page.total)

        return await self._search(request, Noun.GALLERIES, show)

    async def search_tags(self, request: Request) -> Response:
        """A page of tags that match a query; aliases too."""

        def show(reading: Reading, page: Page) -> TagsEnvelope:
            found, entries = load_tag_details(reading, page.ids), listed_dnp_entries(reading, page.ids)
            shown = [present.tag_object(found[key], entries.get(key, ())) for key in page.ids if key in found]
            return TagsEnvelope(tags=shown, total=page.total)

        return await self._search(request, Noun.TAGS, show)

    async def search_filters(self, request: Request) -> Response:
        """A page of filters that match a query."""

        def show(reading: Reading, page: Page) -> FiltersEnvelope:
            found = self._board.filters.load(reading, page.ids)
            shown = [filter_object(found[key]) for key in page.ids if key in found]
            return FiltersEnvelope(filters=shown, total=page.total)

        return await self._search(request, Noun.FILTERS, show)

    async def _search(self, request: Request, noun: Noun, show: _Show) -> Response:
        parameters, actor = await self._desk.asked(request)
        filter_id = read.filter_id(parameters)
        offset, limit = read.page(parameters, default_size=25)
        asked = Asked(
            noun=noun,
            text=read.query(parameters),
            offset=offset,
            limit=limit,
            actor=actor,
            filter_id=filter_id if noun is Noun.COMMENTS else None,
        )
        board = self._board

        def find() -> bytes:
            page = board.row_pages.find(asked)
            with board.library.reading() as reading:
                return _encode(show(reading, page))

        is_known = asked.key in self._answers or board.row_pages.is_known(asked)
        return await self._desk.answer(
            lambda: json_answer(self._answers.find(asked.key, find, is_lasting=asked.is_lasting)),
            is_quick=not board.library.database.is_sqlite or is_known,
        )
