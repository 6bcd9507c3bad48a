"""Cursors: where a walk through search results stands, as text that callers hand back unread.

Nothing is kept on the server. A cursor holds the place of the last image in the order, and a digest of what
was asked, so that it cannot go on with another search. The digest keeps no secret and needs none: whoever
makes up a place only gets to another place of a search that he may ask anyway.
"""

import binascii
import hashlib
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from polybooru.library.errors import InvalidValue
from polybooru.search.index import Position

_DIGEST_BYTES = 9
_NO_SEED = -1
_FORMS = {b"-": struct.Struct("!Iq"), b"i": struct.Struct("!Iqq"), b"f": struct.Struct("!Iqd")}
"""By first byte: image id, seed, and the value that the order compares before the id: none, a whole number,
a fraction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place after an image. seed: of a random order that the caller did not seed himself."""

    after: Position
    seed: int | None = None


def write_cursor(cursor: Cursor, asked: Sequence[object]) -> str:
    """The cursor as text. asked: all that has to be the same when it comes back; of plain values."""
    form: bytes
    values: tuple[int | float, ...]
    match cursor.after.value:
        case None:
            form, values = b"-", ()
        case int() as whole:
            form, values = b"i", (whole,)
        case fraction:
            form, values = b"f", (fraction,)
    seed = _NO_SEED if cursor.seed is None else cursor.seed
    place = form + _FORMS[form].pack(cursor.after.image_id, seed, *values)
    return _text(_digest(place, asked) + place)


def read_cursor(text: str, asked: Sequence[object]) -> Cursor:
    """What `write_cursor` wrote when the same was asked. Raises InvalidValue."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        digest, place = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        image_id, seed, *value = _FORMS[place[:1]].unpack(place[1:])
    except (UnicodeError, binascii.Error, KeyError, struct.error):
        raise no_cursor() from None
    if _text(raw) != text:  # the decoder overlooks much
        raise no_cursor()
    if digest != _digest(place, asked):
        raise InvalidValue("cursor", "This cursor belongs to another search. Begin with an empty one.")
    after = Position(image_id, value[0] if value else None)
    return Cursor(after=after, seed=None if seed == _NO_SEED else seed)


def no_cursor() -> InvalidValue:
    """The refusal of what nobody was given."""
    return InvalidValue("cursor", "This is no cursor. Begin with an empty one.")


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _digest(place: bytes, asked: Sequence[object]) -> bytes:
    said = repr(tuple(asked)).encode(errors="surrogatepass")
    return hashlib.blake2b(place + said, digest_size=_DIGEST_BYTES, person=b"polybooru cursor").digest()
