"""Our own file addresses, answered from the store and never fetched."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from polybooru.library.addresses import blob_key, meant, parse_path
from polybooru.library.errors import ImageNotFound
from polybooru.library.images import find_image
from polybooru.library.library import Library

_ROOT = "/img/"


def stored_file(library: Library, public_url: str, address: str) -> Path | None:
    """The stored file behind one of the board's own file addresses; None if the address is somebody else's.

    Raises ImageNotFound for an own address that shows no file.
    """
    try:
        wanted, own = urlsplit(address.strip()), urlsplit(public_url)
        is_own = (wanted.scheme, wanted.netloc.lower()) == (own.scheme, own.netloc.lower())
    except ValueError:
        return None
    if not is_own or not wanted.path.startswith(_ROOT):
        return None
    parsed = parse_path(wanted.path.removeprefix(_ROOT))
    key = None
    if parsed is not None:
        with library.reading() as reading:
            image = find_image(reading, parsed.image_id)
        key = blob_key(image, meant(image, parsed)) if image.is_in_sight else None
    if key is None:
        raise ImageNotFound("There is no such file.")
    return library.store.path(key)


def file_name_of(address: str) -> str:
    """The last part of an address's path: how a file is called that nobody has named otherwise."""
    return unquote(urlsplit(address.strip()).path.rpartition("/")[2])
