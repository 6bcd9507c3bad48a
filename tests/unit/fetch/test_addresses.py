from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.fetch.addresses import GLOBAL_UNICAST_IPV6, SPECIAL_IPV4, SPECIAL_IPV6, is_public

IPV4 = st.integers(0, 2**32 - 1)


def inside(block):
    return st.integers(int(block.network_address), int(block.broadcast_address)).map(
        type(block.network_address)
    )


@given(st.sampled_from([*SPECIAL_IPV4, *SPECIAL_IPV6]).flatmap(inside))
def test_no_address_in_a_special_block_is_public(address):
    assert not is_public(address)


@given(st.integers(0, 2**128 - 1).filter(lambda n: n >> 125 != 1).map(IPv6Address))
def test_no_ipv6_address_outside_global_unicast_is_public(address):
    assert address not in GLOBAL_UNICAST_IPV6
    assert not is_public(address)


@given(IPV4)
def test_no_wrapped_ipv4_address_is_public_even_if_the_inner_one_is(inner):
    for wrapped in (
        inner,  # compatible
        0xFFFF << 32 | inner,  # mapped
        0xFFFF << 48 | inner,  # translated
        0x64FF9B << 96 | inner,  # NAT64, well-known
        0x64FF9B0001 << 80 | inner,  # NAT64, local use
        0x2002 << 112 | inner << 80 | 1,  # 6to4
        0x20010000 << 96 | inner << 64 | (inner ^ 0xFFFFFFFF),  # Teredo
        0x2400 << 112 | 0x5EFE << 32 | inner,  # ISATAP
        0x2400 << 112 | 0x0200_5EFE << 32 | inner,  # ISATAP of a global address
        0xFE80 << 112 | 0x5EFE << 32 | inner,
    ):
        assert not is_public(IPv6Address(wrapped))


@given(IPV4)
def test_public_ipv4_means_outside_all_special_blocks(number):
    octets = number.to_bytes(4, "big")
    a, b, c, d = octets
    special = (  # written again by octets, not from the table
        a in {0, 10, 127}
        or a >= 224
        or (a == 100 and 64 <= b < 128)
        or (a, b) in {(169, 254), (192, 168), (198, 18), (198, 19)}
        or (a == 172 and 16 <= b < 32)
        or (a, b, c)
        in {
            (192, 0, 0),
            (192, 0, 2),
            (192, 31, 196),
            (192, 52, 193),
            (192, 88, 99),
            (192, 175, 48),
            (198, 51, 100),
            (203, 0, 113),
        }
        or (a, b, c, d) == (168, 63, 129, 16)
    )
    assert is_public(IPv4Address(octets)) is not special


NEIGHBOURS = (
    "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 "
    "169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 "
    "198.17.255.255 198.20.0.0 223.255.255.255 2000::1 2001:200::1 2001:4860:4860::8888 2001:db7:ffff::1 "
    "2001:db9::1 2003::1 2606:4700::1111 2620:4f:7fff::1 2a00:1450::5eff:1:1 3ffd::1 3fff:1000::1"
)


@pytest.mark.parametrize("text", NEIGHBOURS.split())
def test_neighbours_of_special_blocks_are_public(text):
    assert is_public(ip_address(text))


def test_a_clouds_inner_service_is_not_public():
    for text in ("168.63.129.16", "169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"):
        assert not is_public(ip_address(text))


def test_a_zone_makes_no_address_public():
    assert is_public(IPv6Address("2606:4700::1111"))
    assert not is_public(IPv6Address("2606:4700::1111%eth0"))
