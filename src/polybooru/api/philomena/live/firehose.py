"""Everybody who listens, and the last events that they can still be told.

One task in each process reads what happened, once for all of its listeners, and only while there are any. It
keeps the last events; a listener is a place among them. Who falls behind what is kept has to go, so that
nobody's buffer grows, and may come back with a cursor: the id of the last event that was sent.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import structlog
from anyio import to_thread

from polybooru.api.philomena.live.events import Event
from polybooru.library.replica import Replica

KEPT_EVENTS = 256
_READ_AT_ONCE = 64
_LOOK_SECONDS = 0.2  # between two looks at what another process of this machine has announced
_RETRY_SECONDS = 2.0

log = structlog.get_logger()


class Source(Protocol):
    """What events come from; see `events.Events`."""

    def span(self) -> tuple[int, int]:
        """Ids of the first and the last that are still told."""
        ...

    def after(self, last_id: int, at_most: int) -> tuple[int, list[Event]]:
        """The last id that was looked at, and the events among them."""
        ...


class StaleCursor(Exception):
    """What came after it is no longer kept."""


class Listener:
    """One who listens: a place in the events of its firehose.

    woken: there may be more. on_lag: called when events went that this one has not taken.
    """

    def __init__(self, hose: "Firehose", place: int, cursor: int, on_lag: Callable[[], None]) -> None:
        self._hose = hose
        self._place = place
        self._on_lag = on_lag
        self.cursor = cursor
        self.woken = asyncio.Event()

    def wake(self) -> None:
        """There is more."""
        self.woken.set()
        if self.has_lagged:
            self._on_lag()

    @property
    def has_lagged(self) -> bool:
        """Whether events went that this one has not taken."""
        return self._place < self._hose.first_place

    def waiting(self) -> Iterator[Event]:
        """Takes the events that are there, one by one."""
        while not self.has_lagged and self._place < self._hose.end_place:
            event = self._hose.at(self._place)
            self._place += 1
            self.cursor = event.id
            yield event


class Firehose:
    """The events of one board in one process."""

    def __init__(self, replica: Replica, source: Source) -> None:
        self._replica = replica
        self._source = source
        self._joining = 0
        self._listeners: set[Listener] = set()
        self._kept: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self.end_place = 0
        self._floor = self._last = 0
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._read_once = asyncio.Event()
        replica.listen(self._note)

    @property
    def first_place(self) -> int:
        """The place of the oldest event that is kept."""
        return self.end_place - len(self._kept)

    def at(self, place: int) -> Event:
        """The event of a place that is kept."""
        return self._kept[place - self.first_place]

    async def join(self, cursor: int | None, *, on_lag: Callable[[], None]) -> Listener:
        """A new listener; to be given back by `leave`. cursor: None to begin with what comes.

        Raises StaleCursor.
        """
        self._joining += 1
        try:
            if self._task is None:
                self._begin()
            await self._read_once.wait()
            behind = 0
            if cursor is not None:
                if not self._floor <= cursor <= self._last:
                    raise StaleCursor
                behind = sum(event.id > cursor for event in self._kept)
            place = self.end_place - behind
            listener = Listener(self, place, self._last if cursor is None else cursor, on_lag)
            self._listeners.add(listener)
            return listener
        finally:
            self._joining -= 1
            self._rest()

    def leave(self, listener: Listener) -> None:
        """Where nobody is left, nothing is read."""
        self._listeners.discard(listener)
        self._rest()

    def _rest(self) -> None:
        if not self._listeners and not self._joining and self._task is not None:
            self._task.cancel()
            self._task = None

    def _begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed, self._read_once = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._run(self._read_once))

    async def _run(self, read_once: asyncio.Event) -> None:
        """From the last that is still told, so that a cursor of another process means something."""
        self._kept.clear()
        has_begun = False
        while True:
            try:
                if not has_begun:
                    first, last = await to_thread.run_sync(self._source.span)
                    self._floor = self._last = max(first - 1, last - KEPT_EVENTS)
                    has_begun = True
                while await self._read_some():
                    pass
            except Exception as error:  # noqa: BLE001 — a database that is away for a moment ends nothing
                log.warning("firehose_failed", reason=str(error))
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            read_once.set()
            await self._await_more()

    async def _read_some(self) -> bool:
        """Whether there may be more."""
        last, events = await to_thread.run_sync(self._source.after, self._last, _READ_AT_ONCE)
        if last == self._last:
            return False
        self._last = last
        self._keep(events)
        return True

    def _keep(self, events: Sequence[Event]) -> None:
        for event in events:
            if len(self._kept) == KEPT_EVENTS:
                self._floor = self._kept[0].id
            self._kept.append(event)
            self.end_place += 1
        if events:
            for listener in self._listeners:
                listener.wake()

    async def _await_more(self) -> None:
        while not self._changed.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._changed.wait()
            if self._replica.is_behind:
                await to_thread.run_sync(self._replica.catch_up)
        self._changed.clear()

    def _note(self, _: object) -> None:
        """Called by whichever thread has applied changes."""
        if self._loop is not None and self._listeners:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._changed.set)
