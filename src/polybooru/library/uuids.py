"""Ids for clients that know UUIDs only: made from the library's own ids, and read back without a look-up.

48 bits are the id, so that UUIDs of one kind are in the order of the ids; the rest, but for version 8 and the
variant, is a keyed hash of kind and id. So another library has others, those of two kinds never meet, and one
that somebody makes up is found out.
"""

import re
from enum import Enum
from hashlib import blake2b

from polybooru.library.image_visibility import MAX_ID

_SHAPE = re.compile(
    r"([0-9a-f]{8})-([0-9a-f]{4})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE
)
_HASH_BYTES = 10
_VERSION, _VARIANT = 0x8, 0b10


class Thing(Enum):
    """What has UUIDs; the values go into them."""

    IMAGE = b"image"
    ARTIST = b"artist"
    CATEGORY = b"category"
    CHARACTER = b"character"
    GALLERY = b"gallery"


def is_uuid(text: str) -> bool:
    """Whether the text has the form of one, in any letter case; version and variant do not count."""
    return _SHAPE.fullmatch(text) is not None


class Uuids:
    """Of one library. key: its secret."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, thing: Thing, object_id: int) -> str:
        """The UUID in lower case. object_id: 1 to MAX_ID."""
        number = int.from_bytes(
            blake2b(
                object_id.to_bytes(8), key=self._key, person=thing.value, digest_size=_HASH_BYTES
            ).digest()
        )
        middle, end = number & 0xFFF, number >> 12 & (1 << 62) - 1
        last = _VARIANT << 62 | end
        first = object_id << 16 | _VERSION << 12 | middle
        text = f"{first:016x}{last:016x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def read(self, thing: Thing, text: str) -> int | None:
        """The id behind it; None for what is no UUID of a thing of this kind."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            return None
        object_id = int(found[1] + found[2], 16)
        if not 0 < object_id <= MAX_ID or self.of(thing, object_id) != text.lower():
            return None
        return object_id
