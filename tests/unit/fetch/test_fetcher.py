"""Answers of all kinds, from honest to hostile, over real connections; small limits keep it quick."""

import time

import httpcore2
import pytest

from polybooru.fetch.errors import (
    BadAnswer,
    FetchFailed,
    HostUnreachable,
    RedirectRefused,
    TooLarge,
    TooSlow,
    UrlRefused,
)
from polybooru.fetch.fetcher import Fetcher
from polybooru.fetch.limits import Limits
from polybooru.fetch.urls import check_url

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncat"
PUBLIC, INNER = "127.0.0.2", "127.0.0.1"


def redirect(location, status=302):
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def ok(*headers, body=b""):
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"", body])


def drip(head, piece, every_seconds=0.02):
    def script(connection, stopped):
        connection.sendall(head)
        while not stopped.wait(every_seconds):
            connection.sendall(piece)

    return script


def flood(head, piece):
    return drip(head, piece, every_seconds=0)


# --- What works


def test_a_file_arrives_whole_with_its_name(serve, fetcher, tmp_path):
    body = bytes(range(256)) * 4000
    host = serve(
        ok(b"Content-Length: %d" % len(body), b'Content-Disposition: inline; filename="dog.png"', body=body)
    )
    fetched = fetcher().fetch(host.url("/cat.png?x=1#part"), into=tmp_path)
    assert fetched.path.read_bytes() == body
    assert fetched.path.parent == tmp_path
    assert fetched.size_bytes == len(body)
    assert fetched.file_name == "dog.png"
    assert fetched.final_url == host.url("/cat.png?x=1")


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        b"HTTP/1.0 200 OK\r\n\r\ncat",
        ok(b"Transfer-Encoding: chunked", body=b"1\r\nc\r\n2\r\nat\r\n0\r\n\r\n"),
        ok(b"Content-Length: 3", b"Content-Encoding: identity", body=b"cat"),
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK,
        ok(b"Content-Length: 3", body=b"cat" + b"surplus"),  # exactly the stated bytes, by the HTTP rules
    ],
)
def test_every_honest_framing_is_understood(answer, serve, fetcher, tmp_path):
    assert fetcher().fetch(serve(answer).url(), into=tmp_path).path.read_bytes() == b"cat"


def test_a_request_says_who_we_are_and_nothing_more(serve, fetcher, tmp_path):
    host = serve(redirect("/b") + b"", OK)
    fetcher().fetch(host.url("/a?q=ü#secret"), into=tmp_path)
    head = (
        f"Host: {PUBLIC}:{host.port}\r\nUser-Agent: Polybooru/test\r\nAccept: */*\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
    assert [r.decode() for r in host.requests] == [
        f"GET /a?q=%C3%BC HTTP/1.1\r\n{head}",
        f"GET /b HTTP/1.1\r\n{head}",
    ]


def test_cookies_of_a_redirect_are_not_carried_along(serve, fetcher, tmp_path):
    answer = redirect("/b").replace(b"Content-Length", b"Set-Cookie: a=b; Path=/\r\nContent-Length")
    host = serve(answer, OK)
    fetcher().fetch(host.url(), into=tmp_path)
    assert b"cookie" not in host.requests[1].lower()


# --- Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_limit(status, serve, fetcher, tmp_path):
    host = serve(*[redirect(f"/{n}", status) for n in range(3)], OK)
    fetched = fetcher(max_redirects=3).fetch(host.url(), into=tmp_path)
    assert fetched.final_url == host.url("/2")
    assert fetched.file_name == "2"


def test_one_redirect_too_many_is_refused(serve, fetcher, tmp_path):
    host = serve(redirect("/again"))
    with pytest.raises(RedirectRefused):
        fetcher().fetch(host.url(), into=tmp_path, max_redirects=1)
    assert len(host.requests) == 2
    with pytest.raises(RedirectRefused):
        fetcher().fetch(host.url(), into=tmp_path, max_redirects=0)
    assert len(host.requests) == 3


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://127.0.0.1:{port}/", HostUnreachable),
        ("//127.0.0.1:{port}/", HostUnreachable),
        ("//127.0.0.1.:{port}/", HostUnreachable),
        ("http://inner.example:{port}/", HostUnreachable),
        ("http://2130706433:{port}/", UrlRefused),
        ("http://127.1:{port}/", UrlRefused),
        ("http://user@127.0.0.2:{port}/", UrlRefused),
        ("//127.0.0.2:{port}\\@127.0.0.1:{port}/", UrlRefused),
        ("/\\127.0.0.1:{port}/", UrlRefused),
        ("\\\\127.0.0.1:{port}/", UrlRefused),
        ("file:///etc/passwd", UrlRefused),
        ("gopher://127.0.0.1:{port}/_x", UrlRefused),
        ("ftp://127.0.0.1:{port}/", UrlRefused),
        ("data:image/png;base64,AAAA", UrlRefused),
        ("unix:/run/docker.sock", UrlRefused),
        ("//[::1]:{port}/", HostUnreachable),
        ("//[::ffff:127.0.0.1]:{port}/", HostUnreachable),
        ("//[", UrlRefused),
        ("/" + "a" * 2000, UrlRefused),
        ("", RedirectRefused),
    ],
)
def test_a_hop_is_checked_like_a_first_address(location, error, serve, canary, fetcher, names, tmp_path):
    port = canary()
    host = serve(redirect(location.replace("{port}", str(port))))
    inner = {"127.0.0.1", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"}
    careful = fetcher(names(inner=[[INNER]]), admits=lambda address: str(address) not in inner)
    with pytest.raises(error):
        careful.fetch(host.url(), into=tmp_path)
    assert len(host.requests) == 1


def test_a_hop_to_another_port_is_refused_outside_closed_networks(tmp_path):
    strict = Fetcher(user_agent="t")
    response = httpcore2.Response(302, headers=[(b"Location", b"https://example.com:8443/")])
    with pytest.raises(UrlRefused):
        strict._redirected(check_url("https://example.com/"), response)


def test_https_never_falls_back_to_http():
    strict = Fetcher(user_agent="t")
    response = httpcore2.Response(302, headers=[(b"Location", b"http://example.com/")])
    with pytest.raises(RedirectRefused):
        strict._redirected(check_url("https://example.com/"), response)
    assert strict._redirected(check_url("http://example.com/"), response).scheme == "http"


# --- Answers that do not count


@pytest.mark.parametrize("status", [201, 204, 206, 300, 304, 400, 403, 404, 500, 503])
def test_only_200_counts(status, serve, fetcher, tmp_path):
    host = serve(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nLocation: /b\r\n\r\n".encode())
    with pytest.raises(BadAnswer):
        fetcher().fetch(host.url(), into=tmp_path)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        ok(b"Content-Length: 4", body=b"cat"),
        ok(b"Content-Length: 3", b"Content-Length: 4", body=b"cat"),
        ok(b"Content-Length: -3", body=b"cat"),
        ok(b"Content-Length: " + b"9" * 30, body=b"cat"),
        ok(b"Transfer-Encoding: chunked", body=b"3\r\ncat\r\n"),
        ok(b"Transfer-Encoding: chunked", body=b"zz\r\ncat\r\n0\r\n\r\n"),
        ok(b"Transfer-Encoding: chunked", body=b"ffffffffffffffffffffff\r\ncat\r\n0\r\n\r\n"),
        ok(b"Transfer-Encoding: gzip, chunked", body=b"3\r\ncat\r\n0\r\n\r\n"),
        ok(b"Content-Encoding: gzip", b"Content-Length: 3", body=b"cat"),
        ok(b"Content-Encoding: br", b"Content-Length: 3", body=b"cat"),
        ok(b"X-Long: " + b"x" * 300_000, b"Content-Length: 3", body=b"cat"),
    ],
)
def test_broken_and_encoded_answers_are_refused(answer, serve, fetcher, tmp_path):
    with pytest.raises(BadAnswer):
        fetcher().fetch(serve(answer).url(), into=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_size_is_refused_as_soon_as_it_is_announced(serve, fetcher, tmp_path):
    exact, more = (ok(b"Content-Length: %d" % n, body=b"x" * n) for n in (1000, 1001))
    assert fetcher(size_bytes=1000).fetch(serve(exact).url(), into=tmp_path).size_bytes == 1000
    with pytest.raises(TooLarge, match="larger than 1000 bytes"):
        fetcher(size_bytes=1000).fetch(serve(more).url(), into=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\n", b"x" * 65536),
        (ok(b"Transfer-Encoding: chunked"), b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    ],
)
def test_an_endless_body_ends_at_the_size_limit(head, piece, serve, fetcher, tmp_path):
    with pytest.raises(TooLarge):
        fetcher(size_bytes=1_000_000).fetch(serve(flood(head, piece)).url(), into=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_body_in_crumbs_is_refused(serve, fetcher, tmp_path):
    host = serve(flood(ok(b"Transfer-Encoding: chunked"), b"1\r\nx\r\n" * 1000))
    with pytest.raises(BadAnswer, match="small pieces"):
        fetcher().fetch(host.url(), into=tmp_path)
    assert list(tmp_path.iterdir()) == []


# --- Time


def timed_failure(fetch) -> tuple[FetchFailed, float]:
    started = time.monotonic()
    with pytest.raises(FetchFailed) as failure:
        fetch()
    return failure.value, time.monotonic() - started


SILENCE = drip(b"", b"", 0.05)
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


@pytest.mark.parametrize(
    ("script", "limits"),
    [
        pytest.param(SILENCE, {"first_byte_seconds": 0.2}, id="no answer"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nX-", b"x"), {"first_byte_seconds": 0.2}, id="head in drips"),
        pytest.param(
            flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), {"first_byte_seconds": 0.2}, id="endless prelude"
        ),
        pytest.param(drip(LONG + b"x", b"", 0.05), {"first_byte_seconds": 0.2}, id="silence in the body"),
        pytest.param(drip(LONG, b"x"), {"total_seconds": 0.3, "grace_seconds": 9}, id="body over all time"),
        pytest.param(
            flood(b"HTTP/1.0 200 OK\r\n\r\n", b"x" * 600), {"total_seconds": 0.3}, id="body without pause"
        ),
        pytest.param(drip(LONG, b"x"), {"grace_seconds": 0.2}, id="body under the minimum speed"),
        pytest.param(
            drip(ok(b"Transfer-Encoding: chunked", body=b"5;"), b"x"),
            {"first_byte_seconds": 0.2},
            id="drips between the pieces",
        ),
    ],
)
def test_tarpits_hold_nobody_for_long(script, limits, serve, fetcher, tmp_path):
    host = serve(script)
    error, seconds = timed_failure(lambda: fetcher(**limits).fetch(host.url(), into=tmp_path))
    assert isinstance(error, TooSlow)
    assert seconds < 1.5
    assert list(tmp_path.iterdir()) == []


def test_a_body_may_take_longer_than_its_first_byte(serve, fetcher, tmp_path):
    def steady(connection, stopped):
        connection.sendall(ok(b"Content-Length: 10"))
        for _ in range(10):
            stopped.wait(0.05)
            connection.sendall(b"x")

    fetched = fetcher(first_byte_seconds=0.3).fetch(serve(steady).url(), into=tmp_path)
    assert fetched.size_bytes == 10


def test_all_hops_share_one_clock(serve, fetcher, tmp_path):
    def slow_redirect(connection, stopped):
        stopped.wait(0.15)
        connection.sendall(redirect("/again"))

    error, seconds = timed_failure(
        lambda: fetcher(total_seconds=0.4).fetch(serve(slow_redirect).url(), into=tmp_path, max_redirects=99)
    )
    assert isinstance(error, (TooSlow, HostUnreachable))  # wherever the end finds it
    assert seconds < 1.5


def test_a_tls_handshake_that_never_comes_is_cut_short(serve, fetcher, tmp_path):
    url = serve(SILENCE).url().replace("http:", "https:")
    error, seconds = timed_failure(lambda: fetcher(connect_seconds=0.2).fetch(url, into=tmp_path))
    assert isinstance(error, HostUnreachable)
    assert seconds < 1.5


# --- The rest


def test_a_folder_that_cannot_be_written_is_the_callers_problem(serve, fetcher, tmp_path):
    with pytest.raises(FileNotFoundError):
        fetcher().fetch(serve(OK).url(), into=tmp_path / "missing")


def test_the_defaults_are_those_of_the_specification():
    assert Limits() == Limits(
        size_bytes=131_072_000,
        max_redirects=3,
        connect_seconds=5,
        first_byte_seconds=10,
        total_seconds=60,
        at_once=16,
    )
