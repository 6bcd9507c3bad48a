"""Where the services of the dialect are: absolute addresses for clients, paths and hosts for routing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PREFIX = "/yiffy"
ALIAS = "/yiffrest"
"""A second place of the images service on the main host, wherever the prefix is."""
VERSION = "/V2"
"""In front of the paths of the images service on its own host, where older clients put it."""


def paths(prefix: str) -> Mapping[str, str]:
    """Path of each service on the board's main host."""
    return {
        "images": f"{prefix}/V2",
        "thumbs": f"{prefix}/thumbs",
        "short": f"{prefix}/s",
        "media": f"{prefix}/media",
        "thumb_media": f"{prefix}/thumb-media",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """Absolute addresses of the services, without a slash at the end."""

    images: str
    thumbs: str
    short: str
    media: str
    thumb_media: str
    site: str
    hosts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Services with a host of their own."""

    def canonical_path(self, service: str, path: str) -> tuple[str, str]:
        """Host and path that a request counts under, by whatever way it came. path: below the service."""
        base = urlsplit(getattr(self, service))
        return base.netloc, base.path + path


def bases(public_url: str, hosts: Mapping[str, str], prefix: str = PREFIX) -> Bases:
    """hosts: of the services that have one of their own, with a port where it is not the usual one."""
    scheme = urlsplit(public_url).scheme or "http"
    own = {service: host for service, host in hosts.items() if host}
    addresses = {
        service: f"{scheme}://{own[service]}" if service in own else f"{public_url}{path}"
        for service, path in paths(prefix).items()
    }
    return Bases(site=f"{public_url}{prefix}", hosts=own, **addresses)
