"""Names to addresses, in bounded time. Called by the guard, once per connection; nothing is remembered.

`getaddrinfo` takes no time limit, and whoever runs the name's servers decides how long it lasts. So it runs
in a thread that may be left behind; those left behind are bounded too.
"""

import socket
import time
from collections.abc import Iterable
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Any, Protocol

from polybooru.fetch.addresses import Address
from polybooru.fetch.errors import HostUnreachable


class LookUp(Protocol):
    """`socket.getaddrinfo`, as far as it is used."""

    def __call__(self, host: str, port: int, *, type: int) -> Iterable[tuple[Any, ...]]:  # noqa: A002 — its name there
        """Each answer ends in a socket address, which begins with the address as text."""
        ...


class Resolver:
    """Shared by all fetches of a process."""

    def __init__(self, look_up: LookUp, *, at_once: int) -> None:
        self._look_up = look_up
        self._slots = BoundedSemaphore(at_once)

    def addresses(self, host: str, port: int, *, timeout_seconds: float) -> list[Address]:
        """All addresses of a host, in the order to be tried; a literal address is its own.

        Raises HostUnreachable: no such name, nothing in time, no free look-up, an answer that is no address.
        """
        try:
            return [ip_address(host)]
        except ValueError:
            pass  # a name
        ends = time.monotonic() + timeout_seconds
        if not self._slots.acquire(timeout=timeout_seconds):
            raise HostUnreachable
        answers: SimpleQueue[list[Address]] = SimpleQueue()
        Thread(target=self._run, args=(host, port, answers), daemon=True, name="look-up").start()
        try:
            found = answers.get(timeout=max(0, ends - time.monotonic()))
        except Empty:
            raise HostUnreachable from None
        if not found:
            raise HostUnreachable
        return found

    def _run(self, host: str, port: int, answers: SimpleQueue[list[Address]]) -> None:
        try:
            infos = self._look_up(host, port, type=socket.SOCK_STREAM)
            # A dictionary keeps the order and drops repeats.
            found = list(dict.fromkeys(ip_address(str(info[-1][0])) for info in infos))
        except (
            OSError,
            ValueError,
        ):  # no such name; a name no resolver can encode, an address nobody can read
            found = []
        finally:
            self._slots.release()
        answers.put(found)
