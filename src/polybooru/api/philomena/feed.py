"""Images as an RSS 2.0 feed. Source: docs/reference/philomena.md, watched images as a feed."""

import re
from collections.abc import Iterable
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from polybooru.library import addresses
from polybooru.library.images import Image

MEDIA_TYPE = "application/rss+xml"
_VIDEO = frozenset({"webm", "mp4"})
_NO_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # https://www.w3.org/TR/xml/#charsets


_END = b"</channel></rss>"


def images_feed(items: Iterable[bytes], *, site_name: str, public_url: str) -> bytes:
    """The feed of these items, in their order. public_url: what all addresses begin with."""
    feed = Element("rss", version="2.0")
    channel = SubElement(feed, "channel")
    _add(channel, "title", f"{site_name}: watched images")
    _add(channel, "link", public_url)
    _add(channel, "description", f"Images of {site_name} that you watch.")
    empty: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return empty.removesuffix(_END) + b"".join(items) + _END


def feed_item(image: Image, public_url: str) -> bytes:
    """An image as it stands in a feed."""
    address = f"{public_url}/images/{image.id}"
    item = Element("item")
    _add(item, "title", f"#{image.id} - {', '.join(tag.name for tag in image.tags)}")
    _add(item, "description", _description(image, address, f"{public_url}/img/"))
    _add(item, "pubDate", image.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add(item, "link", address)
    _add(item, "guid", address)
    written: bytes = tostring(item, encoding="utf-8")
    return written


def _description(image: Image, address: str, root: str) -> str:
    # A video shows nothing as a picture; one frame of it does.
    version = addresses.version_paths(image, root)["medium"]
    shown = f"{version.rpartition('/')[0]}/rendered.png" if image.format in _VIDEO else version
    return f'<a href="{escape(address)}"><img src="{escape(shown)}" alt="#{image.id}"></a>'


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NO_XML.sub("\ufffd", text)
