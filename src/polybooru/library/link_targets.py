"""Where a short address may lead: to public hosts by http or https, and to what everybody sees of this board.

Read strictly, as browsers are lenient: what they might take for another host than stands there is refused.
Nothing is looked up or fetched. Source: docs/reference/security.md, redirects.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import unquote

from polybooru.fetch.addresses import is_public
from polybooru.fetch.errors import UrlRefused
from polybooru.fetch.urls import host_name
from polybooru.library.errors import LinkFault, LinkRefused

MAX_URL_CHARACTERS = 2_048
# Controls, blanks of all scripts, direction marks, halves of characters, and the slash that is none.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_URL = re.compile(
    r"(?:https?:)?//(?:[^@/?#]*@)?(?P<host>[^:@/?#\[\]]+)(?P<port>:[0-9]{2,5})?(?P<path>/[^?#]*)?(?:[?#].*)?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
_TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}", re.ASCII)
_INNER_TOPS = frozenset(
    {"arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost"}
)
_OPEN_PAGES = frozenset({"", "forums", "galleries", "images", "img", "profiles", "search", "tags"})
_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """What is special about this board. own: its hosts, lower case, with a port where it has one of its own.

    always: beginnings of addresses that are fine whatever their host, each ending in a slash.
    """

    own: frozenset[str] = frozenset()
    always: tuple[str, ...] = ()


NO_HOSTS = Hosts()


def check_target(url: str, hosts: Hosts) -> None:
    """Raises LinkRefused for what no short address leads to."""
    if not _may_lead_to(url, hosts):
        raise LinkRefused(LinkFault.URL_INVALID)
    if len(url) > MAX_URL_CHARACTERS:
        raise LinkRefused(LinkFault.URL_TOO_LONG)


def _may_lead_to(url: str, hosts: Hosts) -> bool:
    found = None if _FORBIDDEN.search(url) else _URL.fullmatch(url)
    if found is None:
        return False
    path = found["path"] or "/"
    if url.startswith(hosts.always) and ".." not in unquote(path):
        return True
    port = found["port"] or ""
    if port and not 0 < int(port[1:]) <= _HIGHEST_PORT:
        return False
    try:
        host = host_name(found["host"])
    except UrlRefused:
        return False
    if {host, host + port} & hosts.own:
        return _is_open_page(path)
    return _is_public_host(host)


def _is_public_host(host: str) -> bool:
    name, _, top = host.rpartition(".")
    if top.isdecimal():
        return is_public(IPv4Address(host))
    return bool(name) and top not in _INNER_TOPS and _TOP_LABEL.fullmatch(top) is not None


def _is_open_page(path: str) -> bool:
    """Of this board: no link of ours leads into what people sign in to, or to its interfaces."""
    plain = unquote(path)
    first = plain.lstrip("/").partition("/")[0]
    return ".." not in plain and "//" not in plain and (first in _OPEN_PAGES or first.isdecimal())
