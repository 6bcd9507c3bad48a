"""Hosts on loopback. 127.0.0.2 stands for a public host, 127.0.0.1 for an inner one nobody may reach."""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Event, Thread

import pytest

from polybooru.fetch.fetcher import Fetcher
from polybooru.fetch.limits import Limits

PUBLIC, INNER = "127.0.0.2", "127.0.0.1"


@dataclass
class Host:
    """Answers each connection with the next script (the last one again and again): bytes, or a function."""

    listener: socket.socket
    scripts: list
    tls: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)
    threads: list[Thread] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    def url(self, path="/cat.png") -> str:
        return f"http://{PUBLIC}:{self.port}{path}"

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
            thread = Thread(target=self.answer, args=(connection, script))
            self.threads.append(thread)
            thread.start()

    def answer(self, connection: socket.socket, script) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            connection.settimeout(5)
            if self.tls:
                connection = stack.enter_context(self.tls.wrap_socket(connection, server_side=True))
            request = b""
            while b"\r\n\r\n" not in request:
                if not (got := connection.recv(65536)):
                    return
                request += got
            self.requests.append(request)
            if isinstance(script, bytes):
                connection.sendall(script)
            else:
                script(connection, self.stopped)

    def stop(self) -> None:
        self.stopped.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., Host]]:
    hosts = []

    def start(*scripts, address=PUBLIC, port=0, tls=None) -> Host:
        host = Host(socket.create_server((address, port)), list(scripts), tls)
        thread = Thread(target=host.run)
        host.threads.append(thread)
        thread.start()
        hosts.append(host)
        return host

    yield start
    for host in hosts:
        host.stop()


@pytest.fixture
def canary() -> Iterator[Callable[[int], int]]:
    """Listen on the inner address; the test fails if anything ever connects."""
    with contextlib.ExitStack() as stack:
        listeners = []

        def listen(port=0) -> int:
            listener = stack.enter_context(socket.create_server((INNER, port)))
            listeners.append(listener)
            return listener.getsockname()[1]

        yield listen
        for listener in listeners:
            listener.setblocking(False)  # a finished handshake waits in the backlog, accepted or not
            with pytest.raises(BlockingIOError):
                listener.accept()


class Names:
    """A name server: each name has its answers, the last one again and again; literals are themselves."""

    def __init__(self, **answers: list[list[str]]):
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, host, port, *, type):  # noqa: A002 — getaddrinfo's own name
        self.asked.append(host)
        rest = self.answers.get(host.removesuffix(".example"))
        if rest is None:
            return socket.getaddrinfo(host, port, type=type, flags=socket.AI_NUMERICHOST)
        addresses = rest.pop(0) if len(rest) > 1 else rest[0]
        return [(socket.AF_INET, type, 6, "", (address, port)) for address in addresses]


@pytest.fixture
def fetcher() -> Callable[..., Fetcher]:
    """A fetcher for which everything but the inner address is public, whatever the port."""

    def build(resolver=None, admits=lambda address: address != ip_address(INNER), **limits) -> Fetcher:
        made = Fetcher(
            user_agent="Polybooru/test",
            allow_private_addresses=True,
            limits=Limits(**limits),
            resolver=resolver or Names(),
        )
        made._admits = admits
        return made

    return build


@pytest.fixture
def names() -> type[Names]:
    return Names
