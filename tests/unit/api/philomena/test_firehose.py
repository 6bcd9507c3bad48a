"""The events that one process keeps for its listeners: places, cursors, and who falls behind."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.databases import fresh_sqlite
from tests.libraries import Place, add_image

from polybooru.api.philomena.live.events import Event
from polybooru.api.philomena.live.firehose import KEPT_EVENTS, Firehose, Listener, StaleCursor
from polybooru.library.library import Library
from polybooru.media import Decoders, Limits


class Numbers:
    """Events 1 to `end`; every third happening is none."""

    def __init__(self, end: int = 0) -> None:
        self.end = end
        self.asked = 0
        self.first = 1

    def span(self) -> tuple[int, int]:
        return self.first, self.end

    def after(self, last_id: int, at_most: int) -> tuple[int, list[Event]]:
        self.asked += 1
        found = range(last_id + 1, min(last_id + at_most, self.end) + 1)
        return found[-1] if found else last_id, [Event(n, f"event {n}", b"{}") for n in found if n % 3]


@pytest.fixture
def library(tmp_path: Path, sqlite_template: Path):
    url = fresh_sqlite(sqlite_template, tmp_path)
    with (
        Decoders(limits=Limits(), scratch=tmp_path) as decoders,
        Place(tmp_path, url, decoders).library() as opened,
    ):
        yield opened


def run(library: Library, source: Numbers, talk: Callable[[Firehose], Awaitable[None]]) -> None:
    async def held() -> None:
        async with asyncio.timeout(20):
            await talk(Firehose(library.replica, source))

    asyncio.run(held())


def ids(listener: Listener) -> list[int]:
    return [event.id for event in listener.waiting()]


async def more(library: Library, source: Numbers, listener: Listener, count: int) -> None:
    """So many more happen, and a change of the library says so."""
    listener.woken.clear()
    source.end += count
    await asyncio.to_thread(add_image, library)
    await listener.woken.wait()


def test_who_joins_hears_what_comes_and_each_hears_all(library: Library) -> None:
    source = Numbers(4)

    async def talk(hose: Firehose) -> None:
        one, other = [await hose.join(None, on_lag=pytest.fail) for _ in range(2)]
        assert ids(one) == []
        await more(library, source, one, 3)
        assert ids(one) == [5, 7]
        await more(library, source, other, 1)
        assert ids(one) == [8]
        assert ids(other) == [5, 7, 8]
        assert other.cursor == 8

    run(library, source, talk)


def test_nothing_is_read_while_nobody_listens(library: Library) -> None:
    source = Numbers(4)

    async def talk(hose: Firehose) -> None:
        await asyncio.to_thread(add_image, library)
        assert source.asked == 0
        listener = await hose.join(None, on_lag=pytest.fail)
        hose.leave(listener)
        asked = source.asked
        source.end += 5
        await asyncio.to_thread(add_image, library)
        again = await hose.join(None, on_lag=pytest.fail)
        assert ids(again) == []
        assert source.asked > asked
        await more(library, source, again, 2)
        assert ids(again) == [10, 11]

    run(library, source, talk)


def test_a_cursor_goes_on_where_it_was_and_an_old_one_is_stale(library: Library) -> None:
    source = Numbers(1_000)

    async def talk(hose: Firehose) -> None:
        last = await hose.join(1_000, on_lag=pytest.fail)
        assert ids(last) == []
        middle = await hose.join(990, on_lag=pytest.fail)
        assert ids(middle) == [991, 992, 994, 995, 997, 998, 1_000]
        oldest = await hose.join(1_000 - KEPT_EVENTS, on_lag=pytest.fail)
        assert ids(oldest)[0] == 745
        for cursor in (1_000 - KEPT_EVENTS - 1, 0, -1, 1_001):
            with pytest.raises(StaleCursor):
                await hose.join(cursor, on_lag=pytest.fail)

    run(library, source, talk)


def test_what_was_trimmed_makes_older_cursors_stale(library: Library) -> None:
    source = Numbers(10)
    source.first = 6

    async def talk(hose: Firehose) -> None:
        assert ids(await hose.join(5, on_lag=pytest.fail)) == [7, 8, 10]
        with pytest.raises(StaleCursor):
            await hose.join(4, on_lag=pytest.fail)

    run(library, source, talk)


def test_who_falls_behind_what_is_kept_is_told_so_and_keeps_nobody_waiting(library: Library) -> None:
    source = Numbers(0)

    async def talk(hose: Firehose) -> None:
        lagged = asyncio.Event()
        slow = await hose.join(None, on_lag=lagged.set)
        quick = await hose.join(None, on_lag=pytest.fail)
        heard: list[int] = []
        while len(heard) < KEPT_EVENTS:
            await more(library, source, quick, 30)
            heard += ids(quick)
            assert lagged.is_set() == (len(heard) > KEPT_EVENTS)
        if not lagged.is_set():
            await more(library, source, quick, 30)
        assert slow.has_lagged
        assert ids(slow) == []
        assert slow.cursor == 0
        assert hose.end_place - hose.first_place == KEPT_EVENTS

    run(library, source, talk)


def test_a_source_that_fails_is_asked_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("polybooru.api.philomena.live.firehose._RETRY_SECONDS", 0.01)

    class Failing(Numbers):
        def after(self, last_id: int, at_most: int) -> tuple[int, list[Event]]:
            if self.asked < 3:
                self.asked += 1
                raise OSError("away")
            return super().after(last_id, at_most)

        def span(self) -> tuple[int, int]:
            self.asked += 1
            if self.asked == 1:
                raise OSError("away")
            return super().span()

    source = Failing(5)

    async def talk(hose: Firehose) -> None:
        assert ids(await hose.join(0, on_lag=pytest.fail)) == [1, 2, 4, 5]

    run(library, source, talk)
