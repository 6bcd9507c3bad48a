"""Small endpoints that the pages of boards ask, and clients too: tags by id, and all tags as one file."""

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, read
from polybooru.api.philomena.answers import empty_answer, json_answer
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.wire import Count
from polybooru.httpkit.routing import About, Answer, Endpoint, Parameter
from polybooru.library.daily_file import LIFETIME
from polybooru.library.tags import tag_uses

MAX_TAGS = 50
_MEDIA_TYPE = "application/octet-stream"
_encode = msgspec.json.Encoder().encode
_COMPILED = About(
    group="tags",
    parameters=about.GENERAL,
    answers={
        **about.ALWAYS,
        **about.BAD_REQUEST,
        200: Answer(about="The most used tags, to complete from without asking.", media_type=_MEDIA_TYPE),
        304: Answer(about="It is the one that the caller has.", media_type=None),
        404: Answer(about="It was not made yet.", media_type="text/plain"),
    },
)


class FetchedTag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag as pages show it in lists."""

    id: int
    name: str
    images: Count
    spoiler_image_uri: str | None


class FetchedTags(msgspec.Struct, frozen=True, kw_only=True):
    """Tags by id."""

    tags: list[FetchedTag]


_FETCHED = About(
    group="tags",
    parameters=(
        Parameter(name="ids[]", type=list[int], about=f"Ids, {MAX_TAGS} at most; the rest is left out."),
        *about.GENERAL,
    ),
    answers={
        **about.ALWAYS,
        **about.BAD_REQUEST,
        200: Answer(about="Those that exist, by id.", type=FetchedTags),
    },
)


class SmallHandlers:
    """For the roots of the host that are not the API's own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._board = desk.board

    def endpoints(self, fetch: str) -> Sequence[Endpoint]:
        """What answers in JSON."""
        return (Endpoint("GET", f"{fetch}/tags", self.tags, _FETCHED),)

    def files(self, autocomplete: str) -> Sequence[Endpoint]:
        """What does not."""
        return (Endpoint("GET", f"{autocomplete}/compiled", self.compiled, _COMPILED),)

    async def tags(self, request: Request) -> Response:
        """Some tags by their ids; those that are not there are left out."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        ids = read.ids(parameters)[:MAX_TAGS]

        def find() -> Response:
            with self._board.library.reading() as reading:
                found = tag_uses(reading, ids)
            shown = [
                FetchedTag(id=tag_id, name=name, images=count, spoiler_image_uri=None)
                for tag_id, name, count in found
            ]
            return json_answer(_encode(FetchedTags(tags=shown)))

        return await self._desk.answer(find)

    async def compiled(self, request: Request) -> Response:
        """All tags that matter for completing what somebody types, as one file; made anew each day."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        content = await self._desk.answer(self._board.compiled_tags.read)
        if content is None:
            return empty_answer(404)
        headers = {"cache-control": f"public, max-age={int(LIFETIME.total_seconds())}", "etag": content.tag}
        if request.headers.get("if-none-match") == content.tag:
            return Response(status_code=304, headers=headers)
        return Response(content.data, headers=headers, media_type=_MEDIA_TYPE)
