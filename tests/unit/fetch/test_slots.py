"""More fetches than slots."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from polybooru.fetch.errors import BadAnswer, FetcherBusy

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncat"
PUBLIC = "127.0.0.2"


def test_more_fetches_than_slots_wait_or_give_up(serve, fetcher, tmp_path):
    arrived, go_on = Barrier(3, timeout=5), Event()

    def hold(connection, stopped):
        arrived.wait()
        go_on.wait(5)
        connection.sendall(OK)

    host = serve(hold, hold, OK)
    two_slots = fetcher(at_once=2, connect_seconds=0.2)
    with ThreadPoolExecutor() as threads:
        held = [threads.submit(two_slots.fetch, host.url(), into=tmp_path) for _ in range(2)]
        arrived.wait()
        with pytest.raises(FetcherBusy):
            two_slots.fetch(host.url(), into=tmp_path)
        go_on.set()
        assert [done.result().size_bytes for done in held] == [3, 3]
    two_slots.fetch(host.url(), into=tmp_path)
    assert len(host.requests) == 3


def test_slots_come_back_after_failures(serve, fetcher, names, tmp_path):
    host = serve(*[b"nonsense\r\n\r\n"] * 3, OK)
    one_slot = fetcher(names(pictures=[[PUBLIC]]), at_once=1, connect_seconds=0.2)
    url = f"http://pictures.example:{host.port}/"
    for _ in range(3):
        with pytest.raises(BadAnswer):
            one_slot.fetch(url, into=tmp_path)
    assert one_slot.fetch(url, into=tmp_path).size_bytes == 3
