"""What must never be connected to, in all its spellings, and names that change their mind."""

import socket
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv6Address
from threading import Event

import httpcore2
import pytest

from polybooru.fetch.addresses import is_public
from polybooru.fetch.errors import FetchFailed, HostUnreachable
from polybooru.fetch.fetcher import Fetcher
from polybooru.fetch.guard import GuardedBackend
from polybooru.fetch.limits import Deadline, Limits
from polybooru.fetch.resolver import Resolver

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncat"
PUBLIC, INNER = "127.0.0.2", "127.0.0.1"

INNER_IPV4 = (
    "127.0.0.1 127.255.255.254 10.0.0.1 172.16.5.4 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 "
    "192.0.0.192 192.0.2.7 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 168.63.129.16"
)
INNER_IPV6 = (
    ":: ::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 100::1 100:0:0:1::1 5f00::1 4000::1 8000::1 "
    "2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002::1 3fff::1 3ffe::1 2620:4f:8000::1"
)


def hosts_of(text):
    """Everything in an authority that some program takes for this IPv4 address."""
    number = int(IPv4Address(text))
    a, b, c, d = number.to_bytes(4, "big")
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    flipped = IPv6Address(0x20010000 << 96 | 0x41D0E49B << 64 | (number ^ 0xFFFFFFFF))
    circled = "".join("⓪①②③④⑤⑥⑦⑧⑨"[int(c)] if c.isdigit() else c for c in text)
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in text)
    return [
        text,
        f"{text}.",
        f"{text}..",
        f"{number}",
        f"{number}.",
        f"{number + 2**32}",
        f"0{number:o}",
        f"0x{number:x}",
        f"0X{number:X}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"{a:04}.{b:04}.{c:04}.{d:04}",
        f"0{a:o}.0x{b:x}.{c * 256 + d}",
        f"{a}.{b}.{c}.0x{d:x}",
        f"{a + 256}.{b}.{c}.{d}",
        circled,
        f"{circled}。",
        full_width,
        text.replace(".", "。"),
        text.replace(".", "｡"),
        text.replace(".", "%2e"),
        "".join(f"%{ord(c):02x}" for c in text),
        text.replace(".", ".\u00ad"),
        text.replace(".", ".\u200b"),
        f"[::ffff:{text}]",
        f"[::ffff:{high}:{low}]",
        f"[0:0:0:0:0:FFFF:{text}]",
        f"[::ffff:0:{text}]",
        f"[::{text}]",
        f"[64:ff9b::{text}]",
        f"[64:ff9b:1::{high}:{low}]",
        f"[2002:{high}:{low}::1]",
        f"[{flipped}]",
        f"[fe80::5efe:{text}]",
        f"[2400:1::5efe:{text}]",
        f"[2400:1::200:5efe:{text}]",
        f"[::ffff:{text}%25lo]",
        f"[::ffff:{text}%lo]",
        f"user@{text}",
        f"user:password@{text}",
        f"pictures.example@{text}",
        f"pictures.example\\@{text}",
        f"{text}\\@pictures.example",
        f"{text}#@pictures.example",
        f"{text}\t",
        f"\n{text}",
    ]


FORMS = [form for text in INNER_IPV4.split() for form in hosts_of(text)] + [
    form
    for text in INNER_IPV6.split()
    for form in (f"[{text}]", f"[{IPv6Address(text).exploded}]", f"[{text}%25eth0]")
]


def resolve_numbers_as_c_does(host, port, *, type):  # noqa: A002 — getaddrinfo's own name
    return socket.getaddrinfo(host, port, type=type, flags=socket.AI_NUMERICHOST)


def backend(resolver, **more):
    return GuardedBackend(
        resolver=Resolver(resolver, at_once=2), limits=Limits(), deadline=Deadline(5), **more
    )


def with_port(form, port):
    head, mark, rest = form.partition("#")
    return f"http://{head}:{port}{mark}{rest}/"


def test_no_spelling_of_an_inner_address_passes_for_public(tmp_path):
    passed = []

    def admits(address):
        if is_public(address):
            passed.append(address)
        return False  # a form that wrongly passes must not send the test out into the network

    fetcher = Fetcher(user_agent="t", resolver=resolve_numbers_as_c_does)
    fetcher._admits = admits
    assert len(FORMS) > 700
    for form in FORMS:
        with pytest.raises(FetchFailed):
            fetcher.fetch(with_port(form, 80), into=tmp_path)
        assert (form, passed) == (form, [])
    with pytest.raises(FetchFailed):
        fetcher.fetch("http://1.1.1.1/", into=tmp_path)
    assert len(passed) == 1


@pytest.mark.parametrize("reaching_us", ["127.0.0.1", "0.0.0.0"])
def test_no_spelling_of_our_own_address_reaches_the_canary(reaching_us, canary, tmp_path):
    port = canary()
    fetcher = Fetcher(
        user_agent="t", resolver=resolve_numbers_as_c_does, limits=Limits(first_byte_seconds=0.1)
    )
    fetcher._any_port = True
    for form in hosts_of(reaching_us):
        with pytest.raises(FetchFailed):
            fetcher.fetch(with_port(form, port), into=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_guard_itself_refuses_what_c_libraries_read_as_inner_addresses(canary):
    port = canary()
    for host in ("127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1", "::ffff:127.0.0.1"):
        with pytest.raises(HostUnreachable):
            backend(resolve_numbers_as_c_does).connect_tcp(host, port)


def test_without_the_guards_refusal_the_same_address_is_reached(serve):
    host = serve(OK, address=INNER)
    backend(resolve_numbers_as_c_does, admits=lambda _: True).connect_tcp("127.1", host.port).close()


def test_unix_sockets_are_refused():
    with pytest.raises(HostUnreachable):
        backend(resolve_numbers_as_c_does).connect_unix_socket("/run/docker.sock")


def test_a_name_is_looked_up_once_and_connected_where_it_pointed_then(
    serve, canary, fetcher, names, tmp_path
):
    host = serve(OK)
    canary(host.port)
    rebinding = names(pictures=[[PUBLIC], [INNER]])
    fetched = fetcher(rebinding).fetch(f"http://pictures.example:{host.port}/", into=tmp_path)
    assert fetched.path.read_bytes() == b"cat"
    assert rebinding.asked == ["pictures.example"]
    assert f"Host: pictures.example:{host.port}\r\n".encode() in host.requests[0]


def test_a_name_that_turned_inner_fails_at_the_next_hop(serve, canary, fetcher, names, tmp_path):
    host = serve(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
    canary(host.port)
    rebinding = names(pictures=[[PUBLIC], [INNER]])
    with pytest.raises(HostUnreachable):
        fetcher(rebinding).fetch(f"http://pictures.example:{host.port}/", into=tmp_path)
    assert len(host.requests) == 1


@pytest.mark.parametrize("answer", [[PUBLIC, INNER], [INNER, PUBLIC], [INNER], [], ["not an address"]])
def test_one_inner_address_among_the_answers_spoils_all(answer, serve, canary, fetcher, names, tmp_path):
    host = serve(OK)
    canary(host.port)
    with pytest.raises(HostUnreachable):
        fetcher(names(pictures=[answer])).fetch(f"http://pictures.example:{host.port}/", into=tmp_path)
    assert host.requests == []


def test_an_address_that_refuses_leaves_the_next_its_turn(serve, fetcher, names, tmp_path):
    host = serve(OK)
    pictures = names(pictures=[["127.0.0.3", PUBLIC]])
    assert fetcher(pictures).fetch(f"http://pictures.example:{host.port}/", into=tmp_path).size_bytes == 3


def test_an_address_that_stays_silent_leaves_the_next_time(serve, fetcher, names, tmp_path):
    host = serve(OK)
    with ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.3", host.port), backlog=0))
        for _ in range(3):  # the queue nobody empties is full now: further connections get no answer
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        pictures = names(pictures=[["127.0.0.3", PUBLIC]])
        patient = fetcher(pictures, connect_seconds=0.6)
        assert patient.fetch(f"http://pictures.example:{host.port}/", into=tmp_path).size_bytes == 3


def test_nobody_learns_whether_an_inner_port_is_open_or_a_name_exists(canary, names, tmp_path):
    open_port = canary()
    with socket.create_server((INNER, 0)) as gone:
        closed_port = gone.getsockname()[1]
    fetcher = Fetcher(user_agent="t", resolver=names(inner=[[INNER]]), limits=Limits(first_byte_seconds=0.1))
    fetcher._any_port = True
    said = set()
    for url in (
        f"http://inner.example:{open_port}/",
        f"http://inner.example:{closed_port}/",
        f"http://{INNER}:{open_port}/",
        f"http://nowhere.example:{open_port}/",
        f"https://inner.example:{open_port}/",
    ):
        with pytest.raises(FetchFailed) as failure:
            fetcher.fetch(url, into=tmp_path)
        said.add((type(failure.value), str(failure.value)))
    assert said == {(HostUnreachable, "the host could not be reached")}


def test_a_closed_public_port_says_the_same(fetcher, tmp_path):
    with socket.create_server((PUBLIC, 0)) as gone:
        closed_port = gone.getsockname()[1]
    with pytest.raises(HostUnreachable) as failure:
        fetcher().fetch(f"http://{PUBLIC}:{closed_port}/", into=tmp_path)
    assert PUBLIC not in str(failure.value)


def test_a_name_server_that_never_answers_holds_nobody_for_long(fetcher, tmp_path):
    released = Event()

    def stuck(host, port, *, type):  # noqa: A002 — getaddrinfo's own name
        released.wait(10)
        return []

    slow = fetcher(stuck, connect_seconds=0.1, at_once=1)
    try:
        for _ in range(3):  # the later ones find the only look-up taken
            with pytest.raises(HostUnreachable):
                slow.fetch("http://pictures.example/", into=tmp_path)
    finally:
        released.set()


def test_the_environment_offers_no_way_round(serve, canary, fetcher, monkeypatch, tmp_path):
    proxy = f"http://{INNER}:{canary()}"
    for variable in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, proxy)
    assert fetcher().fetch(serve(OK).url(), into=tmp_path).size_bytes == 3


def test_the_guard_is_a_network_backend_of_the_pool():
    assert issubclass(GuardedBackend, httpcore2.NetworkBackend)
