"""One client of the firehose: what it may say, and when it has to go.

A client joins, sends heartbeats, and else says nothing: the channel is there to be read.
Source: docs/reference/philomena.md, firehose
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from anyio import create_task_group, move_on_after, sleep
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from polybooru.api.philomena.answers import error_answer
from polybooru.api.philomena.live import phoenix
from polybooru.api.philomena.live.firehose import Firehose, Listener, StaleCursor
from polybooru.counters import Counters
from polybooru.httpkit.sockets import RENEW_SECONDS, Lease, may_open

PATH = "/socket/websocket"
TOPIC = "firehose"
MAX_SOCKETS = 5  # of one address
MAX_MESSAGE_BYTES = 4 * 1024
MAX_MESSAGES, MESSAGES_SECONDS = 60, 60.0
SILENCE_SECONDS = 60.0
_NORMAL, _NOT_TEXT, _REFUSED, _TOO_BIG, _COME_BACK = 1000, 1003, 1008, 1009, 1013


class _Over(Exception):
    """The connection is to be closed."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Sockets:
    """The way in. origins: whose pages may open one, beside what is no page."""

    def __init__(self, hose: Firehose, counters: Counters, origins: Collection[str]) -> None:
        self._hose = hose
        self._counters = counters
        self._origins = frozenset(origins)

    async def talk(self, websocket: WebSocket) -> None:
        """The endpoint."""
        if not may_open(websocket, self._origins):
            await websocket.send_denial_response(error_answer(403, "Forbidden"))
            return
        if not websocket.query_params.get("vsn", phoenix.VERSION).startswith(phoenix.VERSION):
            await websocket.send_denial_response(error_answer(400, "Bad Request"))
            return
        lease = Lease(self._counters, websocket, edge="philomena", most=MAX_SOCKETS)
        if not lease.is_given:
            await websocket.send_denial_response(error_answer(429, "Too Many Requests"))
            return
        try:
            await websocket.accept()
            await _Conversation(websocket, self._hose, lease).hold()
        finally:
            lease.give_back()


class _Conversation:
    def __init__(self, websocket: WebSocket, hose: Firehose, lease: Lease) -> None:
        self._websocket = websocket
        self._hose = hose
        self._lease = lease
        self._listener: Listener | None = None
        self._join_ref: str | int | None = None
        self._joined, self._lagged = asyncio.Event(), asyncio.Event()
        self._sending = asyncio.Lock()
        self._heard_at: deque[float] = deque()
        self._over: _Over | None = None

    async def hold(self) -> None:
        """Until one side ends it."""
        try:
            async with create_task_group() as group:

                async def do(part: Callable[[], Awaitable[None]]) -> None:
                    """The first part that ends is the end of all."""
                    try:
                        await part()
                    except _Over as over:
                        self._over = over
                    except WebSocketDisconnect:
                        pass
                    group.cancel_scope.cancel()

                for part in (self._hear, self._tell, self._watch, self._keep_lease):
                    group.start_soon(do, part)
        finally:
            if self._listener is not None:
                self._hose.leave(self._listener)
        if self._over is not None:
            await self._close(self._over.code, self._over.reason)

    async def _close(self, code: int, reason: str) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            try:
                await self._websocket.close(code, reason)
            except (WebSocketDisconnect, RuntimeError):
                return  # the client was faster

    async def _keep_lease(self) -> None:
        while True:
            await sleep(RENEW_SECONDS)
            self._lease.renew()

    async def _watch(self) -> None:
        """Also while a frame waits for a client that does not read."""
        await self._lagged.wait()
        raise _Over(_COME_BACK, f"cursor:{self._listener.cursor if self._listener else 0}")

    async def _tell(self) -> None:
        await self._joined.wait()
        while True:
            listener, join_ref = self._listener, self._join_ref
            assert listener is not None
            listener.woken.clear()
            for event in listener.waiting():
                await self._send(phoenix.push(join_ref, TOPIC, event.name, event.payload))
                if listener is not self._listener:
                    break
            else:
                await listener.woken.wait()

    async def _send(self, text: str) -> None:
        async with self._sending:
            await self._websocket.send_text(text)

    async def _hear(self) -> None:
        while True:
            message = None
            with move_on_after(SILENCE_SECONDS):
                message = await self._websocket.receive()
            if message is None:
                raise _Over(_NORMAL, "no heartbeat")
            if message["type"] == "websocket.disconnect":
                return
            await self._answer(self._frame(message))

    def _frame(self, message: Any) -> phoenix.Frame:
        text = message.get("text")
        if text is None:
            raise _Over(_NOT_TEXT, "text only")
        if len(text.encode()) > MAX_MESSAGE_BYTES:
            raise _Over(_TOO_BIG, f"at most {MAX_MESSAGE_BYTES} bytes")
        now = time.monotonic()
        while self._heard_at and self._heard_at[0] <= now - MESSAGES_SECONDS:
            self._heard_at.popleft()
        self._heard_at.append(now)
        if len(self._heard_at) > MAX_MESSAGES:
            raise _Over(_REFUSED, "too many messages")
        try:
            return phoenix.read(text)
        except phoenix.NoFrame as error:
            raise _Over(_REFUSED, "no frame") from error

    async def _answer(self, frame: phoenix.Frame) -> None:
        match frame.topic, frame.event:
            case (phoenix.PHOENIX, phoenix.HEARTBEAT):
                await self._send(phoenix.reply(frame))
            case (_, phoenix.JOIN) if frame.topic == TOPIC:
                await self._join(frame)
            case (_, phoenix.JOIN):
                await self._send(phoenix.reply(frame, is_ok=False, reason="unmatched topic"))
            case (_, phoenix.LEAVE) if frame.topic == TOPIC and self._listener is not None:
                await self._send(phoenix.reply(frame))
                await self._send(phoenix.push(self._join_ref, TOPIC, phoenix.CLOSE))
                raise _Over(_NORMAL, "left")
            case _:
                if self._listener is not None:
                    await self._send(phoenix.push(self._join_ref, TOPIC, phoenix.ERROR))
                raise _Over(_REFUSED, "receive-only")

    async def _join(self, frame: phoenix.Frame) -> None:
        """A second join takes the place of the first."""
        try:
            listener = await self._hose.join(_cursor(frame.payload), on_lag=self._lagged.set)
        except StaleCursor:
            await self._send(phoenix.reply(frame, is_ok=False, reason="stale cursor"))
            return
        before = self._listener
        try:
            if before is not None:
                await self._send(phoenix.push(self._join_ref, TOPIC, phoenix.CLOSE))
            await self._send(phoenix.reply(frame))
        finally:
            self._listener, self._join_ref = listener, frame.join_ref
            if before is not None:
                self._hose.leave(before)
                before.woken.set()
        self._joined.set()


def _cursor(payload: Any) -> int | None:
    """What the client says it has heard last; whatever else it says means nothing."""
    cursor = payload.get("cursor") if isinstance(payload, dict) else None
    return cursor if isinstance(cursor, int) and not isinstance(cursor, bool) else None
