"""Where a link may lead: the web, mail, and places on the board itself."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit, urlunsplit

MAX_ADDRESS_CHARACTERS = 2_000
_ALLOWED = re.compile(r"https?://[^/?#@\s]|mailto:[^@\s]+@|/(?![/\\])|#", re.IGNORECASE)


def is_allowed(address: str) -> bool:
    """Whether a link may have this address; it is normalised, and so without blanks and backslashes."""
    return len(address) <= MAX_ADDRESS_CHARACTERS and _ALLOWED.match(address) is not None


def relative(address: str, own_hosts: Collection[str]) -> str:
    """The address as a path, if it is on one of these hosts (as `board.example` or `localhost:8000`)."""
    try:
        parts = urlsplit(address)
    except ValueError:  # what looks like IPv6 and is not
        return address
    if parts.scheme.lower() not in {"http", "https"} or parts.netloc.lower() not in own_hosts:
        return address
    # Two slashes at the beginning would name another host.
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, parts.fragment))


def is_external(address: str) -> bool:
    """Whether the address leads away from the board; it was made relative if it does not."""
    return not address.startswith(("/", "#"))
