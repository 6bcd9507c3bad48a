"""The main process's handle to the decoders. No decoder library is ever loaded here.

`Decoders` starts `decoder_host.py` in a fresh interpreter with an empty environment, sends it jobs from any
number of threads and hands each its answer. Every job runs in a process of its own, so a file that breaks a
decoder breaks only its own job; if the host itself dies, jobs under way fail with DecoderCrashed and the
next call starts a new one.
"""

import os
import re
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

import polybooru
from polybooru.media.errors import DecoderCrashed
from polybooru.media.limits import Limits
from polybooru.media.results import File, Measured, Probe, Processed
from polybooru.media.wire import (
    Answer,
    Done,
    Failure,
    FaultJob,
    Job,
    MeasureJob,
    MeasureTaken,
    Outcome,
    PreviewJob,
    PreviewMade,
    Probed,
    ProbeJob,
    ProcessJob,
    Ready,
    Request,
    Settings,
    error_from,
)

_SOURCE_ROOT = Path(polybooru.__file__).parents[1]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from polybooru.media.decoder_host import main; main()"
_FILE_NAME = re.compile(r"[a-z_]{1,20}\.(?:jpg|png|gif|webp|avif|svg|webm|mp4)")
_CLOSE_SECONDS = 5.0
_MEASURED_AT_ONCE = 2  # anybody may ask for it
_MALLOC = {"hugetlb": 1, "mmap_threshold": 2**30, "trim_threshold": 2**30, "top_pad": 2**24}


class Decoders:
    """limits: of the files and of the processes that open them.

    scratch: an existing folder for the decoders alone.

    `allow_faults` is for tests: it lets jobs crash on purpose.
    """

    def __init__(self, *, limits: Limits, scratch: Path, allow_faults: bool = False) -> None:
        self._settings = Settings(limits=limits, scratch=str(scratch.resolve()), allow_faults=allow_faults)
        self._lock = threading.Lock()
        self._ids = count(1)
        self._measuring = threading.BoundedSemaphore(_MEASURED_AT_ONCE)
        self._host: _Host | None = None
        self._closed = False
        self._under_way = 0
        self._last_used = 0.0

    def start(self) -> None:
        """Starts the host and waits until it is ready; else the first job does."""
        self._living_host()

    def close(self) -> None:
        """Ends the host; jobs under way fail with DecoderCrashed.

        Calls after it are a mistake of the caller.
        """
        with self._lock:
            self._closed = True
            if self._host is not None:
                self._host.close()
                self._host = None

    def rest(self, *, after_seconds: float) -> None:
        """Ends a host that has had nothing to do for so long: it takes 30 MB, and half a second to start."""
        with self._lock:
            idle_seconds = time.monotonic() - self._last_used
            if self._host is not None and not self._under_way and idle_seconds >= after_seconds:
                self._host.close()
                self._host = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def missing_layers(self) -> tuple[str, ...]:
        """Walls this kernel does not give around the decoders, by name; empty if all stand."""
        return self._living_host().missing_layers

    @property
    def host_pid(self) -> int:
        """Of the warm parent, for figures of its memory."""
        return self._living_host().process.pid

    def probe(self, path: Path) -> Probe:
        """Raises FileRefused, DecoderFailed."""
        match self._run(ProbeJob(path=str(path.resolve()))):
            case Probed(probe=found):
                return found
            case _:
                raise DecoderCrashed(reason="an answer to another question")

    def measure(self, path: Path) -> Measured:
        """Decodes what the picture is found by, within the time of a still, whatever it is.

        Waits while two others are at it. Raises FileRefused, DecoderFailed.
        """
        with self._measuring:
            answer = self._run(MeasureJob(path=str(path.resolve())))
        match answer:
            case MeasureTaken(measured=measured):
                return measured
            case _:
                raise DecoderCrashed(reason="an answer to another question")

    def process(self, path: Path, into: Path) -> Processed:
        """Makes all files from `path` in the existing, empty folder `into`.

        Raises FileRefused, DecoderFailed.
        """
        match self._run(ProcessJob(path=str(path.resolve()), into=str(into.resolve()))):
            case Done(processed=processed):
                _require_files([*processed.representations, *filter(None, [processed.full])], into)
                return processed
            case _:
                raise DecoderCrashed(reason="an answer to another question")

    def preview(self, path: Path, into: Path, kind: str) -> File:
        """Makes one small file of that kind (`PREVIEW_KINDS`) in the existing, empty folder `into`.

        Raises FileRefused, DecoderFailed.
        """
        match self._run(PreviewJob(path=str(path.resolve()), into=str(into.resolve()), kind=kind)):
            case PreviewMade(file=file):
                _require_files([file], into)
                return file
            case _:
                raise DecoderCrashed(reason="an answer to another question")

    def _fault(self, kind: str) -> None:
        self._run(FaultJob(kind=kind))

    def _run(self, job: Job) -> Outcome:
        try:
            with self._in_use():
                answer = self._living_host().ask(next(self._ids), job).result()
            outcome: Outcome = msgspec.json.decode(answer, type=Outcome)
        except msgspec.MsgspecError as error:
            raise DecoderCrashed(reason="an unreadable answer") from error
        if isinstance(outcome, Failure):
            raise error_from(outcome)
        return outcome

    @contextmanager
    def _in_use(self) -> Generator[None]:
        """Keeps `rest` away; entered before there is a host to end."""
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way -= 1
                self._last_used = time.monotonic()

    def _living_host(self) -> "_Host":
        with self._lock:
            if self._closed:
                raise RuntimeError("the decoders were closed")
            if self._host is None or self._host.is_dead:
                if self._host is not None:
                    self._host.close()
                self._host = _Host(self._settings)
            return self._host


class _Host:
    """One life of the warm parent: its process, its pipes, and who waits for what."""

    def __init__(self, settings: Settings) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, str(_SOURCE_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=settings.scratch,
            env=_environment(settings.scratch),
            start_new_session=True,
            bufsize=0,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._requests, self._answers = (
            self.process.stdin,
            os.fdopen(os.dup(self.process.stdout.fileno()), "rb"),
        )
        self.process.stdout.close()
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[msgspec.Raw]] = {}
        self.is_dead = False
        self.missing_layers = self._introduce(settings)
        self._reader = threading.Thread(target=self._read_answers, name="decoders", daemon=True)
        self._reader.start()

    def ask(self, request_id: int, job: Job) -> "Future[msgspec.Raw]":
        future: Future[msgspec.Raw] = Future()
        line = msgspec.json.encode(Request(id=request_id, job=job)) + b"\n"
        with self._lock:
            if self.is_dead:
                raise DecoderCrashed(reason="the decoder host is gone")
            self._waiting[request_id] = future
            try:
                self._write(line)
            except BrokenPipeError as error:
                del self._waiting[request_id]
                raise DecoderCrashed(reason="the decoder host is gone") from error
        return future

    def close(self) -> None:
        self._requests.close()
        try:
            self.process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        self._answers.close()

    def _introduce(self, settings: Settings) -> tuple[str, ...]:
        self._write(msgspec.json.encode(settings) + b"\n")
        first = self._answers.readline()
        if not first:
            code = self.process.wait()
            self._requests.close()
            self._answers.close()
            raise DecoderCrashed(reason=f"the decoder host did not start (exit {code})")
        return msgspec.json.decode(first, type=Ready).missing_layers

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        while rest:
            rest = rest[self._requests.write(rest) or 0 :]

    def _read_answers(self) -> None:
        for line in self._answers:
            answer = msgspec.json.decode(line, type=Answer)
            with self._lock:
                future = self._waiting.pop(answer.id)
            future.set_result(answer.outcome.copy())
        with self._lock:
            self.is_dead = True
            abandoned = list(self._waiting.values())
            self._waiting.clear()
        for future in abandoned:
            future.set_exception(DecoderCrashed(reason="the decoder host is gone"))


def _environment(scratch: str) -> dict[str, str]:
    """Nothing of ours: no secrets, no settings.

    One libvips thread a job: jobs are what runs side by side. Each page that a fresh process touches costs, a
    third of the time of a small picture: so big blocks come from one heap, which keeps them, in huge pages.
    """
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "XDG_CACHE_HOME": scratch,
        "VIPS_CONCURRENCY": "1",
        "MALLOC_ARENA_MAX": "1",
        "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{name}={value}" for name, value in _MALLOC.items()),
    }


def _require_files(files: Sequence[File], into: Path) -> None:
    """Plain names, plain files, sizes as told: a decoder that was taken over must not point elsewhere."""
    for file in files:
        if not _FILE_NAME.fullmatch(file.name):
            raise DecoderCrashed(reason="an unexpected file name")
        found = (into / file.name).lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size != file.size_bytes or found.st_nlink != 1:
            raise DecoderCrashed(reason="an unexpected file")
