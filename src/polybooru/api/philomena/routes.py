"""The route table of the dialect and its handlers: read, call the library, present."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import unquote

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from polybooru.api.philomena import present, read
from polybooru.api.philomena.answers import answer_to, error_answer, json_answer, upload_refusal
from polybooru.fetch import FetchFailed
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.parameters import (
    EncodingNotSupported,
    MalformedRequest,
    RequestTooLarge,
    all_parameters,
    child,
    query_parameters,
)
from polybooru.httpkit.routing import Endpoint, Handler, routes
from polybooru.library import images, tags
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.board import Board
from polybooru.library.errors import BooruError, ImageNotFound, TagNotFound, UploadRefused
from polybooru.library.image_filters import CompiledFilter
from polybooru.library.image_visibility import check_may_see
from polybooru.library.own_interactions import own_interactions
from polybooru.library.reverse_search import Picture, measure_picture, near_picture
from polybooru.library.stored_files import file_name_of, stored_file
from polybooru.library.tag_suggestions import suggest_tags
from polybooru.library.uploads import EVERY_TYPE, Upload, fetched, spooled, upload
from polybooru.media import MediaType

DIALECT = "philomena"
BASE = "/api/v1/json"
AUTOCOMPLETE = "/autocomplete"
BOARD_TYPES = frozenset({MediaType.GIF, MediaType.JPEG, MediaType.PNG, MediaType.SVG, MediaType.WEBM})
_HEADERS = (
    (b"cache-control", b"no-store, no-cache"),
    (b"referrer-policy", b"no-referrer"),  # addresses hold keys
)
_CORS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"DNT, Keep-Alive, User-Agent, X-Requested-With, If-Modified-Since, Cache-Control, Content-Type",
    ),
)
_JSON_RANGES = frozenset({"*/*", "application/*", "application/json"})
_SLOW_AT_ONCE = 4  # searches that are not quick
_REVERSE_AT_ONCE = 8  # anybody may ask: uploads and searches need threads too
_Result = TypeVar("_Result")


class Philomena:
    """The dialect over one board.

    accepts_every_format: take files that boards of this kind refuse (WebP, AVIF, MP4).
    shows_extra_fields: show fields that only newer boards have; strict clients refuse objects with them.
    """

    def __init__(
        self,
        board: Board,
        documents: DocumentCache,
        *,
        images_per_page: int,
        accepts_every_format: bool,
        shows_extra_fields: bool,
    ) -> None:
        self._board = board
        self._documents = documents
        self._images_per_page = images_per_page
        self._accepted_types = EVERY_TYPE if accepts_every_format else BOARD_TYPES
        self._shows_extra_fields = shows_extra_fields
        self._root = f"{board.public_url}/img"
        self._reverse_threads = CapacityLimiter(_REVERSE_AT_ONCE)
        self._slow_threads = CapacityLimiter(_SLOW_AT_ONCE)

    def endpoints(self) -> Sequence[Endpoint]:
        """The route table."""
        return (
            Endpoint(
                "GET", f"{BASE}/search/images", self.search_images
            ),  # asked most, and routes are tried in order
            Endpoint("GET", f"{BASE}/images/featured", self.featured_image),
            Endpoint("GET", f"{BASE}/images/{{id}}", self.image),
            Endpoint("POST", f"{BASE}/images", self.upload_image),
            Endpoint("POST", f"{BASE}/search/reverse", self.search_reverse),
            Endpoint("GET", f"{BASE}/search", self.search_images),
            Endpoint("GET", f"{BASE}/tags/{{slug:path}}", self.tag),
            Endpoint("GET", f"{AUTOCOMPLETE}/tags", self.suggested_tags),
        )

    def routes(self) -> list[Route]:
        """For Starlette; every other path or method below the bases is the dialect's own 404."""
        rest = [
            Route(path, _shielded(self.unknown))
            for base in (BASE, AUTOCOMPLETE)
            for path in (base, f"{base}/{{rest:path}}")
        ]
        for route in rest:
            route.methods = None  # any, also one that nobody has heard of
        return [*routes(self.endpoints(), wrap=_shielded), *rest]

    async def unknown(self, request: Request) -> Response:
        """No such route."""
        if request.method == "OPTIONS":
            return Response(headers={"access-control-max-age": "1728000"})
        return error_answer(404, "Not Found")

    async def image(self, request: Request) -> Response:
        """One image by id; a hidden one as a stub."""
        image_id = read.path_id(request)

        def asked(actor: Actor) -> int:
            check_may_see(self._board.library, actor, image_id)
            return image_id

        return await self._one_image(query_parameters(request), asked)

    async def featured_image(self, request: Request) -> Response:
        """The image featured last."""

        def newest(_: Actor) -> int:
            with self._board.library.reading() as reading:
                return images.featured_image(reading).id

        return await self._one_image(query_parameters(request), newest)

    async def search_images(self, request: Request) -> Response:
        """A page of images that match a query."""
        parameters = query_parameters(request)
        await self._freshen()
        board = self._board
        actor = read.actor(board, parameters)
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
            return self._listed(page.ids, page.total, covered, actor.user_id)

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
            documents = self._finished(step.ids, board.search.spoilered_by(applied, step.ids))
            interactions = self._interactions(actor.user_id, step.ids)
            return json_answer(present.walk_envelope(documents, interactions, step.total, step.cursor))

        return await self._answer(
            find if cursor is None else partial(go_on, cursor),
            is_quick=not board.library.database.is_sqlite or is_quick(),
        )

    async def upload_image(self, request: Request) -> Response:
        """Add an image from an address or a file part."""
        async with all_parameters(request, read.BODY_LIMITS) as parameters:
            if read.is_overridden(parameters):
                return error_answer(404, "Not Found")
            await self._freshen()
            actor = read.actor(self._board, parameters)
            require(actor, Permission.UPLOAD)
            wanted_filter = read.filter_id(parameters)
            wanted = child(parameters, "image")
            part, address = read.file(wanted), read.text(parameters, "url")

            def take() -> Response:
                image_id = self._take(actor, wanted, part, address)
                applied = self._board.search.filter_for(actor, wanted_filter)
                return self._envelope(image_id, applied, actor.user_id)

            try:
                return await to_thread.run_sync(take)
            except UploadRefused as error:
                return upload_refusal(error, source_url=read.text(wanted, "source_url"))

    async def search_reverse(self, request: Request) -> Response:
        """Images near a picture from an address or a file part; whatever is wrong with it finds nothing."""
        async with all_parameters(request, read.BODY_LIMITS) as parameters:
            if read.is_overridden(parameters):
                return error_answer(404, "Not Found")
            await self._freshen()
            actor = read.actor(self._board, parameters)
            wanted_filter = read.filter_id(parameters)
            part, address = read.file(child(parameters, "image")), read.text(parameters, "url")
            distance, limit = read.distance(parameters), read.nearest(parameters)

            def find() -> Response:
                if distance is None or limit is None:
                    return json_answer(present.images_envelope([], b"[]", 0))
                picture = self._picture(part, address)
                if picture is None:
                    return json_answer(present.images_envelope([], b"[]", 0))
                self._board.library.replica.catch_up()  # measuring takes its time
                applied = self._board.search.filter_for(actor, wanted_filter)
                found = near_picture(self._board.library, picture, distance=distance, limit=limit)
                covered = self._board.search.hit_by(applied, found.ids)
                return self._listed(found.ids, found.total, covered, actor.user_id)

            return await to_thread.run_sync(find, limiter=self._reverse_threads)

    async def tag(self, request: Request) -> Response:
        """One tag by slug, which clients send raw, percent-encoded, or percent-encoded twice."""
        parameters = query_parameters(request)
        await self._freshen()
        read.actor(self._board, parameters)
        read.filter_id(parameters)
        slug: str = request.path_params["slug"]

        def find() -> Response:
            with self._board.library.reading() as reading:
                try:
                    detail = tags.find_tag_by_slug(reading, slug)
                except TagNotFound:
                    detail = tags.find_tag_by_slug(reading, unquote(slug))
                return json_answer(present.tag_envelope(detail))

        return await self._answer(find)

    async def suggested_tags(self, request: Request) -> Response:
        """Tags that go on as somebody began to write."""
        parameters = query_parameters(request)
        await self._freshen()
        read.actor(self._board, parameters)
        read.filter_id(parameters)
        library = self._board.library
        if read.version(parameters) == 2:
            found = suggest_tags(library, read.term(parameters), read.suggestions(parameters))
            return json_answer(present.suggestions(found))
        try:
            found = suggest_tags(library, read.term(parameters), read.DEFAULT_SUGGESTIONS)
        except read.Unprocessable:
            found = []  # whoever asks in this form reads nothing but a list
        return json_answer(present.old_suggestions(found))

    async def _one_image(self, parameters: dict[str, Any], choose: Callable[[Actor], int]) -> Response:
        await self._freshen()
        actor = read.actor(self._board, parameters)
        wanted_filter = read.filter_id(parameters)

        def find() -> Response:
            applied = self._board.search.filter_for(actor, wanted_filter)
            return self._envelope(choose(actor), applied, actor.user_id)

        return await self._answer(find)

    def _take(self, actor: Actor, wanted: read.Parameters, part: UploadFile | None, address: str) -> int:
        with ExitStack() as stack:
            path, file_name = self._received(stack, part, address)
            return upload(
                self._board.library,
                actor,
                Upload(
                    file=path,
                    file_name=file_name,
                    tags=[read.text(wanted, "tag_input")],
                    description=read.text(wanted, "description"),
                    sources=read.sources(wanted),
                    is_anonymous=read.flag(wanted, "anonymous"),
                    accepted_types=self._accepted_types,
                ),
            )

    def _received(
        self, stack: ExitStack, part: UploadFile | None, address: str
    ) -> tuple[Path | None, str | None]:
        """What was sent, as a file in the scratch folder, and its name; no file where there is none."""
        library = self._board.library
        if part is not None:
            return stack.enter_context(spooled(library, part.file)), part.filename
        if not address:
            return None, None
        try:
            own = stored_file(library, self._board.public_url, address)
            if own is not None:
                return stack.enter_context(spooled(library, own)), file_name_of(address)
            return stack.enter_context(fetched(library, address, max_redirects=1))
        except (FetchFailed, ImageNotFound, FileNotFoundError):
            return None, None

    def _picture(self, part: UploadFile | None, address: str) -> Picture | None:
        """What a reverse search asks with; None if there is no picture to be had."""
        with ExitStack() as stack:
            path, _ = self._received(stack, part, address)
            if path is None:
                return None
            return measure_picture(self._board.library, path, self._accepted_types)

    def _listed(
        self, image_ids: Sequence[int], total: int, covered: AbstractSet[int], user_id: int | None
    ) -> Response:
        documents = self._finished(image_ids, covered)
        return json_answer(present.images_envelope(documents, self._interactions(user_id, image_ids), total))

    def _envelope(self, image_id: int, applied: CompiledFilter, user_id: int | None) -> Response:
        [document] = self._finished([image_id], self._board.search.hit_by(applied, [image_id]))
        return json_answer(present.image_envelope(document, self._interactions(user_id, [image_id])))

    def _finished(self, image_ids: Sequence[int], covered: AbstractSet[int]) -> list[bytes]:
        documents = self._rendered(image_ids)
        if not covered:
            return documents
        return [
            present.covered(document) if image_id in covered else document
            for image_id, document in zip(image_ids, documents, strict=True)
        ]

    def _rendered(self, image_ids: Sequence[int]) -> list[bytes]:
        """Documents in the order of the ids. Raises ImageNotFound if one has no row."""
        kept = self._documents.get_many(DIALECT, image_ids)
        if None not in kept:
            return cast("list[bytes]", kept)
        missing = [image_id for image_id, document in zip(image_ids, kept, strict=True) if document is None]
        made: dict[int, bytes] = {}
        seen = self._board.library.replica.applied
        with self._board.library.reading() as reading:
            loaded = images.load_images(reading, missing, find_tags=self._board.known_tags.find_lists)
        for image_id in missing:
            if image_id not in loaded:
                raise ImageNotFound(f"There is no image {image_id}.")
            made[image_id] = present.image_document(
                loaded[image_id], self._root, with_extra_fields=self._shows_extra_fields
            )
        with self._board.library.replica.lock:  # between the look and the keeping nothing may become stale
            if seen == self._board.library.replica.applied:  # else what was read may be older than its change
                self._documents.put_many(DIALECT, made)
        return [
            document if document is not None else made[image_id]
            for image_id, document in zip(image_ids, kept, strict=True)
        ]

    def _interactions(self, user_id: int | None, image_ids: Sequence[int]) -> bytes:
        if user_id is None:
            return b"[]"
        return present.interactions(user_id, own_interactions(self._board.library, user_id, image_ids))

    async def _freshen(self) -> None:
        """Apply what other processes have announced; a read on SQLite is short enough to do here."""
        replica = self._board.library.replica
        if replica.is_behind:
            await self._answer(replica.catch_up)

    async def _answer(self, work: Callable[[], _Result], *, is_quick: bool = True) -> _Result:
        """Memory and short indexed SQLite reads at once: a hop to a thread costs more than they do.

        Not while a thread is at the index, for which the loop would have to wait. Of what is not quick only a
        few things are done at a time, so that threads are left for the rest.
        """
        if not is_quick:
            return await to_thread.run_sync(work, limiter=self._slow_threads)
        if self._board.library.database.is_sqlite and not self._board.library.replica.is_busy:
            return work()
        return await to_thread.run_sync(work)


def _shielded(handler: Handler) -> Handler:
    """Put the dialect's error answers and headers around a handler."""

    @wraps(handler)
    async def answered(request: Request) -> Response:
        try:
            answer = await handler(request) if _takes_json(request) else error_answer(406, "Not Acceptable")
        except BooruError as error:
            answer = answer_to(error)
        except MalformedRequest:
            answer = error_answer(400, "Bad Request")
        except read.Unprocessable as error:
            answer = error_answer(422, str(error))
        except read.QueryNotText:
            answer = error_answer(400, "search query is not a string")
        except RequestTooLarge:
            answer = error_answer(413, "Request Entity Too Large")
        except EncodingNotSupported:
            answer = error_answer(415, "Unsupported Media Type")
        answer.raw_headers.extend(_HEADERS)
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            answer.raw_headers.extend(_CORS)
        return answer

    return answered


def _takes_json(request: Request) -> bool:
    # Not through `headers`, which decodes all of them at every look.
    accept = b",".join(value for name, value in request.scope["headers"] if name == b"accept")
    if not accept.strip() or accept == b"*/*":
        return True
    return any(
        one.partition(";")[0].strip() in _JSON_RANGES for one in accept.decode("latin-1").lower().split(",")
    )
