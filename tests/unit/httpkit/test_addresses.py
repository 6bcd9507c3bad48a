"""Under what name a client is counted."""

import pytest
from starlette.requests import Request

from polybooru.httpkit.addresses import client_address, counted_address


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not:an:address", "not:an:address"),
    ],
)
def test_an_ipv6_client_is_counted_with_its_whole_network(address: str, counted: str) -> None:
    assert counted_address(Request({"type": "http", "client": (address, 1)})) == counted


def test_a_socket_without_an_address_is_one_client() -> None:
    assert client_address(Request({"type": "http", "client": None})) == ""
