"""Where a request comes from, as limits count it.

Behind a proxy that the operator trusts the server has already put the true client in the peer's place
(uvicorn's `proxy_headers`, which reads nothing that another peer sends).
"""

from ipaddress import IPv6Address, ip_address

from starlette.requests import HTTPConnection

_CUSTOMER_BITS = 64  # whoever has an IPv6 address has all of its /64


def client_address(request: HTTPConnection) -> str:
    """The client's address as text; empty on a socket that has none."""
    return request.client.host if request.client is not None else ""


def counted_address(request: HTTPConnection) -> str:
    """Under what name the client is counted: an IPv4 address, or the /64 of an IPv6 one."""
    text = client_address(request)
    if ":" not in text:
        return text
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return text
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> _CUSTOMER_BITS << _CUSTOMER_BITS)}/{_CUSTOMER_BITS}"
