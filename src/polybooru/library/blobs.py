"""Which key each file of an image has in the store.

Everything of one image lies under the hash of its original, so that making a file twice makes the same key.
"""

import re

_PREFIX = re.compile(r"([0-9a-f]{2})/([0-9a-f]{128})/")


def folder(blob: str) -> str:
    """Prefix of all keys of an image; `blob` is the SHA-512 of the original, in hex."""
    return f"{blob[:2]}/{blob}"


def original_key(blob: str, file_format: str) -> str:
    """Key of the file as it was uploaded."""
    return f"{folder(blob)}/original.{file_format}"


def representation_key(blob: str, name: str) -> str:
    """Key of a derived file; `name` is like `thumb.png` or `full.jpg`."""
    return f"{folder(blob)}/{name}"


def current_key(blob: str, sha512_hash: str, file_format: str) -> str:
    """Key of the unscaled file that is shown once the image is processed; sha512_hash: of that file."""
    if sha512_hash == blob:
        return original_key(blob, file_format)
    return representation_key(blob, f"full.{file_format}")


def blob_of_key(key: str) -> str | None:
    """The hash that a key lies under; None for a key that no image makes."""
    found = _PREFIX.match(key)
    return found.group(2) if found else None
