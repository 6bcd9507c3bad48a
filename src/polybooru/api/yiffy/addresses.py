"""Where the services of the dialect are: absolute addresses for clients, paths and hosts for routing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

PREFIX = "/yiffy"
ALIAS = "/yiffrest"
VERSION = "/V2"
"""In front of the paths of the images service on its own host, where older clients put it."""
PATHS: Mapping[str, str] = MappingProxyType(
    {
        "images": f"{PREFIX}/V2",
        "thumbs": f"{PREFIX}/thumbs",
        "short": f"{PREFIX}/s",
        "media": f"{PREFIX}/media",
        "thumb_media": f"{PREFIX}/thumb-media",
    }
)
"""Path of each service on the board's main host."""


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


def bases(public_url: str, hosts: Mapping[str, str]) -> Bases:
    """hosts: of the services that have one of their own, with a port where it is not the usual one."""
    scheme = urlsplit(public_url).scheme or "http"
    own = {service: host for service, host in hosts.items() if host}
    addresses = {
        service: f"{scheme}://{own[service]}" if service in own else f"{public_url}{path}"
        for service, path in PATHS.items()
    }
    return Bases(site=f"{public_url}{PREFIX}", hosts=own, **addresses)
