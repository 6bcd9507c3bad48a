"""The firehose of a really served board, over real WebSockets: two web processes, and who does not read."""

import contextlib
import json
import os
import signal
import socket
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.cli.test_serving import _web_processes
from tests.programs import Program, picture, serving, until
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from polybooru import app
from polybooru.db.tables import users
from polybooru.library.actors import OPERATOR, Actor
from polybooru.library.image_edits import edit_description
from polybooru.library.library import Library
from polybooru.settings import Settings

pytestmark = pytest.mark.slow
EDITS = 330
JOIN = json.dumps(["1", "1", "firehose", "phx_join", {}])


def joined(server: Program, **options: Any) -> ClientConnection:
    address = server.address.replace("http:", "ws:") + "/socket/websocket?vsn=2.0.0"
    client = connect(address, compression=None, legacy=True, **options)
    client.send(JOIN)
    assert json.loads(client.recv(timeout=30))[4]["status"] == "ok"
    return client


@contextlib.contextmanager
def one_in_each(server: Program) -> Iterator[list[ClientConnection]]:
    """A client of each web process: while one is connected, the other processes stand still."""
    until(lambda: len(_web_processes(server)) == 2, server)  # the second may be a moment later
    processes = _web_processes(server)
    clients: list[ClientConnection] = []
    try:
        for chosen, other in (processes, processes[::-1]):
            os.kill(other, signal.SIGSTOP)
            clients.append(joined(server))
            os.kill(other, signal.SIGCONT)
            assert chosen in _web_processes(server)
        yield clients
    finally:
        for client in clients:
            client.close()


def heard(client: ClientConnection) -> tuple[str, dict[str, Any]]:
    _, _, topic, name, payload = json.loads(client.recv(timeout=30))
    assert topic == "firehose"
    return name, payload


@contextlib.contextmanager
def opened(data: Path) -> Iterator[Library]:
    """Another process of this machine, which serves nothing."""
    with app.open_library(data, Settings()) as library:
        yield library


def test_what_one_process_changes_every_process_tells(data: Path, token: str) -> None:
    with serving(data, "--workers", "2") as server, one_in_each(server) as clients:
        for number in range(4):
            answer = server.upload(picture(number), "safe, stripes, drawn", token)
            image_id = answer.json()["image"]["id"]
            told = [[heard(client) for client in clients] for _ in range(3)]
            created, processed, updated = told
            # Each process shows an image as it is when it hears of it; the worker may have been quicker.
            assert [name for name, _ in created] == ["image:create"] * 2
            assert [payload["image"]["id"] for _, payload in created] == [image_id] * 2
            assert processed[0] == processed[1]
            assert updated[0] == updated[1]
            names = [one[0] for one, _ in told]
            assert names == ["image:create", "image:process", "image:update"]  # the worker did the last two
            assert updated[0][1]["image"]["processed"]
        with opened(data) as library, library.work() as work:
            edit_description(work, admin(library), 1, "From the command line")
        for client in clients:
            assert heard(client)[0] == "image:description_update"
            assert heard(client)[1]["image"]["description"] == "From the command line"
        for client in clients:
            client.send(json.dumps([None, "9", "phoenix", "heartbeat", {}]))
            reply = json.loads(client.recv(timeout=30))
            assert reply == [None, "9", "phoenix", "phx_reply", {"status": "ok", "response": {}}]
        assert server.stop() == 0
        for client in clients:
            with pytest.raises(ConnectionClosed):
                client.recv(timeout=30)


def admin(library: Library) -> Actor:
    with library.reading() as reading:
        assert reading.execute(select(users.c.name).where(users.c.id == 1)).scalar_one() == "admin"
    return OPERATOR


def test_a_client_that_does_not_read_has_to_go_and_comes_back_by_its_cursor(data: Path, token: str) -> None:
    with serving(data) as server:
        assert server.upload(picture(1), "safe, stripes, drawn", token).status_code == 200
        until(lambda: server.search("processed:true"), server)
        port = int(server.address.rpartition(":")[2])
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        narrow.connect(("127.0.0.1", port))
        slow = joined(server, sock=narrow, max_size=None, max_queue=1, ping_interval=None)
        with (
            contextlib.closing(joined(server, max_size=None)) as quick,
            opened(data) as library,
            ThreadPoolExecutor(1) as pool,
        ):
            told = pool.submit(heard_until, quick, f"{EDITS - 1} ")
            for number in range(EDITS):
                with library.work() as work:
                    edit_description(work, OPERATOR, 1, f"{number} " + "x" * 40_000)
            assert told.result() == EDITS
            [web] = _web_processes(server)
            assert resident_mb(web) < 400
            with pytest.raises(ConnectionClosedError) as ended:
                deque((slow.recv(timeout=30) for _ in range(300)), maxlen=0)
            closed = ended.value.rcvd
            assert closed is not None
            assert closed.code == 1013
            assert closed.reason.startswith("cursor:")
        with connect(server.address.replace("http:", "ws:") + "/socket/websocket") as again:
            cursor = int(closed.reason.removeprefix("cursor:"))
            again.send(json.dumps(["1", "1", "firehose", "phx_join", {"cursor": cursor}]))
            answer = json.loads(again.recv(timeout=30))[4]
            assert answer == {"status": "error", "response": {"reason": "stale cursor"}}
            again.send(JOIN)
            assert json.loads(again.recv(timeout=30))[4]["status"] == "ok"
        assert server.stop() == 0


def heard_until(client: ClientConnection, beginning: str) -> int:
    """How many descriptions were told of, up to one that begins so."""
    count = 0
    while True:
        name, payload = heard(client)
        count += name == "image:description_update"
        if payload.get("added", "").startswith(beginning):
            return count


def resident_mb(pid: int) -> float:
    line = next(
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1_024


def test_limits_hold_over_all_processes_and_a_killed_one_leaves_no_sockets_open(data: Path) -> None:
    with serving(data, "--workers", "2") as server, contextlib.ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(contextlib.closing(joined(server)))
        address = server.address.replace("http:", "ws:") + "/socket/websocket"
        for options, status in (({}, 429), ({"origin": "https://evil.example"}, 403)):
            with pytest.raises(InvalidStatus) as refused:
                connect(address, legacy=True, **options)
            assert refused.value.response.status_code == status
        stack.pop_all().close()
        until(lambda: can_join(server), server)
        with contextlib.closing(joined(server)) as client:
            client.send("x" * 5_000)
            with pytest.raises(ConnectionClosedError) as ended:
                client.recv(timeout=30)
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == 1009
        assert server.get("/socket/websocket").status_code == 404
        assert server.stop() == 0


def can_join(server: Program) -> bool:
    try:
        joined(server).close()
    except InvalidStatus:
        return False
    return True
