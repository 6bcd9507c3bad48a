"""The one way out to other hosts: fetch a file by its address into a folder.

`urls` reads the address, `guard` decides where connections go, `limits` how long it may take; the pool of
httpcore2 speaks HTTP over that. Nothing of the caller travels along: no cookies, no credentials, no proxy
from the environment, no connection kept for another fetch.
"""

import socket
import ssl
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO

import httpcore2

from polybooru.fetch.addresses import Address, is_public
from polybooru.fetch.errors import (
    BadAnswer,
    FetcherBusy,
    HostUnreachable,
    RedirectRefused,
    TooLarge,
    TooSlow,
)
from polybooru.fetch.file_names import file_name
from polybooru.fetch.guard import GuardedBackend
from polybooru.fetch.limits import Deadline, Limits
from polybooru.fetch.resolver import LookUp, Resolver
from polybooru.fetch.urls import CheckedUrl, check_url, join_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})

# A body in pieces of a few bytes costs us far more than its sender. Packets carry over a thousand.
FREE_PIECES = 10_000
MIN_MEAN_PIECE_BYTES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file that arrived whole."""

    path: Path  # a new file, the caller's to move or remove
    size_bytes: int
    file_name: str  # what the other side calls it, possibly nothing: data, never a path
    final_url: str  # after redirects, without fragment


class Fetcher:
    """Safe to share between threads; one per process."""

    def __init__(
        self,
        *,
        user_agent: str,
        allow_private_addresses: bool = False,
        limits: Limits = Limits(),  # noqa: B008 — frozen
        resolver: LookUp = socket.getaddrinfo,
    ) -> None:
        """allow_private_addresses: any address and any port; for tests and closed networks."""
        self._user_agent = user_agent
        self._any_port = allow_private_addresses
        self._admits: Callable[[Address], bool] = _any_address if allow_private_addresses else is_public
        self._limits = limits
        self._resolver = Resolver(resolver, at_once=limits.at_once)
        self._slots = BoundedSemaphore(limits.at_once)

    def fetch(self, url: str, *, into: Path, max_redirects: int | None = None) -> Fetched:
        """GET the file into a new file in the folder; only an answer of 200 counts.

        max_redirects: instead of the limits' own. Blocks for total_seconds at most, and connect_seconds
        more if all slots are taken. Raises FetchFailed (and leaves no file), or OSError from the folder.
        """
        checked = check_url(url, any_port=self._any_port)
        hops = (self._limits.max_redirects if max_redirects is None else max_redirects) + 1
        if not self._slots.acquire(timeout=self._limits.connect_seconds):
            raise FetcherBusy
        try:
            return self._follow(checked, into, hops)
        finally:
            self._slots.release()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once: reading the system's certificates takes 40 ms."""
        return httpcore2.default_ssl_context()

    def _follow(self, url: CheckedUrl, into: Path, hops: int) -> Fetched:
        deadline = Deadline(self._limits.total_seconds)
        for _ in range(hops):
            with self._get(url, deadline) as response:
                if response.status not in REDIRECTS:
                    return self._keep(response, url, into, deadline)
                url = self._redirected(url, response)
        raise RedirectRefused("the host redirected too often")

    @contextmanager
    def _get(self, url: CheckedUrl, deadline: Deadline) -> Generator[httpcore2.Response]:
        """One request on a connection of its own, its errors in our words."""
        guard = GuardedBackend(
            resolver=self._resolver, limits=self._limits, deadline=deadline, admits=self._admits
        )
        wire_url = httpcore2.URL(scheme=url.scheme, host=url.host, port=url.port, target=url.target)
        headers: dict[bytes | str, bytes | str] = {
            "Host": url.authority,
            "User-Agent": self._user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        tls = self._tls if url.scheme == "https" else None
        pool = httpcore2.ConnectionPool(ssl_context=tls, network_backend=guard)
        try:
            with pool, pool.stream("GET", wire_url, headers=headers) as response:
                yield response
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            raise HostUnreachable from error
        except httpcore2.TimeoutException as error:
            raise TooSlow from error
        except (httpcore2.NetworkError, httpcore2.RemoteProtocolError) as error:
            raise BadAnswer("the answer broke off or was not HTTP") from error

    def _redirected(self, url: CheckedUrl, response: httpcore2.Response) -> CheckedUrl:
        location = _header(response, b"location")
        if not location:
            raise RedirectRefused("the host redirected to nowhere")
        following = join_url(url, location, any_port=self._any_port)
        if url.scheme == "https" and following.scheme == "http":
            raise RedirectRefused("the host redirected from https to http")
        return following

    def _keep(self, response: httpcore2.Response, url: CheckedUrl, into: Path, deadline: Deadline) -> Fetched:
        if response.status != 200:
            raise BadAnswer(f"the host answered {response.status}, not 200")
        if _header(response, b"content-encoding").strip().lower() not in {"", "identity"}:
            raise BadAnswer("the host sent an encoding that was not asked for")
        announced = _header(response, b"content-length")
        if announced and int(announced) > self._limits.size_bytes:  # digits: the protocol library has checked
            raise TooLarge(self._limits.size_bytes)
        name = file_name(disposition=_header(response, b"content-disposition"), target=url.target)
        with ExitStack() as on_failure:
            with tempfile.NamedTemporaryFile(dir=into, prefix="fetched-", delete=False) as file:
                path = Path(file.name)
                on_failure.callback(path.unlink)
                size_bytes = self._copy_body(response, file, deadline)
            on_failure.pop_all()
        return Fetched(path=path, size_bytes=size_bytes, file_name=name, final_url=str(url))

    def _copy_body(self, response: httpcore2.Response, file: IO[bytes], deadline: Deadline) -> int:
        limits = self._limits
        started = time.monotonic()
        size_bytes = 0
        deadline.begin_phase(limits.first_byte_seconds)
        for pieces, piece in enumerate(response.iter_stream(), start=1):
            deadline.begin_phase(limits.first_byte_seconds)
            size_bytes += len(piece)
            if size_bytes > limits.size_bytes:
                raise TooLarge(limits.size_bytes)
            if pieces > FREE_PIECES + size_bytes // MIN_MEAN_PIECE_BYTES:
                raise BadAnswer("the host sent the file in too small pieces")
            spent_seconds = time.monotonic() - started
            if (
                spent_seconds > limits.grace_seconds
                and size_bytes < limits.min_bytes_per_second * spent_seconds
            ):
                raise TooSlow
            file.write(piece)
        return size_bytes


def _any_address(_: Address) -> bool:
    return True


def _header(response: httpcore2.Response, name: bytes) -> str:
    """The first value of a header as text (UTF-8 is what hosts send, whatever the RFC says), else nothing."""
    values = (value for key, value in response.headers if key.lower() == name)
    return next(values, b"").decode("utf-8", "replace")
