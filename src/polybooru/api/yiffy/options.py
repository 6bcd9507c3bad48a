"""The dialect as the operator has set it; values only."""

from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Network, IPv6Network, ip_address

from polybooru.api.yiffy.addresses import PREFIX
from polybooru.library.link_targets import Hosts

Network = IPv4Network | IPv6Network


class UserAgents(Enum):
    """What is asked of them: nothing, not to be on the list, or to name an application."""

    OFF = "off"
    LIST = "list"
    STRICT = "strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """See docs/reference/settings.md.

    prefix: where the services are on the main host.
    blocked_user_agents, key_required_user_agents: texts that stand in them, lower case.
    """

    prefix: str = PREFIX
    hosts: dict[str, str] = field(default_factory=dict[str, str])
    is_limited: bool = True
    unlimited_addresses: tuple[Network, ...] = ()
    is_read_only: bool = False
    gives_images: bool = True
    animated_thumbnails: bool = True
    refuses_when_full: bool = False
    links_per_hour: int = 30
    blocked_addresses: tuple[Network, ...] = ()
    sfw_only_addresses: tuple[Network, ...] = ()
    key_required_addresses: tuple[Network, ...] = ()
    user_agents: UserAgents = UserAgents.LIST
    blocked_user_agents: tuple[str, ...] = ()
    key_required_user_agents: tuple[str, ...] = ()
    link_hosts: Hosts = field(default_factory=Hosts)


def is_within(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether the address, as text, lies in one of the networks; what is no address lies in none."""
    if not networks:
        return False
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found.version == network.version and found in network for network in networks)
