"""Which addresses belong to the public internet: the one decision the guard stands on.

The tables are ours and explicit. The standard library's `is_global` and `is_private` follow whatever registry
their Python release carried (3.11.7 calls twelve non-public forms global).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# IANA IPv4 Special-Purpose Address Registry, whole (also what it calls globally reachable: relays and sinks,
# never a host with pictures), with multicast; the last line is a cloud's inner service.
SPECIAL_IPV4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "127.0.0.0/8",  # loopback (RFC 1122)
        "169.254.0.0/16",  # link-local, cloud metadata (RFC 3927)
        "172.16.0.0/12",  # private (RFC 1918)
        "192.0.0.0/24",  # IETF protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.31.196.0/24",  # AS112 (RFC 7535)
        "192.52.193.0/24",  # AMT relays (RFC 7450)
        "192.88.99.0/24",  # 6to4 relays, deprecated (RFC 7526)
        "192.168.0.0/16",  # private (RFC 1918)
        "192.175.48.0/24",  # AS112 (RFC 7534)
        "198.18.0.0/15",  # benchmarking (RFC 2544)
        "198.51.100.0/24",  # documentation (RFC 5737)
        "203.0.113.0/24",  # documentation (RFC 5737)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, limited broadcast (RFC 1112, RFC 919)
        "168.63.129.16/32",  # Azure's platform service: looks public, answers only the machine it serves
    )
)

# Everything else of IPv6 is loopback, unique local, link-local, multicast, a wrapped IPv4 address (mapped,
# compatible, both NAT64 prefixes) or not allocated.
GLOBAL_UNICAST_IPV6 = IPv6Network("2000::/3")

# IANA IPv6 Special-Purpose Address Registry, the part inside 2000::/3.
SPECIAL_IPV6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, AS112, ORCHID (RFC 2928)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4: wraps any IPv4 address (RFC 3056)
        "2620:4f:8000::/48",  # AS112 (RFC 7534)
        "3ffe::/16",  # 6bone, given back (RFC 3701)
        "3fff::/20",  # documentation (RFC 9637)
    )
)

# Interface identifiers 0000:5efe and 0200:5efe wrap an IPv4 address under any prefix (ISATAP, RFC 5214).
ISATAP_MARKS = frozenset({0x0000_5EFE, 0x0200_5EFE})


def is_public(address: Address) -> bool:
    """Whether the address is global unicast outside every special block; wrapped IPv4 addresses never are."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in SPECIAL_IPV4)
    return (
        address in GLOBAL_UNICAST_IPV6
        and address.scope_id is None
        and not any(address in block for block in SPECIAL_IPV6)
        and (int(address) >> 32) & 0xFFFF_FFFF not in ISATAP_MARKS
    )
