"""The warm parent: has imported the decoders and forks a limited child for each job.

Started by `decoders.py` in a fresh interpreter. It has one thread, never opens a file from outside and never
computes a pixel, so that its children start from a clean library state. It reads requests from standard
input, watches each child's pipe and clock, and writes one answer a request to standard output. When its own
parent goes, it goes too, and its children with it.
"""

import contextlib
import gc
import os
import selectors
import signal
import sys
import time
from dataclasses import dataclass, field

import av
import av.logging
import msgspec
import pyvips

from polybooru.media import child, confine, pixels
from polybooru.media.errors import DecoderCrashed, DecoderOutOfMemory, DecoderTimeout, MediaError
from polybooru.media.wire import Answer, Ready, Request, Settings, failure

_ANSWER_BYTES = 2**20
_PARENT_CHECK_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class _Running:
    request_id: int
    pid: int
    deadline: float
    allowed_seconds: float
    said: bytearray = field(default_factory=bytearray)
    is_slow: bool = False
    overran: bool = False


class Host:
    """The loop: requests in, children watched, answers out."""

    def __init__(self, settings: Settings, requests: int, answers: int) -> None:
        self.settings = settings
        self.requests = requests
        self.answers = answers
        self.parent = os.getppid()
        self.running: dict[int, _Running] = {}
        self.unread = bytearray()
        self.selector = selectors.DefaultSelector()
        self.selector.register(requests, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until the requests end or the parent is gone."""
        try:
            while os.getppid() == self.parent:
                for key, _ in self.selector.select(self._patience_seconds()):
                    if key.fd != self.requests:
                        self._listen(key.fd)
                    elif not self._accept():
                        return
                self._kill_late()
        finally:
            for running in self.running.values():
                os.kill(running.pid, signal.SIGKILL)

    def _patience_seconds(self) -> float:
        now = time.monotonic()
        soonest = min(
            (running.deadline for running in self.running.values()), default=now + _PARENT_CHECK_SECONDS
        )
        return max(0.0, min(_PARENT_CHECK_SECONDS, soonest - now))

    def _accept(self) -> bool:
        """Starts what was asked for; False at the end of requests."""
        received = os.read(self.requests, 65536)
        self.unread += received
        *lines, rest = self.unread.split(b"\n")
        self.unread = bytearray(rest)
        for line in lines:
            self._start(msgspec.json.decode(line, type=Request))
        return bool(received)

    def _start(self, request: Request) -> None:
        ours, theirs = os.pipe()
        host = os.getpid()
        pid = os.fork()
        if pid == 0:
            child.run(request.job, self.settings, host, theirs)
        os.close(theirs)
        os.set_blocking(ours, False)
        seconds = self.settings.limits.still_cpu_seconds * self.settings.limits.wall_factor
        self.running[ours] = _Running(
            request_id=request.id, pid=pid, deadline=time.monotonic() + seconds, allowed_seconds=seconds
        )
        self.selector.register(ours, selectors.EVENT_READ)

    def _listen(self, pipe: int) -> None:
        running = self.running[pipe]
        said = os.read(pipe, 65536)
        running.said += said
        if not running.is_slow and running.said.startswith(child.SLOW):
            running.is_slow = True
            running.allowed_seconds = (
                self.settings.limits.animation_cpu_seconds * self.settings.limits.wall_factor
            )
            running.deadline = time.monotonic() + running.allowed_seconds
        if not said or len(running.said) > _ANSWER_BYTES:
            self._finish(pipe)

    def _kill_late(self) -> None:
        now = time.monotonic()
        for running in self.running.values():
            if running.deadline <= now and not running.overran:
                running.overran = True
                os.kill(running.pid, signal.SIGKILL)  # its pipe then ends, and `_finish` follows

    def _finish(self, pipe: int) -> None:
        """The pipe has ended: whatever the child still does, it is over."""
        self.selector.unregister(pipe)
        os.close(pipe)
        running = self.running.pop(pipe)
        os.kill(running.pid, signal.SIGKILL)
        _, status = os.waitpid(running.pid, 0)
        *_, outcome = bytes(running.said).removesuffix(b"\n").split(b"\n")
        if running.overran or not running.said.endswith(b"\n") or outcome == child.SLOW:
            outcome = msgspec.json.encode(failure(self._diagnose(running, os.waitstatus_to_exitcode(status))))
        self.write(Answer(id=running.request_id, outcome=msgspec.Raw(outcome)))

    def _diagnose(self, running: _Running, exit_code: int) -> MediaError:
        limits = self.settings.limits
        if running.overran:
            return DecoderTimeout(seconds=running.allowed_seconds)
        if exit_code == -signal.SIGXCPU:
            return DecoderTimeout(
                seconds=limits.animation_cpu_seconds if running.is_slow else limits.still_cpu_seconds
            )
        if child.OUT_OF_MEMORY in running.said:
            return DecoderOutOfMemory(limit_bytes=limits.memory_bytes)
        if exit_code < 0:
            return DecoderCrashed(reason=signal.Signals(-exit_code).name)
        last_line = bytes(running.said[-200:]).decode(errors="replace").strip().rpartition("\n")[2]
        return DecoderCrashed(reason=f"exit {exit_code} {last_line}".rstrip())

    def write(self, message: msgspec.Struct) -> None:
        """One line to the main process."""
        line = memoryview(msgspec.json.encode(message) + b"\n")
        while line:
            line = line[os.write(self.answers, line) :]


def main() -> None:
    """Entry of the fresh interpreter: settings on the first line of standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process, which then ends us
    requests, answers = _take_standard_streams()
    av.logging.set_level(None)
    pyvips.cache_set_max(0)
    pixels.warm_up()
    settings = msgspec.json.decode(_read_line(requests), type=Settings)
    missing = () if confine.leave_network() else ("network namespace",)
    gc.collect()
    gc.freeze()
    host = Host(settings, requests, answers)
    host.write(Ready(missing_layers=(*missing, *child.missing_layers())))
    with contextlib.suppress(BrokenPipeError):
        host.serve()
    sys.exit()


def _take_standard_streams() -> tuple[int, int]:
    """Moves the two pipes away from where a library might print."""
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return requests, answers


def _read_line(pipe: int) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(pipe, 1)
        if not byte:
            sys.exit()
        line += byte
    return bytes(line)
