"""What people write, made fit to be stored: without what no database holds, and within its bounds.

Pure functions; the errors say, after the name of the field, what is wrong with it.
"""

import re
import unicodedata

from polybooru.library.errors import InvalidValue

MAX_REASON_BYTES = 1_000
"""Of an edit, or of taking something from sight."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL holds no NUL, neither holds half a character
_UNSEEN = frozenset({"Cc", "Cf"})  # controls, direction marks


def storable(text: str) -> str:
    """The text less what no database holds."""
    return _UNSTORABLE.sub("", text)


def body_text(field: str, text: str, *, max_bytes: int, min_bytes: int = 0) -> str:
    """Several lines as they were written, less what cannot be stored; blank is empty.

    Raises InvalidValue.
    """
    return _within(field, storable(text), max_bytes=max_bytes, min_bytes=min_bytes)


def line_text(field: str, text: str, *, max_bytes: int, min_bytes: int = 0) -> str:
    """A title or name: one line in Unicode's composed form, without characters that cannot be seen.

    Raises InvalidValue.
    """
    spaced = unicodedata.normalize("NFC", " ".join(storable(text).split()))
    seen = "".join(character for character in spaced if unicodedata.category(character) not in _UNSEEN)
    return _within(field, " ".join(seen.split()), max_bytes=max_bytes, min_bytes=min_bytes)


def reason_text(text: str, *, is_required: bool = True) -> str:
    """Why somebody did something. Raises InvalidValue."""
    return line_text("reason", text, max_bytes=MAX_REASON_BYTES, min_bytes=1 if is_required else 0)


def _within(field: str, text: str, *, max_bytes: int, min_bytes: int) -> str:
    if not text.strip():
        if min_bytes:
            raise InvalidValue(field, "can't be blank")
        return ""
    size_bytes = len(text.encode())
    if size_bytes < min_bytes:
        raise InvalidValue(field, f"should be at least {min_bytes} byte(s)")
    if size_bytes > max_bytes:
        raise InvalidValue(field, f"should be at most {max_bytes} byte(s)")
    return text
