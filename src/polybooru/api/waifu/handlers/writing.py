"""`/fav/insert`, `/fav/delete`, `/fav/toggle` and `/report`: what changes something."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.waifu import present, read
from polybooru.api.waifu.about import ALWAYS, CONFLICT, FAVOURITE, NOT_FOUND, NOT_JSON, WITH_TOKEN
from polybooru.api.waifu.answers import ALREADY, Refused, detail, failure, json_answer
from polybooru.api.waifu.desk import Desk
from polybooru.api.waifu.wire import ReportBody, ReportObject, StateObject
from polybooru.httpkit.parameters import json_object
from polybooru.httpkit.routing import About, Answer, Body, Endpoint
from polybooru.library.actors import Actor
from polybooru.library.granted import Granted
from polybooru.library.interactions import Counts, fave, toggle_fave, unfave
from polybooru.library.reports import SharedReport, share_report_of_image

_DONE = {200: Answer(about="What became of it.", type=StateObject)}
_WRITTEN = {**_DONE, **ALWAYS, **WITH_TOKEN, **NOT_FOUND, **NOT_JSON}
_REPORT = Body(
    about="The image, and what is wrong with it.", media={"application/json": ReportBody}, is_required=True
)


class WritingHandlers:
    """Of one board."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def endpoints(self) -> Sequence[Endpoint]:
        """These lines of the route table."""
        removing = About(body=FAVOURITE, answers=_WRITTEN)
        reported = {200: Answer(about="The report.", type=ReportObject)}
        return (
            Endpoint(
                "POST", "/fav/insert", self.insert, About(body=FAVOURITE, answers={**_WRITTEN, **CONFLICT})
            ),
            Endpoint("POST", "/fav/delete", self.delete, removing),
            Endpoint("DELETE", "/fav/delete", self.delete, removing),
            Endpoint("POST", "/fav/toggle", self.toggle, About(body=FAVOURITE, answers=_WRITTEN)),
            Endpoint("POST", "/report", self.report, About(body=_REPORT, answers={**_WRITTEN, **reported})),
        )

    async def insert(self, request: Request) -> Response:
        """Make an image a favourite."""
        counts = await self._favourite(request, fave)
        return json_answer(present.INSERTED) if counts.changed else detail(409, ALREADY)

    async def delete(self, request: Request) -> Response:
        """Take a favourite back."""
        counts = await self._favourite(request, unfave)
        return json_answer(present.DELETED) if counts.changed else failure(404)

    async def toggle(self, request: Request) -> Response:
        """Make an image a favourite, or take it back if it is one."""
        counts = await self._favourite(request, toggle_fave)
        return json_answer(present.INSERTED if counts.is_faved else present.DELETED)

    async def report(self, request: Request) -> Response:
        """Tell staff that something is wrong with an image; all who do have one report of it together."""
        actor, body = await self._asked(request)
        image_id, user_id, said = read.image_id(body), read.user_id(body), read.description(body)
        await self._desk.require(actor, Granted.REPORT, user_id or actor.user_id)
        wanted = _required(image_id)

        def change() -> SharedReport:
            with self._desk.board.library.work() as work:
                return share_report_of_image(
                    work,
                    actor,
                    wanted,
                    reason=said,
                    author_id=None if user_id in (0, actor.user_id) else user_id,
                )

        made = await to_thread.run_sync(change)
        accepted = request.headers.get("accept-version", "")
        return json_answer(present.report(made, with_textual_author=read.has_textual_author(accepted)))

    async def _favourite(self, request: Request, verb: Callable[..., Counts]) -> Counts:
        actor, body = await self._asked(request)
        image_id, user_id = read.image_id(body), read.user_id(body)
        await self._desk.require(actor, Granted.MANAGE_FAVORITES, user_id or actor.user_id)
        wanted = _required(image_id)

        def change() -> Counts:
            with self._desk.board.library.work() as work:
                return verb(work, actor, wanted, of_user_id=user_id or None)

        return await to_thread.run_sync(change)

    async def _asked(self, request: Request) -> tuple[Actor, Mapping[str, Any]]:
        await self._desk.freshen()
        actor = await self._desk.caller(request)
        return actor, await json_object(request, read.MAX_BODY_BYTES)


def _required(image_id: int | None) -> int:
    if image_id is None:
        raise Refused(400, "image_id is required")
    return image_id
