"""Requests byte by byte, as a server hands them over: what a client library would refuse to send."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

import anyio
from starlette.testclient import TestClient
from starlette.types import Message


@dataclass(slots=True)
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(
    client: TestClient,
    target: bytes,
    *,
    method: str = "GET",
    host: str = "board.example",
    headers: Iterable[tuple[bytes, bytes]] = (),
    pieces: Iterable[bytes | None] = (b"",),
) -> Answer:
    """pieces: of the body, one message each; None for a client that leaves, else it waits for the answer."""
    path, _, query = target.partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("ascii", "replace")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", host.encode()), *headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("board.example", 80),
        "state": {},
    }
    waiting = list(pieces)
    answer = Answer()

    async def receive() -> Message:
        if not waiting:
            await anyio.sleep_forever()
        piece = waiting.pop(0)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    async def run() -> None:
        await client.app(scope, receive, send)

    assert client.portal is not None, "enter the client first"
    client.portal.call(run)
    return answer
