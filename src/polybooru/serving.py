"""Web and worker processes under one supervisor: forked from one loaded parent, restarted when they die.

The supervisor binds the socket and loads the index once; the processes share its memory until they change it.
It follows the change log itself, so that whoever takes a dead process's place begins fresh, and so that the
file of the index is written without a web process's help.
"""

import asyncio
import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

import structlog
import uvicorn
import uvloop
from anyio import to_thread
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from polybooru.api.philomena.compiled_autocomplete import compile_tags
from polybooru.api.philomena.live.socket import MAX_MESSAGE_BYTES
from polybooru.app import open_board, open_library
from polybooru.application import application
from polybooru.library.board import Board
from polybooru.library.index_keeper import IndexKeeper
from polybooru.settings import Settings
from polybooru.telemetry.logs import configure_logs
from polybooru.worker.loop import IDLE_SECONDS, Worker

log = structlog.get_logger()

POLL_SECONDS = 1.0
SAVE_SECONDS = 5.0
GRACE_SECONDS = 20
_ROUND_SECONDS = 30.0  # between two looks of the supervisor at the change log
_PROGRESS_SECONDS = 5.0
_PR_SET_PDEATHSIG = 1
_RESTART_SECONDS = 1.0
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


class Supervisor:
    """Starts the processes of one library and keeps them running until it is told to stop."""

    def __init__(
        self, data: Path, settings: Settings, listener: socket.socket, *, web_processes: int
    ) -> None:
        self._data = data
        self._settings = settings
        self._listener = listener
        self._web_processes = web_processes
        self._children: dict[int, Callable[[], None]] = {}
        self._stopping = False

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until SIGTERM or SIGINT; `ready` is called once all processes are started."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        _freeze()
        self._start(self._work)
        with open_board(self._data, self._settings) as board:
            with contextlib.suppress(_Stopped):
                board.library.replica.load(self._progress())
            index = _SharedIndex(board, compiles_tags=self._settings.dialect.philomena.enabled)
            index.prepare_fork()
            for _ in range(self._web_processes):
                self._start(lambda: self._serve(board))
            if not self._stopping:
                ready()
            self._watch(index)
            self._end(index)
            index.end()

    def _progress(self) -> Callable[[int, int], None]:
        """Tells now and then how far a rebuild of the index is, and ends it when it is no longer wanted."""
        told_at = time.monotonic()

        def progress(done: int, total: int) -> None:
            nonlocal told_at
            if self._stopping:
                raise _Stopped
            if time.monotonic() - told_at > _PROGRESS_SECONDS:
                told_at = time.monotonic()
                log.info("index_is_built", images=done, of=total)

        return progress

    def _stop(self, *_: object) -> None:
        self._stopping = True
        self._listener.close()  # while anybody holds it open, clients are let in and wait for nothing
        for pid in self._children:
            _tell(pid, signal.SIGTERM)

    def _watch(self, index: "_SharedIndex") -> None:
        while not self._stopping and self._children:
            if index.is_round_due:
                index.follow()
                index.prepare_fork()
                if index.keeper.is_due and index.saver is None:
                    index.begin_saving(self._fork(self._help(index.save)))
                if index.is_compiling_due:
                    index.begin_compiling(self._fork(self._help(index.compile_tags)))
            _await_end([*self._children, *index.helpers], index.round_in_seconds)
            while task := self._bury(index):
                time.sleep(_RESTART_SECONDS)  # a process that dies at once must not take the machine with it
                index.follow()
                index.prepare_fork()
                self._start(task)

    def _bury(self, index: "_SharedIndex") -> Callable[[], None] | None:
        """What a child did that has died, if one has that should live on."""
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
                pid, code = ended[0], os.waitstatus_to_exitcode(ended[1])
                if pid == index.saver:
                    index.end_saving(is_saved=code == 0)
                if pid == index.compiler:
                    index.compiler = None
                if (task := self._children.pop(pid, None)) and not self._stopping:
                    log.error("process_died", pid=pid, status=code)
                    return task
        return None

    def _end(self, index: "_SharedIndex") -> None:
        self._stop()  # whoever was started while the first call ran has not heard it
        for helper in index.helpers:
            _tell(helper, signal.SIGKILL)  # what it writes is older than what is there now
        deadline = time.monotonic() + GRACE_SECONDS
        while self._children or index.helpers:
            self._bury(index)
            if time.monotonic() > deadline:
                for child in self._children:
                    _tell(child, signal.SIGKILL)
            time.sleep(0.02)

    def _start(self, task: Callable[[], None]) -> None:
        if self._stopping:
            return
        self._fork(task, self._children)

    def _fork(self, task: Callable[[], None], children: dict[int, Callable[[], None]] | None = None) -> int:
        parent = os.getpid()
        # Until it is in the table a child cannot be told to stop, and until it has dropped our handlers it
        # must not be.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
        pid = os.fork()
        if pid == 0:
            _run_child(task, parent, before)
        if children is not None:
            children[pid] = task
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return pid

    def _serve(self, board: Board) -> None:
        configure_logs(level=self._settings.log_level)
        tempfile.tempdir = str(
            board.library.scratch
        )  # large parts spool beside the store, not in a small /tmp
        config = uvicorn.Config(
            application(board, self._settings),
            http="httptools",
            ws=WebSocketsSansIOProtocol,  # named here, so that forks share its code
            ws_max_size=MAX_MESSAGE_BYTES,
            ws_per_message_deflate=False,  # costs memory for each connection
            access_log=False,
            log_config=None,
            proxy_headers=bool(self._settings.trusted_proxies),
            forwarded_allow_ips=list(self._settings.trusted_proxies),
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GRACE_SECONDS // 2,
            limit_concurrency=4_096,
            lifespan="off",
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(_WebServer(config), self._listener, board))

    def _help(self, task: Callable[[], None]) -> Callable[[], None]:
        """The task of a child that serves nobody, and so must not let anybody in."""

        def help_once() -> None:
            self._listener.close()
            task()

        return help_once

    def _work(self) -> None:
        configure_logs(level=self._settings.log_level)
        self._listener.close()
        work(self._data, self._settings, ready=lambda: None)


class _Stopped(Exception):
    """There is no use in going on with the start."""


class _SharedIndex:
    """The supervisor's own index: kept fresh for processes to come; children save it and make files of it."""

    def __init__(self, board: Board, *, compiles_tags: bool) -> None:
        self.keeper = IndexKeeper(board.library)
        self.saver: int | None = None
        self.compiler: int | None = None
        self._library = board.library
        self._compiled = board.compiled_tags if compiles_tags else None
        self._saving = 0
        self._next_round = time.monotonic()

    @property
    def helpers(self) -> list[int]:
        """The children that save and compile."""
        return [pid for pid in (self.saver, self.compiler) if pid is not None]

    @property
    def round_in_seconds(self) -> float:
        """Until the next round is due."""
        return max(0.0, self._next_round - time.monotonic())

    @property
    def is_round_due(self) -> bool:
        """Whether it is time to follow and to save."""
        return self.round_in_seconds == 0

    def follow(self) -> None:
        """Apply what was changed since, as well as can be."""
        self._next_round = time.monotonic() + _ROUND_SECONDS
        try:
            self.keeper.follow()
        except Exception as error:  # noqa: BLE001 — the supervisor outlives a database that is away
            log.warning("poll_failed", reason=str(error))

    def prepare_fork(self) -> None:
        """No connection may cross a fork, and what is shared is to stay so."""
        self._library.database.close()
        _freeze()

    def begin_saving(self, pid: int) -> None:
        """This child writes the file."""
        self.saver, self._saving = pid, self._library.replica.applied
        self.keeper.saving()

    def end_saving(self, *, is_saved: bool) -> None:
        """It has ended."""
        self.saver = None
        if is_saved:
            self.keeper.saved(self._saving)

    def save(self) -> None:
        """In the child."""
        os.nice(10)
        if not self.keeper.save():
            os._exit(1)

    @property
    def is_compiling_due(self) -> bool:
        """Whether the file that clients complete tags from is to be made, and nobody is at it."""
        if self.compiler is not None or self._compiled is None or not self._library.replica.is_loaded:
            return False
        return self._compiled.is_due(self._library.clock())

    def begin_compiling(self, pid: int) -> None:
        """This child makes it."""
        self.compiler = pid
        if self._compiled is not None:
            self._compiled.trying(self._library.clock())

    def compile_tags(self) -> None:
        """In the child."""
        os.nice(10)
        if self._compiled is not None:
            self._compiled.write(compile_tags(self._library))

    def end(self) -> None:
        """Save what was changed, now that nobody changes more: the next start has nothing to follow."""
        self.follow()
        if self._library.replica.is_loaded and self._library.replica.unsaved > 0:
            self.keeper.save()


def work(data: Path, settings: Settings, ready: Callable[[], None]) -> None:
    """Work off jobs until SIGTERM; `ready` is called once that ends the work as it should."""
    with open_library(data, settings) as library:
        worker = Worker(library, at_once=settings.worker.jobs, lock=data / "worker.lock")
        signal.signal(signal.SIGTERM, worker.stop)
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # ignored below a supervisor
            signal.signal(signal.SIGINT, worker.stop)
        missing = library.decoders.missing_layers
        if missing:
            log.warning("decoder_walls_missing", layers=missing)
        library.decoders.rest(after_seconds=0)
        ready()
        worker.run()


class _WebServer(uvicorn.Server):
    """Stops on SIGTERM alone: Ctrl-C reaches the whole group, and would cut off what SIGTERM lets end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        signal.signal(signal.SIGTERM, self.handle_exit)
        yield


def _run_child(task: Callable[[], None], parent: int, signals: set[signal.Signals | int]) -> NoReturn:
    """Never returns into the supervisor's loop, whatever happens. signals: those to block from now on."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the group; the supervisor decides
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == parent:
            task()
        code = 0
    except BaseException:
        log.exception("process_failed")
    finally:
        os._exit(code)


async def _serve(server: uvicorn.Server, listener: socket.socket, board: Board) -> None:
    tasks = [asyncio.create_task(_poll(board)), asyncio.create_task(_save(board))]
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in tasks:
            task.cancel()
        _save_counts(board)  # at once: what a thread of theirs still does may take as long as we are given


async def _poll(board: Board) -> None:
    """Notice changes that nobody on this machine announced; give back what idle decoders take."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        try:
            await to_thread.run_sync(board.library.replica.poll)
            await to_thread.run_sync(partial(board.library.decoders.rest, after_seconds=IDLE_SECONDS))
        except Exception as error:  # noqa: BLE001 — a database that is away for a moment must not end the poll
            log.warning("poll_failed", reason=str(error))


async def _save(board: Board) -> None:
    """Save what edges count in memory, whether or not anybody asks for more."""
    while True:
        await asyncio.sleep(SAVE_SECONDS)
        await to_thread.run_sync(_save_counts, board)


def _save_counts(board: Board) -> None:
    for save in board.savers:
        try:
            save()
        except Exception as error:  # noqa: BLE001 — what could not be saved is kept for the next time
            log.warning("counts_not_saved", reason=str(error))


def _await_end(pids: Sequence[int], seconds: float) -> None:
    """Wait until one of these children ends, at most so long."""
    poll = select.poll()
    with contextlib.ExitStack() as stack:
        for pid in pids:
            descriptor = os.pidfd_open(pid)
            stack.callback(os.close, descriptor)
            poll.register(descriptor, select.POLLIN)
        poll.poll(seconds * 1_000)


def _freeze() -> None:
    """Before a fork: what children share stays shared, and they inherit no memory that is free.

    The first collection of a child would copy every page that it looks at. What loading used and freed lies
    between what it left; the C library keeps it unless it is asked.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's own
    if trim is not None:
        trim(0)
    gc.freeze()


def _tell(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
