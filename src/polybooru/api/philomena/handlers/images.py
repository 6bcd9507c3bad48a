"""Images: one by id, the featured one, and pages by a query."""

from collections.abc import Callable, Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, present, read
from polybooru.api.philomena.answers import json_answer
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.shown_images import ShownImages
from polybooru.api.philomena.wire import ImageEnvelope, ImagesEnvelope
from polybooru.httpkit.routing import About, Answer, Endpoint, Parameter
from polybooru.library import images
from polybooru.library.actors import Actor
from polybooru.library.image_visibility import check_may_see

_ONE = {
    200: Answer(about="The image; of a hidden one a stub.", type=ImageEnvelope),
    **about.ALWAYS,
    **about.NOT_FOUND,
    **about.BAD_REQUEST,
}
_SEARCH = About(
    group="images",
    parameters=(
        about.QUERY,
        *about.GENERAL,
        *about.PAGES,
        Parameter(name="sf", about="Sort field; what is unknown falls back to `first_seen_at`."),
        Parameter(name="sd", about="Sort direction: `asc` or `desc`."),
        Parameter(name="del", about="For staff, hidden images: `1` too, `only`, `deleted` (not merged)."),
        Parameter(name="hidden", about="`1`: also what the caller has hidden personally."),
        Parameter(name="cursor", about="Empty: begin a walk through all results. Else: go on with it."),
    ),
    answers={
        200: Answer(about="A page of images.", type=ImagesEnvelope),
        **about.ALWAYS,
        **about.BAD_REQUEST,
    },
)


class ImageHandlers:
    """Reading routes of images. images_per_page: of a caller who has chosen no number."""

    def __init__(self, desk: Desk, shown: ShownImages, *, images_per_page: int) -> None:
        self._desk = desk
        self._board = desk.board
        self._shown = shown
        self._images_per_page = images_per_page

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table; what is asked most comes first, as routes are tried in order."""
        one = About(group="images", parameters=(about.ID, *about.GENERAL), answers=_ONE)
        featured = About(group="images", parameters=about.GENERAL, answers=_ONE)
        return (
            Endpoint("GET", f"{base}/search/images", self.search_images, _SEARCH),
            Endpoint("GET", f"{base}/images/featured", self.featured_image, featured),
            Endpoint("GET", f"{base}/images/{{id}}", self.image, one),
            Endpoint("GET", f"{base}/search", self.search_images, _SEARCH),
        )

    async def image(self, request: Request) -> Response:
        """One image by id; a hidden one as a stub."""
        image_id = read.path_id(request)

        def asked(actor: Actor) -> int:
            check_may_see(self._board.library, actor, image_id)
            return image_id

        return await self._one_image(request, asked)

    async def featured_image(self, request: Request) -> Response:
        """The image featured last."""

        def newest(_: Actor) -> int:
            with self._board.library.reading() as reading:
                return images.featured_image_id(reading)

        return await self._one_image(request, newest)

    async def search_images(self, request: Request) -> Response:
        """A page of images that match a query."""
        parameters, actor = await self._desk.asked(request)
        board = self._board
        wanted_filter = read.filter_id(parameters)
        offset, limit = read.page(parameters, default_size=actor.images_per_page or self._images_per_page)
        query = board.search.parse(actor, read.query(parameters))
        name, descending = read.sort(parameters)
        cursor = read.cursor(parameters)
        deleted, with_own_hidden = read.deleted(parameters), read.with_own_hidden(parameters)

        def is_quick() -> bool:
            applied = board.search.filter_for(actor, wanted_filter)
            return board.search.is_quick(query, applied, name, offset=offset, limit=limit)

        def find() -> Response:
            applied = board.search.filter_for(actor, wanted_filter)
            page = board.search.find(
                actor,
                query,
                order=board.search.order(name, descending=descending),
                offset=offset,
                limit=limit,
                hidden_by=applied,
                deleted=deleted,
                with_own_hidden=with_own_hidden,
            )
            covered = board.search.spoilered_by(applied, page.ids)
            return self._shown.listed(page.ids, page.total, covered, actor.user_id)

        def go_on(cursor: str) -> Response:
            applied = board.search.filter_for(actor, wanted_filter)
            step = board.search.walk(
                actor,
                query,
                text=read.query(parameters),
                cursor=cursor,
                sort=name,
                descending=descending,
                limit=limit,
                hidden_by=applied,
                deleted=deleted,
                with_own_hidden=with_own_hidden,
            )
            documents = self._shown.documents(step.ids, board.search.spoilered_by(applied, step.ids))
            interactions = self._shown.interactions(actor.user_id, step.ids)
            return json_answer(present.walk_envelope(documents, interactions, step.total, step.cursor))

        return await self._desk.answer(
            find if cursor is None else partial(go_on, cursor),
            is_quick=not board.library.database.is_sqlite or is_quick(),
        )

    async def _one_image(self, request: Request, choose: Callable[[Actor], int]) -> Response:
        parameters, actor = await self._desk.asked(request)
        wanted_filter = read.filter_id(parameters)

        def find() -> Response:
            applied = self._board.search.filter_for(actor, wanted_filter)
            return self._shown.one(choose(actor), applied, actor.user_id)

        return await self._desk.answer(find)
