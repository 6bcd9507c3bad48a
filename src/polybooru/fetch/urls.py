"""Addresses as people and redirects write them, read strictly.

What comes out is what the request is built from: nothing parses the text a second time, so no two parsers can
disagree about its host. Whether the host is public is the guard's question, not asked here.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

import idna

from polybooru.fetch.errors import UrlRefused

MAX_URL_CHARACTERS = 2000
DEFAULT_PORTS = {"http": 80, "https": 443}

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?:#.*)?",
    re.IGNORECASE | re.ASCII,
)
_AUTHORITY = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[^:\[\]]+))(?::(?P<port>[0-9]{0,5}))?")
# Underscores are no letters of a host name, yet real picture hosts have them.
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
# A last label that C libraries read as (part of) a number; what ends in one is an address or nothing.
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_SAFE_IN_TARGET = "%!$&'()*+,-./:;=?@[]_~"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedUrl:
    """The parts of an address, each in its one form; `str` gives it whole."""

    scheme: str  # http or https
    host: str  # a name in ASCII, or an address without brackets
    port: int
    target: str  # path and query, ASCII

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def check_url(url: str, *, any_port: bool = False) -> CheckedUrl:
    """Read an absolute http or https address; the fragment is dropped, an international name becomes ASCII.

    Raises UrlRefused.
    """
    if len(url) > MAX_URL_CHARACTERS:
        raise UrlRefused(f"the address is longer than {MAX_URL_CHARACTERS} characters")
    if _FORBIDDEN.search(url):
        raise UrlRefused("the address holds a backslash or a control character")
    parts = _URL.fullmatch(url)
    if parts is None:
        raise UrlRefused("only http and https addresses are fetched")
    scheme = parts["scheme"].lower()
    host, port = _split_authority(parts["authority"], DEFAULT_PORTS[scheme])
    if not (0 < port <= 65535 if any_port else port in DEFAULT_PORTS.values()):
        raise UrlRefused("only ports 80 and 443 are fetched from")
    try:
        target = quote((parts["path"] or "/") + (parts["query"] or ""), safe=_SAFE_IN_TARGET)
    except UnicodeEncodeError as error:
        raise UrlRefused("the address is not text") from error
    return CheckedUrl(scheme=scheme, host=host, port=port, target=target)


def join_url(base: CheckedUrl, location: str, *, any_port: bool = False) -> CheckedUrl:
    """Where a redirect leads, checked like any other address. Raises UrlRefused."""
    if _FORBIDDEN.search(location):  # before joining, which drops some of them
        raise UrlRefused("the address holds a backslash or a control character")
    try:
        joined = urljoin(str(base), location)
    except ValueError as error:
        raise UrlRefused("the address cannot be read") from error
    return check_url(joined, any_port=any_port)


def _split_authority(authority: str, default_port: int) -> tuple[str, int]:
    if "@" in authority:
        raise UrlRefused("addresses with a user name or password are not fetched")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise UrlRefused("the address has no host that can be read")
    host = _ipv6(parts["ipv6"]) if parts["ipv6"] else host_name(parts["name"])
    return host, int(parts["port"]) if parts["port"] else default_port


def _ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError as error:
        raise UrlRefused("the address has no host that can be read") from error


def host_name(text: str) -> str:
    """A host name or IPv4 address in its one form: ASCII, lower case, no final dot. Raises UrlRefused."""
    name = text if text.isascii() else _ascii_name(text)
    name = name.lower().removesuffix(".")
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise UrlRefused("the address has no host that can be read")
    if _NUMBER.fullmatch(name):
        try:
            return str(IPv4Address(name))  # four decimals without leading zeros, nothing shorter or odder
        except ValueError as error:
            raise UrlRefused("the host is a number, not a name") from error
    return name


def _ascii_name(text: str) -> str:
    """International names by UTS 46, as in browsers; digits and dots of other scripts become ASCII here."""
    if len(text) > 253:  # the mapping's cost grows with length
        raise UrlRefused("the address has no host that can be read")
    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise UrlRefused("the address has no host that can be read") from error
