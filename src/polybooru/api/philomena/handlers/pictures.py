"""What is sent a picture: uploads, and the search for pictures like it."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
from anyio import CapacityLimiter, to_thread
from msgspec import UNSET, UnsetType
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, present, read
from polybooru.api.philomena.answers import error_answer, json_answer, upload_refusal
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.shown_images import ShownImages
from polybooru.api.philomena.wire import AnyErrors, ErrorObject, ImageEnvelope, ImagesEnvelope
from polybooru.fetch import FetchFailed
from polybooru.httpkit.parameters import all_parameters, child
from polybooru.httpkit.routing import About, Answer, Body, Endpoint, Parameter
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.errors import ImageNotFound, UploadRefused
from polybooru.library.reverse_search import Picture, measure_picture, near_picture
from polybooru.library.stored_files import file_name_of, stored_file
from polybooru.library.uploads import Upload, fetched, spooled, upload
from polybooru.media import MediaType

_REVERSE_AT_ONCE = 8  # anybody may ask: uploads and searches need threads too
_URL = Parameter(name="url", about="Address of the file; one of this board is read from its store.")


class _ImageFields(msgspec.Struct, frozen=True, kw_only=True):
    tag_input: str
    description: str | UnsetType = UNSET
    source_url: str | UnsetType = UNSET
    sources: Mapping[str, Mapping[str, str]] | UnsetType = UNSET
    anonymous: bool | UnsetType = UNSET


class UploadFields(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an upload by address."""

    image: _ImageFields
    url: str
    key: str | UnsetType = UNSET


class UploadForm(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of an upload with its file."""

    key: str | UnsetType = UNSET
    image: bytes = msgspec.field(name="image[image]")
    tag_input: str = msgspec.field(name="image[tag_input]")
    description: str | UnsetType = msgspec.field(name="image[description]", default=UNSET)
    source_url: str | UnsetType = msgspec.field(name="image[source_url]", default=UNSET)
    anonymous: str | UnsetType = msgspec.field(name="image[anonymous]", default=UNSET)


class ReverseFields(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a reverse search by address."""

    url: str | UnsetType = UNSET
    distance: float | UnsetType = UNSET
    limit: int | UnsetType = UNSET


class ReverseForm(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a reverse search with its picture."""

    image: bytes | UnsetType = msgspec.field(name="image[image]", default=UNSET)


class PictureHandlers:
    """Routes that take a file. accepted_types: of uploads."""

    def __init__(self, desk: Desk, shown: ShownImages, accepted_types: frozenset[MediaType]) -> None:
        self._desk = desk
        self._board = desk.board
        self._shown = shown
        self._accepted_types = accepted_types
        self._reverse_threads = CapacityLimiter(_REVERSE_AT_ONCE)

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        uploading = About(
            group="images",
            parameters=(*about.GENERAL, _URL),
            body=Body(
                about="The image. `key` and `url` may stand in the query as well.",
                media={"application/json": UploadFields, "multipart/form-data": UploadForm},
            ),
            answers={
                200: Answer(about="The image, not processed yet.", type=ImageEnvelope),
                **about.ALWAYS,
                **about.BODY,
                **about.NOT_FOUND,
                **about.REFUSED,
                400: Answer(about="What is wrong, by field.", type=AnyErrors),
                507: Answer(about="There is no room for the file.", type=ErrorObject),
            },
        )
        reverse = About(
            group="images",
            parameters=(
                *about.GENERAL,
                _URL,
                Parameter(name="distance", type=float, about="How far pictures may be apart, 0 to 1."),
                Parameter(name="limit", type=about.PAGE_SIZE, about="How many of the nearest."),
            ),
            body=Body(
                about="The picture; whatever is wrong with it finds nothing.",
                media={"application/json": ReverseFields, "multipart/form-data": ReverseForm},
            ),
            answers={
                200: Answer(about="Images near the picture, the nearest first.", type=ImagesEnvelope),
                **about.ALWAYS,
                **about.BODY,
                **about.NOT_FOUND,
                **about.BAD_REQUEST,
                507: Answer(about="There is no room for the file.", type=ErrorObject),
            },
        )
        return (
            Endpoint("POST", f"{base}/images", self.upload_image, uploading),
            Endpoint("POST", f"{base}/search/reverse", self.search_reverse, reverse),
        )

    async def upload_image(self, request: Request) -> Response:
        """Add an image from an address or a file part."""
        async with all_parameters(request, read.BODY_LIMITS) as parameters:
            if read.is_overridden(parameters):
                return error_answer(404, "Not Found")
            await self._desk.freshen()
            actor = read.actor(self._board, parameters, request)
            require(actor, Permission.UPLOAD)
            wanted_filter = read.filter_id(parameters)
            wanted = child(parameters, "image")
            part, address = read.file(wanted), read.text(parameters, "url")

            def take() -> Response:
                self._board.upload_gate.enter(actor)
                image_id = self._take(actor, wanted, part, address)
                applied = self._board.search.filter_for(actor, wanted_filter)
                return self._shown.one(image_id, applied, actor.user_id)

            try:
                return await to_thread.run_sync(take)
            except UploadRefused as error:
                return upload_refusal(error, source_url=read.text(wanted, "source_url"))

    async def search_reverse(self, request: Request) -> Response:
        """Images near a picture from an address or a file part; whatever is wrong with it finds nothing."""
        async with all_parameters(request, read.BODY_LIMITS) as parameters:
            if read.is_overridden(parameters):
                return error_answer(404, "Not Found")
            await self._desk.freshen()
            actor = read.actor(self._board, parameters, request)
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
                return self._shown.listed(found.ids, found.total, covered, actor.user_id)

            return await to_thread.run_sync(find, limiter=self._reverse_threads)

    def _take(self, actor: Actor, wanted: Mapping[str, Any], part: UploadFile | None, address: str) -> int:
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
