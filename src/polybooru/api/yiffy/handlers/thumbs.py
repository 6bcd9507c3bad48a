"""Thumbnails: which there are, having one made, and how far that is."""

from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from starlette.responses import Response

from polybooru.api.yiffy import codes, present, read
from polybooru.api.yiffy.answers import json_answer
from polybooru.api.yiffy.codes import YiffyError
from polybooru.api.yiffy.desk import Desk
from polybooru.api.yiffy.gate import Asked
from polybooru.api.yiffy.shown_images import ShownImages
from polybooru.api.yiffy.wire import ThumbnailDoneObject, ThumbnailRunningObject, ThumbnailsObject
from polybooru.library.image_cards import ImageCard
from polybooru.library.previews import (
    Failed,
    Gone,
    Made,
    Preview,
    Running,
    ask_for_preview,
    find_preview,
    made_previews,
)
from polybooru.media import PREVIEW_KINDS

ANIMATED = frozenset({"gif", "webp"})
_EARLY = timedelta(seconds=20)
_WAITS_MS = {False: (500, 2_500), True: (2_000, 5_000)}
"""By whether the type is animated: how long to wait in the first seconds, and after them."""


class ThumbHandlers:
    """The thumbnails service of one board."""

    def __init__(self, desk: Desk, shown: ShownImages) -> None:
        self._desk = desk
        self._library = desk.board.library
        self._shown = shown

    async def info(self, asked: Asked) -> Response:
        """Which thumbnails of an image are there."""
        body = await self._desk.answer(partial(self._info, asked.request.path_params["id"]))
        return json_answer(body)

    def _info(self, text: str) -> bytes:
        card = self._card(text)
        made = made_previews(self._library, card.blob)
        url = {kind: self._url(card, kind) if kind in made else None for kind in PREVIEW_KINDS}
        return present.encode(
            ThumbnailsObject(success=True, gif_url=url["gif"], png_url=url["png"], post_id=card.id, **url)
        )

    async def create(self, asked: Asked) -> Response:
        """Have a thumbnail made."""
        self._refuse_read_only()
        parts = asked.request.path_params
        return await self._desk.answer(
            partial(self._create, asked, parts["id"], parts["type"]), is_quick=False
        )

    def _create(self, asked: Asked, text: str, kind: str) -> Response:
        card, kind = self._card(text), self._kind(kind)
        state = find_preview(self._library, card.id, kind)
        if state is None:
            address = asked.address.partition("/")[0]
            actor = self._desk.board.callers.with_address(asked.caller.actor, address)
            state = ask_for_preview(self._library, actor, card.id, kind)
        return self._told(card, kind, state, done_status=200, running_status=202)

    async def check(self, asked: Asked) -> Response:
        """How far a thumbnail is; takes the type and the MD5 in either order."""
        self._refuse_read_only()
        parts = asked.request.path_params
        text, kind = parts["md5"], parts["type"]
        if text.lower() in PREVIEW_KINDS:
            text, kind = kind, text
        return await self._desk.answer(partial(self._check, text, kind))

    def _check(self, text: str, kind: str) -> Response:
        card, kind = self._card(text), self._kind(kind)
        state = find_preview(self._library, card.id, kind)
        if state is None:
            raise YiffyError(codes.THUMBNAIL_CHECK)
        return self._told(card, kind, state, done_status=201, running_status=200)

    def _refuse_read_only(self) -> None:
        if self._desk.options.is_read_only:
            raise YiffyError(codes.READ_ONLY)

    def _card(self, text: str) -> ImageCard:
        md5, number = read.image_id(text)
        if not md5 and not text.isdecimal():
            raise YiffyError(codes.THUMBNAIL_MD5)
        card = self._shown.find(md5, number)
        if card is None:
            raise YiffyError(codes.THUMBNAIL_MD5 if md5 else codes.THUMBNAIL_POST)
        return card

    def _kind(self, text: str) -> str:
        kind = text.lower()
        if kind not in PREVIEW_KINDS:
            raise YiffyError(codes.THUMBNAIL_TYPE)
        if kind in ANIMATED and not self._desk.options.animated_thumbnails:
            raise YiffyError(codes.THUMBNAIL_ANIMATED)
        return kind

    def _url(self, card: ImageCard, kind: str) -> str:
        return f"{self._desk.bases.thumb_media}/{card.md5}.{kind}"

    def _told(
        self, card: ImageCard, kind: str, state: Preview, *, done_status: int, running_status: int
    ) -> Response:
        match state:
            case Made():
                done = ThumbnailDoneObject(
                    success=True, status="done", url=self._url(card, kind), post_id=card.id
                )
                return json_answer(present.encode(done), done_status)
            case Running():
                return json_answer(present.encode(self._running(card, kind, state)), running_status)
            case Failed():
                more = {
                    "status": "timeout" if state.is_late else "error",
                    "expiresAt": present.milliseconds(state.expires_at),
                }
                code = codes.THUMBNAIL_TIMEOUT if state.is_late else codes.THUMBNAIL_FAILED
                raise YiffyError(code, more=more, reason=state.reason)
            case Gone():
                raise YiffyError(codes.THUMBNAIL_GONE)
            case _:
                assert_never(state)

    def _running(self, card: ImageCard, kind: str, state: Running) -> ThumbnailRunningObject:
        now = self._library.clock()
        wait_ms = wait_for(kind, state.started_at, now)
        return ThumbnailRunningObject(
            success=True,
            status="processing",
            check_url=f"{self._desk.bases.thumbs}/check/{card.md5}/{kind}",
            check_at=present.milliseconds(now) + wait_ms,
            time=wait_ms,
            started_at=present.milliseconds(state.started_at),
            post_id=card.id,
        )


def wait_for(kind: str, started_at: datetime, now: datetime) -> int:
    """Milliseconds after which it is worth asking again."""
    early, later = _WAITS_MS[kind in ANIMATED]
    return early if now - started_at <= _EARLY else later
