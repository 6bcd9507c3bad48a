"""The guard: the network that the fetcher's connection pool sees, and the only place that opens a connection.

It looks a name up once, wants every address public, and connects to an address it has just checked, so a name
that changes its mind between check and use gains nothing. TLS still gets the name: the pool hands it to
`start_tls` itself. All time limits come from the fetch's deadline; the pool's own are not used.
"""

import ssl
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import httpcore2

from polybooru.fetch.addresses import Address, is_public
from polybooru.fetch.errors import HostUnreachable, TooSlow
from polybooru.fetch.limits import Deadline, Limits
from polybooru.fetch.resolver import Resolver


class GuardedBackend(httpcore2.NetworkBackend):
    """For one fetch. `admits` says which addresses may be connected to."""

    def __init__(
        self,
        *,
        resolver: Resolver,
        limits: Limits,
        deadline: Deadline,
        admits: Callable[[Address], bool] = is_public,
    ) -> None:
        self._resolver = resolver
        self._limits = limits
        self._deadline = deadline
        self._admits = admits
        self._network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 — the deadline rules
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Raises HostUnreachable, whatever the reason."""
        self._deadline.begin_phase(self._limits.connect_seconds)
        try:
            timeout_seconds = self._deadline.remaining_seconds()
            addresses = self._resolver.addresses(host, port, timeout_seconds=timeout_seconds)
            if not all(self._admits(address) for address in addresses):
                raise HostUnreachable
            return self._connect(addresses, port, local_address, socket_options)
        except TooSlow as late:
            raise HostUnreachable from late

    def _connect(
        self,
        addresses: list[Address],
        port: int,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore2.NetworkStream:
        failure: Exception | None = None
        for position, address in enumerate(addresses):
            # An even share each, so that one silent address leaves time for the others.
            share_seconds = self._deadline.remaining_seconds() / (len(addresses) - position)
            try:
                stream = self._network.connect_tcp(
                    str(address), port, share_seconds, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._limits, self._deadline)
        raise HostUnreachable from failure

    def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 — the interface's
        timeout: float | None = None,  # noqa: ARG002 — the interface's
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 — the interface's
    ) -> NoReturn:
        """Raises HostUnreachable: a path is no host."""
        raise HostUnreachable


class _TimedStream(httpcore2.NetworkStream):
    """A connection on the fetch's clock: many short waits cannot add up to more than the phase allows."""

    def __init__(self, stream: httpcore2.NetworkStream, limits: Limits, deadline: Deadline) -> None:
        self._stream = stream
        self._limits = limits
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 — the deadline rules
        return self._stream.read(max_bytes, self._deadline.remaining_seconds())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 — the deadline rules
        # Only a request's head is ever written: from here the answer is awaited.
        self._deadline.begin_phase(self._limits.first_byte_seconds)
        self._stream.write(buffer, self._deadline.remaining_seconds())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 — the deadline rules
    ) -> httpcore2.NetworkStream:
        try:
            timeout_seconds = self._deadline.remaining_seconds()
        except TooSlow:
            self.close()
            raise
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout_seconds)
        return _TimedStream(stream, self._limits, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
