"""`serve` and `worker`: readiness, logs, the clean stop, several web processes."""

import contextlib
import json
import os
import re
import signal
import socket
import threading
import time
from pathlib import Path

import httpx2
import pytest
from tests.databases import PostgresqlServer
from tests.programs import (
    PASSWORD,
    Commands,
    Program,
    descendants,
    free_port,
    is_alive,
    open_files,
    picture,
    serving,
    until,
    write_manifest,
)

pytestmark = pytest.mark.slow
STOP_SECONDS = 8.0


def test_a_server_answers_logs_and_stops(data: Path, token: str) -> None:
    with serving(data) as server:
        assert server.get("/healthz").text == "ok"
        assert server.get("/readyz").json() == {"ready": True, "faults": []}
        assert server.get("/metrics").status_code == 200
        answer = server.upload(picture(1), "safe, a, b", token)
        assert answer.status_code == 200, answer.text
        until(lambda: server.search("processed:true"), server)
        missing = server.get(f"/api/v1/json/images/77?key={token}")
        below = descendants(server.pid)
        assert server.stop() == 0
        assert not any(map(is_alive, below))
    lines = [json.loads(line) for line in server.said if line.startswith("{")]
    requests = {line["request_id"]: line for line in lines if line["event"] == "request_done"}
    told = requests[missing.headers["x-request-id"]]
    assert (told["method"], told["path"], told["status"]) == ("GET", "/api/v1/json/images/77", 404)
    assert {"level", "timestamp", "took_ms"} <= told.keys()
    assert requests[answer.headers["x-request-id"]]["status"] == 200
    assert any(line["event"] == "image_represented" for line in lines)
    assert token not in server.text
    assert "key=" not in server.text


@pytest.mark.parametrize("way", ["SIGTERM", "SIGINT", "Ctrl-C"])
def test_a_stop_lets_a_running_request_end(data: Path, token: str, way: str) -> None:
    with serving(data) as server:
        body, kind = _form(picture(2), "safe, a, b")
        head = (
            f"POST /api/v1/json/images?key={token} HTTP/1.1\r\nHost: here\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        port = int(server.address.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
        with socket.create_connection(("127.0.0.1", port)) as running, idle:
            running.sendall(head + body[:100])
            until(lambda: server.get("/healthz").status_code == 200)
            started = time.monotonic()
            if way == "Ctrl-C":
                os.killpg(server.pid, signal.SIGINT)
            else:
                server.process.send_signal(signal.Signals[way])
            until(lambda: _refuses(port))
            running.sendall(body[100:])
            running.settimeout(STOP_SECONDS)
            assert running.recv(65536).startswith(b"HTTP/1.1 200 ")
            assert server.ended() == 0
        assert time.monotonic() - started < STOP_SECONDS
        assert "Traceback" not in server.text


def _form(content: bytes, tags: str) -> tuple[bytes, str]:
    made = httpx2.Request(
        "POST",
        "http://here",
        data={"image[tag_input]": tags},
        files={"image[image]": ("picture.png", content, "image/png")},
    )
    return made.read(), made.headers["content-type"]


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return True
    return False


def test_a_stop_during_the_start_is_heard(data: Path) -> None:
    server = Program.start("serve", "--port", "0", "--data", data)
    with contextlib.ExitStack() as stack:
        stack.callback(server.kill_everything)
        until(lambda: len(descendants(server.pid)) >= 1, server)  # the worker runs, the index is being loaded
        started = time.monotonic()
        assert server.stop() in {0, -signal.SIGTERM}
        assert time.monotonic() - started < STOP_SECONDS


def test_a_port_in_use_is_one_sentence(polybooru: Commands, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = polybooru("serve", "--port", str(port), "--data", data)
    assert (ended.status, ended.stdout) == (1, "")
    assert ended.stderr == f"Cannot listen on port {port} of 127.0.0.1: Address already in use.\n"


def test_a_host_that_is_not_here_is_one_sentence(polybooru: Commands, data: Path) -> None:
    ended = polybooru("serve", "--host", "192.0.2.1", "--port", "0", "--data", data)
    assert ended.status == 1
    assert ended.stderr.startswith("Cannot listen on port 0 of 192.0.2.1: ")
    assert ended.stderr.count("\n") == 1


def test_two_web_processes_see_each_others_writes_at_the_next_request(data: Path, token: str) -> None:
    with serving(data, "--workers", "2") as server, contextlib.ExitStack() as stack:
        clients = _one_client_for_each_process(server, stack)
        for number, (writer, reader) in enumerate([clients, clients[::-1]] * 3, 1):
            answer = writer.post(
                "/api/v1/json/images",
                params={"key": token},
                data={"image[tag_input]": "safe, a, b"},
                files={"image[image]": ("picture.png", picture(number), "image/png")},
            )
            assert answer.status_code == 200, answer.text
            found = reader.get("/api/v1/json/search/images", params={"q": "safe", "filter_id": "2"}).json()
            assert found["total"] == number
        assert server.stop() == 0


def _one_client_for_each_process(server: Program, stack: contextlib.ExitStack) -> list[httpx2.Client]:
    """Clients with a connection kept to another process each: one does not count what the other was asked."""

    def client() -> httpx2.Client:
        return stack.enter_context(httpx2.Client(base_url=server.address, timeout=30))

    first = client()
    for _ in range(200):
        other = client()
        before = _asked(other)
        for _ in range(5):
            first.get("/healthz")
        if _asked(other) - before < 5:
            return [first, other]
    raise AssertionError("one process answers everything")


def _asked(client: httpx2.Client) -> float:
    """How many requests for health and metrics the process behind this connection has answered."""
    counted = re.search(
        r'^polybooru_requests_total{edge="ops",status="200"} (\S+)$',
        client.get("/metrics").text,
        re.MULTILINE,
    )
    return float(counted.group(1)) if counted else 0.0


def test_a_killed_web_process_is_started_again(data: Path, token: str) -> None:
    with serving(data) as server:
        assert server.upload(picture(1), "safe, a, b", token).status_code == 200
        [web] = _web_processes(server)
        os.kill(web, signal.SIGKILL)
        until(lambda: is_alive(web) is False)
        until(lambda: server.search("safe"), server)
        assert _web_processes(server) != [web]
        assert server.stop() == 0


def _web_processes(server: Program) -> list[int]:
    """Children of the supervisor that have the port open and wait for what comes there.

    One that saves the index, say, was forked from the same parent; it is gone in a moment.
    """
    port = int(server.address.rpartition(":")[2])
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    }
    listeners = {f"socket:[{inode}]" for inode in inodes}
    opened = {pid: open_files(pid) for pid in descendants(server.pid)}
    return [pid for pid, files in opened.items() if files & listeners and "anon_inode:[eventpoll]" in files]


def test_a_worker_alone_works_and_stops(polybooru: Commands, data: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        worker = Program.start("worker", "--data", data)
        try:
            worker.wait_until_said("Polybooru works on")
            assert worker.stop(number) == 0
            assert (data / "worker.lock").exists()
        finally:
            worker.kill_everything()
        assert "Traceback" not in worker.text


def test_a_server_on_postgresql_takes_finds_and_processes(
    polybooru: Commands, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "pictures", range(2))
    with postgresql_server.fresh_database() as url:
        data = tmp_path / "data"
        settings = {"POLYBOORU_DATABASE_URL": url, "POLYBOORU_DATA": str(data)}
        with serving(data, settings=settings) as server:  # which makes the schema by itself
            made = polybooru(
                "user",
                "create",
                "admin",
                "--role",
                "admin",
                "--password-stdin",
                settings=settings,
                text=PASSWORD,
            )
            assert made.status == 0, made.stderr
            token = polybooru("token", "create", "admin", settings=settings).stdout.strip()
            assert server.upload(picture(7), "safe, a, b", token).status_code == 200
            assert polybooru("import", "manifest", manifest, settings=settings).status == 0
            assert len(server.search("safe")) == 3
            until(lambda: len(server.search("processed:true")) == 3, server)
            assert server.stop() == 0
        assert polybooru("doctor", settings=settings).status == 0


def test_a_server_restarts_at_once_on_the_same_port(data: Path) -> None:
    port = str(free_port())
    for _ in range(2):
        server = Program.start("serve", "--port", port, "--data", data)
        try:
            server.wait_until_ready()
            with httpx2.Client(base_url=server.address) as client:
                assert client.get("/healthz").text == "ok"
                assert server.stop() == 0
        finally:
            server.kill_everything()


def test_logs_of_many_requests_at_once_stay_whole_lines(data: Path) -> None:
    with serving(data, "--workers", "2") as server:
        threads = [
            threading.Thread(target=lambda: [server.get("/api/v1/json/images/1") for _ in range(20)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.stop() == 0
    lines = [json.loads(line) for line in server.said if not line.startswith("Polybooru serves")]
    asked = [line["request_id"] for line in lines if line.get("path") == "/api/v1/json/images/1"]
    assert len(set(asked)) == len(asked) == 80


def test_the_file_to_complete_tags_from_is_made_after_the_start_and_kept(data: Path, token: str) -> None:
    with serving(data) as server:
        assert server.upload(picture(1), "safe, stripes, drawn", token).status_code == 200
        made = until(lambda: server.get("/autocomplete/compiled").content, server)
        assert server.stop() == 0
    kept = (data / "compiled-tags").stat().st_mtime_ns
    (data / "compiled-tags").write_bytes(made)
    with serving(data, "--workers", "2") as server:
        assert {server.get("/autocomplete/compiled").content for _ in range(8)} == {made}
        assert server.stop() == 0
    assert (data / "compiled-tags").stat().st_mtime_ns > kept
    os.utime(data / "compiled-tags", (0, 0))
    with serving(data) as server:
        until(lambda: b"stripes" in server.get("/autocomplete/compiled").content, server)
        assert server.stop() == 0
