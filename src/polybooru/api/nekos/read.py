"""Parameters as the dialect reads them. Source: docs/reference/nekos.md, parameters."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from polybooru.api.nekos.scopes import expiry_for
from polybooru.library.tokens import Key, is_token
from polybooru.library.uuids import is_uuid

Parameters: TypeAlias = Mapping[str, str]

MOST: Final = 25
USUAL: Final = 10
USUAL_EXPIRY: Final = 3_600
LEAST_EXPIRY: Final = 30
"""Links are good for longer than that."""
MAX_PATTERN: Final = 50
MAX_PARAMETERS: Final = 1_100
_ENDLESS: Final = 2**62
"""What is larger is that: beyond any end of a list, and of time."""
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_BEARER = "Bearer "


class Refused(Exception):
    """The request is answered with this status and sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def parameters(query: bytes) -> Parameters:
    """Of a query string; of one that is repeated the first counts.

    Decoded leniently: what is no escape, or is none of a character, stays as it was typed.
    Raises Refused for far too many.
    """
    if query.count(b"&") >= MAX_PARAMETERS:
        raise Refused(400, f"There are more than {MAX_PARAMETERS} parameters.")
    found: dict[str, str] = {}
    for part in query.decode("latin-1").split("&"):
        name, _, value = part.partition("=")
        if name:
            found.setdefault(_decoded(name), _decoded(value))
    return found


def _decoded(text: str) -> str:
    text = text.replace("+", " ")
    if not text.isascii():  # bytes that nobody escaped
        text = text.encode("latin-1").decode("utf-8", "replace")
    return _ESCAPES.sub(_characters, text) if "%" in text else text


def _characters(found: re.Match[str]) -> str:
    escapes = found[0]
    raw = bytes.fromhex(escapes.replace("%", ""))
    at, pieces = 0, list[str]()
    while at < len(raw):
        try:
            pieces.append(raw[at:].decode())
            break
        except UnicodeDecodeError as error:
            start, end = at + error.start, at + error.end
            pieces += (raw[at:start].decode(), escapes[3 * start : 3 * end])
            at = end
    return "".join(pieces)


def token(authorization: str) -> str | None:
    """The token of a header, None where there is none. Raises Refused for what is none."""
    if not authorization:
        return None
    text = authorization.removeprefix(_BEARER)
    if text == authorization or not is_token(text):
        raise Refused(401, "The Authorization header is `Bearer` and a token of 100 letters and digits.")
    return text


def path_id(text: str) -> str:
    """The UUID of a path. Raises Refused."""
    if not is_uuid(text):
        raise Refused(400, "The id is no UUID.")
    return text


def limit(given: Parameters, *, default: int = USUAL) -> int:
    """Raises Refused."""
    number = _number(given, "limit", default)
    if not 1 <= number <= MOST:
        raise Refused(400, f"`limit` is a number from 1 to {MOST}.")
    return number


def offset(given: Parameters) -> int:
    """Raises Refused."""
    number = _number(given, "offset", 0)
    if number < 0:
        raise Refused(400, "`offset` is a number from 0 on.")
    return number


def _number(given: Parameters, name: str, default: int) -> int:
    """-1 for what is none."""
    text = given.get(name)
    if text is None:
        return default
    return _whole(text) if _DIGITS.fullmatch(text) else -1


def _whole(digits: str) -> int:
    significant = digits.lstrip("0")
    return min(int(significant or "0"), _ENDLESS) if len(significant) < 20 else _ENDLESS


def expiry(given: Parameters, key: Key | None) -> int:
    """How many seconds links are to be good. key: the caller's token. Raises Refused."""
    text = given.get("expiry")
    if text is None:
        return USUAL_EXPIRY
    is_number = _DIGITS.fullmatch(text) is not None
    seconds = _whole(text) if is_number else 0
    if seconds == USUAL_EXPIRY:
        return seconds
    if key is None:
        raise Refused(401, f"An `expiry` other than {USUAL_EXPIRY} needs a token.")
    allowed = expiry_for(key.scopes)
    if allowed is None:
        raise Refused(403, "The token lacks the scope `image:custom-expiry`.")
    if seconds <= LEAST_EXPIRY:
        raise Refused(400, f"`expiry` is a number of seconds above {LEAST_EXPIRY}.")
    if allowed.most is not None and seconds > allowed.most:
        raise Refused(403, f"The token allows an `expiry` of at most {allowed.most} seconds.")
    return seconds


def search(given: Parameters) -> str:
    """A pattern, empty for none. Raises Refused for one that is too long to be read at all."""
    text = given.get("search", "")
    if len(text) > MAX_PATTERN:
        raise Refused(400, f"`search` is a pattern of at most {MAX_PATTERN} characters.")
    return text


def categories(given: Parameters) -> Sequence[str]:
    """Names in lower case, each once."""
    names = (name.strip().lower() for name in given.get("categories", "").split(","))
    return [*dict.fromkeys(name for name in names if name)]
