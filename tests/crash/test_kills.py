"""Processes of a running server are killed at moments that nobody chose."""

import contextlib
import fcntl
import os
import random
import signal
import socket
import sys
import termios
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha512
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.programs import (
    Commands,
    Program,
    descendants,
    free_port,
    is_alive,
    is_decoder_host,
    open_files,
    picture,
    serving,
    until,
    write_manifest,
)

pytestmark = pytest.mark.slow
UPLOADS = range(40)
IMPORTS = range(1_000, 1_040)


@pytest.mark.timeout(240)
def test_a_kill_of_everything_in_the_middle_of_an_import_loses_no_acknowledged_image(
    polybooru: Commands, data: Path, token: str, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "pictures", IMPORTS)
    acknowledged: dict[int, int] = {}
    chance = random.Random(5)
    for _ in range(3):
        server = Program.start("serve", "--port", "0", "--data", data).wait_until_ready()
        importing = Program.start("import", "manifest", manifest, "--data", data)
        with ThreadPoolExecutor(2) as pool:
            done = len(acknowledged)
            uploads = [
                pool.submit(_upload, server, number, token, acknowledged)
                for number in UPLOADS
                if number not in acknowledged
            ]
            until(lambda done=done: len(acknowledged) >= min(done + 4, len(UPLOADS)), server)
            time.sleep(chance.uniform(0, 0.5))  # the moment is what the test is about
            importing.kill_everything()
            server.kill_everything()
            for upload in uploads:
                upload.result()
    with serving(data) as server:
        assert importing.process.poll() is not None
        found = {image["id"] for image in _all_images(server)}
        assert set(acknowledged.values()) <= found
        until(lambda: not server.search("processed:false"), server)
        for number, image_id in acknowledged.items():
            [image] = server.search(f"id:{image_id}")
            assert image["orig_sha512_hash"] == sha512(picture(number)).hexdigest()
            full = httpx2.get(image["representations"]["full"], timeout=30)
            assert sha512(full.content).hexdigest() == image["sha512_hash"]
        for number in UPLOADS:
            if number not in acknowledged:
                _upload(server, number, token, acknowledged)
        assert len(set(acknowledged.values())) == len(acknowledged)
        ended = polybooru("import", "manifest", manifest, "--data", data)
        assert ended.status == 0
        assert ", 0 refused" in ended.stdout
        until(lambda: not server.search("processed:false"), server)
        assert len(_all_images(server)) == len(UPLOADS) + len(IMPORTS)
        assert server.stop() == 0
    told = polybooru("doctor", "--data", data)
    assert (told.status, told.stdout) == (0, ""), told.stderr


def _upload(server: Program, number: int, token: str, acknowledged: dict[int, int]) -> None:
    try:
        answer = server.upload(picture(number), "safe, stripes, drawn", token)
    except httpx2.TransportError:
        return
    if answer.status_code == 200:
        acknowledged[number] = answer.json()["image"]["id"]
    else:  # it is there already: the kill came between the commit and the answer
        assert answer.status_code == 400, answer.text
        [image] = server.search(f"orig_sha512_hash:{sha512(picture(number)).hexdigest()}")
        acknowledged[number] = image["id"]


def _all_images(server: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while page := server.search(f"id.gt:{found[-1]['id']}" if found else "*", sf="id", sd="asc"):
        found += page
    return found


def test_a_killed_supervisor_takes_everything_with_it(data: Path) -> None:
    port = free_port()
    server = Program.start("serve", "--port", str(port), "--data", data)
    try:
        server.wait_until_ready()
        below = descendants(server.pid)
        assert len(below) >= 2
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not any(map(is_alive, below)), seconds=10)
        socket.create_server(("127.0.0.1", port)).close()
    finally:
        server.kill_everything()


def test_a_killed_worker_is_started_again_and_does_its_work(
    polybooru: Commands, data: Path, token: str
) -> None:
    with serving(data) as server:
        for number in range(3):
            before = until(lambda: _worker(server, data), server)
            os.kill(before, signal.SIGKILL)
            assert server.upload(picture(number), "safe, a, b", token).status_code == 200
            until(lambda before=before: _worker(server, data) not in {None, before}, server)
        until(lambda: len(server.search("processed:true")) == 3, server)
        assert server.stop() == 0
    assert polybooru("doctor", "--data", data).status == 0


def _worker(server: Program, data: Path) -> int | None:
    """The child of the supervisor that holds the worker's lock."""
    lock = os.fspath(data / "worker.lock")
    return next((pid for pid in descendants(server.pid) if lock in open_files(pid)), None)


def test_a_job_whose_decoders_are_killed_is_tried_again_and_done(
    polybooru: Commands, data: Path, token: str, tmp_path: Path
) -> None:
    with serving(data) as server:
        assert server.upload(picture(1), "safe, a, b", token).status_code == 200
        until(lambda: server.search("processed:true"), server)
        worker = until(lambda: _worker(server, data), server)
        [host] = filter(is_decoder_host, descendants(worker))
        os.kill(host, signal.SIGSTOP)  # what it is given now is under way until it dies
        assert server.upload(picture(2), "safe, a, b", token).status_code == 200
        until(lambda: _is_asked(host), server)
        os.kill(host, signal.SIGKILL)
        until(lambda: len(server.search("processed:true")) == 2, server)
        assert server.stop() == 0
    assert "job_will_be_tried_again" in server.text
    told = polybooru("doctor", "--data", data)
    assert (told.status, told.stdout) == (0, "")


def _is_asked(host: int) -> bool:
    """Whether something waits in a pipe that the stopped process reads."""
    for link in Path(f"/proc/{host}/fd").iterdir():
        if os.fspath(link.readlink()).startswith("pipe:"):
            with contextlib.suppress(OSError):
                pipe = os.open(link, os.O_RDONLY | os.O_NONBLOCK)
                try:
                    unread = int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)
                finally:
                    os.close(pipe)
                if unread:
                    return True
    return False


_CRASHING = """
from polybooru.media.decoders import Decoders
Decoders.__init__.__kwdefaults__["allow_faults"] = True
Decoders.process = lambda self, path, into: self._fault("segfault")
from polybooru.cli import main
main()
"""


def test_a_file_that_keeps_killing_its_decoder_is_parked_with_the_reason(
    polybooru: Commands, data: Path, token: str
) -> None:
    crashing = (sys.executable, "-c", _CRASHING)
    server = Program.start("serve", "--port", "0", "--data", data, program=crashing)
    try:
        server.wait_until_ready()
        assert server.upload(picture(1), "safe, a, b", token).status_code == 200
        server.wait_until_said("job_parked")
        assert server.text.count("job_will_be_tried_again") == 1
        assert len(server.search("safe")) == 1
        assert server.stop() == 0
    finally:
        server.kill_everything()
    told = polybooru("doctor", "--data", data)
    assert told.status == 1
    assert told.stdout.startswith("1: processing was given up (")
    assert "SIGSEGV" in told.stdout
    assert polybooru("doctor", "--repair", "--data", data).status == 0
    with serving(data) as server:
        until(lambda: server.search("processed:true"), server)
    assert polybooru("doctor", "--data", data).status == 0


def test_doctor_has_nothing_to_say_of_a_server_at_work(polybooru: Commands, data: Path, token: str) -> None:
    with serving(data) as server, ThreadPoolExecutor(1) as pool:
        uploads = pool.submit(lambda: [_upload(server, number, token, {}) for number in range(60)])
        rounds = 0
        while not uploads.done() or rounds < 2:
            told = polybooru("doctor", "--data", data)
            assert (told.status, told.stdout) == (0, ""), told.stderr
            rounds += 1
        uploads.result()
        until(lambda: not server.search("processed:false"), server)
        assert server.stop() == 0
