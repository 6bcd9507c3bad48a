"""Running the real program in tests: single commands, servers, and the processes below them.

A command is forked from a process that has imported everything, which spares it a second; what it does from
`main()` on is the real thing, with its own descriptors and its own end. Servers are started as anybody would.
"""

import contextlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx2
from tests.repository import ROOT

PROGRAM = (sys.executable, "-m", "polybooru")
PASSWORD = "correct horse battery"
START_SECONDS = 60.0
UNLIMITED = {
    "POLYBOORU_DIALECT__PHILOMENA__RATE_LIMIT": "off",
    "POLYBOORU_DIALECT__WAIFU__RATE_LIMIT": "off",
    "POLYBOORU_UPLOAD__RATE_LIMIT": "off",
    "POLYBOORU_DIALECT__NEKOS__RATE_LIMIT": "off",
}
"""Clients at work in a test do not wait."""
_WARM = """
import atexit, gc, json, os, sys, threading
import polybooru.app, polybooru.cli, polybooru.cli.failures
import rich.traceback, typer._adapters, typer.rich_utils
import polybooru.importers.run, polybooru.importers.manifest
import polybooru.library.doctor, polybooru.worker.loop, polybooru.search.language.parser, alembic.command
gc.freeze()
for line in sys.stdin:
    wanted = json.loads(line)
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(wanted["input"], os.O_RDONLY), 0)
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(wanted[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)
        os.chdir(wanted["cwd"])
        os.environ.clear()
        os.environ.update(wanted["environment"])
        sys.argv = ["polybooru", *wanted["arguments"]]
        status = 0
        try:
            polybooru.cli.main()
        except SystemExit as end:
            status = end.code or 0
        threading._shutdown()
        atexit._run_exitfuncs()
        gc.collect()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    status: int
    stdout: str
    stderr: str


def environment(**more: str) -> dict[str, str]:
    """This process's, without settings of its own, for a program of this working copy.

    Bytecode is kept, whatever else is set: hundreds of programs start, and each compiled all it imports.
    """
    unset = ("POLYBOORU_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unset)}
    return kept | UNLIMITED | {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "error"} | more


class Commands:
    """Runs commands of the program, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._warm = subprocess.Popen(
            [sys.executable, "-c", _WARM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )

    def __call__(
        self,
        *arguments: str | Path,
        text: str = "",
        cwd: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run to the end. text: on standard input. settings: environment variables."""
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        names = {name: str(self._folder / name) for name in ("input", "stdout", "stderr")}
        Path(names["input"]).write_text(text)
        wanted = {
            "arguments": [str(argument) for argument in arguments],
            "cwd": str(cwd or self._folder),
            "environment": environment(**(settings or {})),
            **names,
        }
        self._warm.stdin.write(json.dumps(wanted) + "\n")
        self._warm.stdin.flush()
        status = int(self._warm.stdout.readline())
        said = [Path(names[name]).read_text() for name in ("stdout", "stderr")]
        return Ended(status=status, stdout=said[0], stderr=said[1])

    def close(self) -> None:
        assert self._warm.stdin is not None
        assert self._warm.stdout is not None
        self._warm.stdin.close()
        self._warm.wait(10)
        self._warm.stdout.close()


@dataclass(slots=True)
class Program:
    """A program that runs on, in a process group of its own, and what it has said on stderr."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    address: str = ""
    _reader: threading.Thread | None = None

    @classmethod
    def start(
        cls,
        *arguments: str | Path,
        program: Sequence[str] = PROGRAM,
        cwd: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Self:
        process = subprocess.Popen(
            [*program, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd or "/",
            env=environment(**(settings or {})),
            start_new_session=True,
            # Below a shell's `&` Ctrl-C is ignored, and that is handed down.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 — takes no lock
        )
        started = cls(process)
        started._reader = threading.Thread(target=started._read)
        started._reader.start()
        return started

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.rstrip("\n"))
        self.process.stderr.close()

    def wait_until_said(self, pattern: str) -> re.Match[str]:
        """The first line that fits, said already or soon."""
        found = until(
            lambda: next(filter(None, (re.search(pattern, said) for said in self.said)), None), self
        )
        assert found is not None
        return found

    def wait_until_ready(self) -> Self:
        self.address = self.wait_until_said(r"Polybooru serves .* at (http://\S+)").group(1)
        until(lambda: self.get("/readyz").status_code == 200, self)
        return self

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(self.address + path, timeout=30)

    def upload(self, picture: bytes, tags: str, token: str) -> httpx2.Response:
        return httpx2.post(
            f"{self.address}/api/v1/json/images",
            params={"key": token},
            data={"image[tag_input]": tags},
            files={"image[image]": ("picture.png", picture, "image/png")},
            timeout=60,
        )

    def search(self, query: str, **more: str) -> list[dict[str, Any]]:
        """Up to 50 images that match, by no filter."""
        found = httpx2.get(
            f"{self.address}/api/v1/json/search/images",
            params={"q": query, "per_page": "50", "filter_id": "2", **more},
            timeout=30,
        )
        assert found.status_code == 200, found.text
        images: list[dict[str, Any]] = found.json()["images"]
        return images

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """As an operator would; the exit status."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        status = self.process.wait(START_SECONDS)
        assert self._reader is not None
        self._reader.join(START_SECONDS)
        assert not self._reader.is_alive(), "a process of it still holds stderr open"
        return status

    def kill_everything(self) -> None:
        """As a power cut: no process of it gets to do anything more."""
        for pid in [self.pid, *descendants(self.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)  # else one would notice the end of another
        for pid in [*descendants(self.pid), self.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.ended()


@contextlib.contextmanager
def serving(data: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> Iterator[Program]:
    """A server on a free port, ready; nothing of it is left afterwards."""
    program = Program.start("serve", "--port", "0", "--data", data, *arguments, settings=settings)
    try:
        yield program.wait_until_ready()
    finally:
        program.kill_everything()


def until(condition: Any, program: Program | None = None, *, seconds: float = START_SECONDS) -> Any:
    """The condition's first true value; a connection refused counts as not yet."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx2.TransportError):
            if found := condition():
                return found
        if program is not None:
            assert program.process.poll() is None, f"ended with {program.process.returncode}:\n{program.text}"
        assert time.monotonic() < deadline, program.text if program else "it never came true"
        time.sleep(0.02)  # another process's progress gives no other sign


def descendants(pid: int) -> list[int]:
    """Processes below a process, children first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *descendants(child)]
    return found


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def open_files(pid: int) -> set[str]:
    """What a process holds open: paths, and names like `socket:[123]`."""
    try:
        return {os.fspath(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:  # the process, or one of its files, is gone
        return set()


def is_decoder_host(pid: int) -> bool:
    return "decoder_host" in command_line(pid)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def picture(number: int, *, side_px: int = 64) -> bytes:
    """A PNG that no other number gives: three stripes of colours made from it."""
    colours = [bytes(((number * step) % 256, (number // 256 + step) % 256, step)) for step in (1, 7, 13)]
    third = side_px // 3
    row = b"\0" + b"".join(colour * third for colour in colours) + colours[2] * (side_px - 3 * third)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * side_px)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def write_manifest(
    folder: Path, numbers: Sequence[int], *, tags: Sequence[str] = ("safe", "stripes", "drawn")
) -> Path:
    """Pictures of these numbers in a folder, and a manifest of them."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "manifest.jsonl"
    lines: list[str] = []
    for number in numbers:
        (folder / f"{number}.png").write_bytes(picture(number))
        lines.append(json.dumps({"path": f"{number}.png", "title": f"Number {number}", "tags": list(tags)}))
    manifest.write_text("\n".join(lines) + "\n")
    return manifest
