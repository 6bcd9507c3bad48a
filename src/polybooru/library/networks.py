"""Addresses and networks as bans know them; nothing of rows.

An IPv4 address inside an IPv6 one (::ffff:192.0.2.1) is the IPv4 address: a server that listens on both sees
the same caller either way.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from polybooru.library.errors import InvalidValue

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

WIDEST = MappingProxyType({4: 8, 6: 19})
"""Shortest prefix that may be banned, by version of the protocol: no registry gives more to one holder."""

_IPV6_CUSTOMER = 64  # bits: whoever has an IPv6 address has 2 ** 64 of them
_MAPPED_BITS = 96
_Value = TypeVar("_Value")


def parse_address(text: str) -> Address | None:
    """The address; None for what is none, or is only one on this machine's own links."""
    try:
        return _plain(ip_address(text)) if "%" not in text else None
    except ValueError:
        return None


def parse_network(text: str) -> Network:
    """A network as staff write it: 192.0.2.0/24, or an address of it with the length, or one address alone.

    One IPv6 address alone means the /64 that its holder has. Raises InvalidValue.
    """
    network = _network(text.strip())
    if network.prefixlen < WIDEST[network.version]:
        widest = WIDEST[network.version]
        raise InvalidValue("network", f"is wider than a /{widest}, the widest that can be banned")
    return network


def _network(text: str) -> Network:
    if "%" in text:
        raise InvalidValue("network", "names a link of one machine")
    try:
        if "/" not in text:
            address = _plain(ip_address(text))
            length = _IPV6_CUSTOMER if isinstance(address, IPv6Address) else address.max_prefixlen
            return ip_network((address, length), strict=False)
        found = ip_network(text, strict=False)
    except ValueError as error:
        raise InvalidValue("network", "is no address and no network, such as 192.0.2.0/24") from error
    mapped = found.network_address.ipv4_mapped if isinstance(found, IPv6Network) else None
    if mapped is not None and found.prefixlen >= _MAPPED_BITS:
        return IPv4Network((mapped, found.prefixlen - _MAPPED_BITS), strict=False)
    return found


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


class NetworkMap(Generic[_Value]):
    """Values by network; finds those of every network that an address lies in.

    Cost of a look: one dictionary for each length of prefix that is in it, however many networks there are.
    """

    def __init__(self) -> None:
        self._by_length: dict[tuple[int, int], dict[int, list[_Value]]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_length)

    def add(self, network: Network, value: _Value) -> None:
        """Add one; a network may have several."""
        spare = network.max_prefixlen - network.prefixlen
        of_length = self._by_length.setdefault((network.version, spare), {})
        of_length.setdefault(int(network.network_address) >> spare, []).append(value)

    def around(self, address: Address) -> list[_Value]:
        """Those of all networks that hold the address."""
        number, found = int(address), list[_Value]()
        for (version, spare), of_length in self._by_length.items():
            if version == address.version:
                found += of_length.get(number >> spare, ())
        return found
