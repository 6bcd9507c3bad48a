"""What every edge with WebSockets needs: whose page may open one, and how many one address has open.

Open sockets are leases in the counters that all processes share: a process that is killed leaves leases
behind that nobody renews, and they end by themselves.
"""

import time
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from polybooru.counters import Counters, State
from polybooru.httpkit.addresses import counted_address

LEASE_SECONDS = 90.0
RENEW_SECONDS = 30.0


def may_open(connection: HTTPConnection, origins: Collection[str]) -> bool:
    """Whether the page that opens the socket is one of ours, or there is no page.

    origins: as `https://board.example`, in lower case. Source: docs/reference/security.md, WebSockets
    """
    named = [value.decode("latin-1") for name, value in connection.scope["headers"] if name == b"origin"]
    return all(origin.lower() in origins for origin in named)


def origin_of(url: str) -> str:
    """Scheme and host of an address, as browsers send them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def take(state: State, now: float, most: int) -> tuple[State, float]:
    """One more lease; answers its end, by which it is known, or 0 if there are too many."""
    open_ones = [end for end in state if end > now]
    if len(open_ones) >= most:
        return tuple(open_ones), 0.0
    end = _free(open_ones, now + LEASE_SECONDS)
    return (*open_ones, end), end


def renew(state: State, now: float, end: float) -> tuple[State, float]:
    """The lease with another end; also one that was forgotten."""
    others = [other for other in state if other > now and other != end]
    later = _free(others, now + LEASE_SECONDS)
    return (*others, later), later


def give_back(state: State, now: float, end: float) -> tuple[State, None]:
    """Without the lease."""
    return tuple(other for other in state if other > now and other != end), None


def _free(taken: Collection[float], end: float) -> float:
    while end in taken:
        end += 0.001
    return end


class Lease:
    """One open socket of an address; `is_given` says whether it may be open."""

    def __init__(self, counters: Counters, connection: HTTPConnection, *, edge: str, most: int) -> None:
        self._counters = counters
        self._key = f"{edge} sockets {counted_address(connection)}"
        now = time.time()
        self._end = counters.step(self._key, now, LEASE_SECONDS, lambda state: take(state, now, most))

    @property
    def is_given(self) -> bool:
        """False if the address has too many."""
        return self._end > 0

    def renew(self) -> None:
        """Keep it; to be called every `RENEW_SECONDS`."""
        now, end = time.time(), self._end
        self._end = self._counters.step(self._key, now, LEASE_SECONDS, lambda state: renew(state, now, end))

    def give_back(self) -> None:
        """The socket is closed."""
        now, end = time.time(), self._end
        if self.is_given:
            self._counters.step(self._key, now, LEASE_SECONDS, lambda state: give_back(state, now, end))
