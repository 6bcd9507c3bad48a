"""Comments: one by id."""

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, read
from polybooru.api.philomena.answers import empty_answer, json_answer
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.present_writing import comment_object
from polybooru.api.philomena.wire_writing import CommentEnvelope
from polybooru.httpkit.routing import About, Answer, Endpoint
from polybooru.library.shown_comments import find_comment

_encode = msgspec.json.Encoder().encode


class CommentHandlers:
    """Reading routes of comments."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._board = desk.board

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        one = About(
            group="comments",
            parameters=(about.ID, *about.GENERAL),
            answers={
                200: Answer(about="The comment; of a hidden one no body.", type=CommentEnvelope),
                **about.ALWAYS,
                **about.NOT_FOUND,
                **about.BAD_REQUEST,
                403: Answer(
                    about="Its image is hidden, or the account of the token is deactivated.",
                    media_type="text/plain",
                ),
            },
        )
        return (Endpoint("GET", f"{base}/comments/{{id}}", self.comment, one),)

    async def comment(self, request: Request) -> Response:
        """One comment by id."""
        comment_id = read.path_id(request)
        parameters, actor = await self._desk.asked(request)
        read.filter_id(parameters)

        def find() -> Response:
            with self._board.library.reading() as reading:
                found = find_comment(reading, self._board.anonymous_names, actor, comment_id)
            if found.is_image_hidden:
                return empty_answer(403)
            return json_answer(_encode(CommentEnvelope(comment=comment_object(found))))

        return await self._desk.answer(find)
