"""What clients of every kind need of the served board, seen on the wire."""

import socket
from urllib.parse import urlsplit

import pytest
from tests.clients.philomena.conftest import Shop

PATH = "/api/v1/json/images/1"


def sent(shop: Shop, request: str) -> bytes:
    """All that comes back until the server closes the connection."""
    host = urlsplit(shop.address)
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=20) as connection:
        connection.sendall(request.encode())
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    return received


@pytest.mark.parametrize("path", [PATH, "/api/v1/json/nothing", "/img/nothing"])
def test_connection_close_is_answered_in_kind(shop: Shop, path: str) -> None:
    answer = sent(shop, f"GET {path} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    assert b"\r\ncontent-length: %d" % len(body) in head.lower()


def test_an_old_client_without_a_host_is_served(shop: Shop) -> None:
    answer = sent(shop, f"GET {PATH} HTTP/1.0\r\n\r\n")
    assert answer.split()[1] == b"200"


def test_a_head_request_sends_no_body(shop: Shop) -> None:
    answer = sent(shop, f"HEAD {PATH} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (head.split()[1], body) == (b"200", b"")


def test_clients_at_work_do_not_wait_where_limits_are_off(shop: Shop) -> None:
    statuses = {shop.program.get("/api/v1/json/search/images?q=shelf").status_code for _ in range(60)}
    assert statuses == {200}
