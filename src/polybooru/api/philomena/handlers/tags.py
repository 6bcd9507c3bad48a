"""Tags: one by slug, and those that go on as somebody began to write."""

from collections.abc import Callable, Sequence
from urllib.parse import unquote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, present, read
from polybooru.api.philomena.answers import json_answer
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.wire import ErrorObject, OldSuggestionObject, SuggestionsEnvelope, TagEnvelope
from polybooru.httpkit.routing import About, Answer, Endpoint, Parameter
from polybooru.library import tags
from polybooru.library.dnp import listed_dnp_entries
from polybooru.library.errors import TagNotFound
from polybooru.library.kept import Kept
from polybooru.library.tag_suggestions import Suggestion, suggest_tags

_COUNTED = frozenset({"tag", "image", "image_tags"})
"""Changes of these kinds alter which tags are suggested."""
_MOST = 5_000


class TagHandlers:
    """Reading routes of tags."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._board = desk.board
        replica = desk.board.library.replica
        self._suggestions: Kept[object, bytes] = Kept(replica, is_stale=_COUNTED.__contains__, most=_MOST)

    def endpoints(self, base: str, autocomplete: str) -> Sequence[Endpoint]:
        """Their part of the route table. autocomplete: where the small endpoints of pages lie."""
        one = About(
            group="tags",
            parameters=(
                Parameter(name="slug", where="path", about="Its slug: `artist-colon-mary+lou`."),
                *about.GENERAL,
            ),
            answers={
                200: Answer(about="The tag; an alias as itself.", type=TagEnvelope),
                **about.ALWAYS,
                **about.NOT_FOUND,
                **about.BAD_REQUEST,
            },
        )
        suggested = About(
            group="tags",
            parameters=(
                Parameter(name="term", about="What was written, 3 bytes at least."),
                Parameter(name="vsn", about="2; without it the answer is an older list."),
                Parameter(name="limit", type=int, about="How many, 1 to 10."),
                *about.GENERAL,
            ),
            answers={
                200: Answer(about="Tags.", type=SuggestionsEnvelope | list[OldSuggestionObject]),
                **about.ALWAYS,
                **about.BAD_REQUEST,
                422: Answer(about="A parameter means nothing here.", type=ErrorObject),
            },
        )
        return (
            Endpoint("GET", f"{base}/tags/{{slug:rest}}", self.tag, one),
            Endpoint("GET", f"{autocomplete}/tags", self.suggested_tags, suggested),
        )

    async def tag(self, request: Request) -> Response:
        """One tag by slug, which clients send raw, percent-encoded, or percent-encoded twice."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        slug: str = request.path_params["slug"]

        def find() -> Response:
            with self._board.library.reading() as reading:
                try:
                    detail = tags.find_tag_by_slug(reading, slug)
                except TagNotFound:
                    detail = tags.find_tag_by_slug(reading, unquote(slug))
                entries = listed_dnp_entries(reading, [detail.tag.id]).get(detail.tag.id, [])
                shown = present.tag_object(detail, entries)
                return json_answer(msgspec.json.encode(TagEnvelope(tag=shown)))

        return await self._desk.answer(find)

    async def suggested_tags(self, request: Request) -> Response:
        """Tags that go on as somebody began to write."""
        parameters, _ = await self._desk.asked(request)
        read.filter_id(parameters)
        if read.version(parameters) == 2:
            term, limit = read.term(parameters), read.suggestions(parameters)
            return json_answer(self._suggested(term, limit, present.suggestions))
        try:
            term = read.term(parameters)
        except read.Unprocessable:
            return json_answer(b"[]")  # whoever asks in this form reads nothing but a list
        return json_answer(self._suggested(term, read.DEFAULT_SUGGESTIONS, present.old_suggestions))

    def _suggested(self, term: str, limit: int, show: Callable[[Sequence[Suggestion]], bytes]) -> bytes:
        library = self._board.library
        return self._suggestions.find((term, limit, show), lambda: show(suggest_tags(library, term, limit)))
