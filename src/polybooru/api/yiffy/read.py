"""Parameters as this dialect reads them. Source: docs/reference/yiffy.md, parameters."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from anyio import to_thread
from starlette.requests import Request

from polybooru.api.yiffy import codes
from polybooru.api.yiffy.codes import YiffyError
from polybooru.httpkit.parameters import (
    MAX_PARAMETERS,
    MAX_QUERY_BYTES,
    RequestTooLarge,
    bounded_body,
)

MAX_AMOUNT = 5
MAX_BULK_BYTES = 20 * 1024 * 1024
MAX_BODY_BYTES = 1024 * 1024
_SHORT = 256
"""What is not longer is remembered as it was read."""
_QUICK_BYTES = 256 * 1024
MAX_CATEGORIES = 10_000
_MAX_DIGITS = 30
_MOST = 2**62
"""Stands for every larger number: no file is larger, no request asks for more."""
_SCHEME = re.compile(r"(?:Bearer|Token) +", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_SIZE = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?) *([KMGTP])B", re.IGNORECASE | re.ASCII)
_LEADING = re.compile(r"\s*([+-]?[0-9]+)", re.ASCII)
_NAMED = re.compile(r"[A-Za-z0-9._/-]*", re.ASCII)
_EXPONENTS = {unit: exponent for exponent, unit in enumerate("KMGTP", 1)}
_INFINITE = frozenset({"infinity", "+infinity"})
_MD5 = re.compile(r"[0-9a-fA-F]{32}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


class Query(Mapping[str, str]):
    """The query string; of a repeated name the first value counts."""

    def __init__(self, request: Request) -> None:
        raw: bytes = request.scope["query_string"]
        # Clients ask the same again and again. One with a key in it is not kept: it is nobody's to find.
        read = _remembered if len(raw) <= _SHORT and b"auth" not in raw and b"%" not in raw else _pairs
        self._values = read(raw)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _pairs(raw: bytes) -> Mapping[str, str]:
    found: dict[str, str] = {}
    if raw and len(raw) <= MAX_QUERY_BYTES:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
        for name, value in pairs[:MAX_PARAMETERS]:
            found.setdefault(name, value)
    return found


_remembered = lru_cache(maxsize=1_024)(_pairs)


def key(request: Request, query: Query) -> str:
    """The key that is given, by `_auth` before the header; empty for nobody's."""
    given = query.get("_auth") or request.headers.get("authorization", "")
    return _SCHEME.sub("", given.strip(), count=1).strip()


class ResponseType(Enum):
    """What a random image is answered with."""

    JSON = "json"
    IMAGE = "image"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category as a path names it. suffix: the type that the path's last part may also mean."""

    path: str
    shorter: str | None = None
    suffix: ResponseType | None = None


def category(path: str) -> Category | None:
    """The category that a path below the service names, dotted or slashed, in any case; None for none.

    Parts that are empty or `V2` do not count.
    """
    return _known_category(path) if len(path) <= _SHORT else _split(path)


def _split(path: str) -> Category | None:
    if not _NAMED.fullmatch(path):
        return None
    parts = [part for part in re.split(r"[/.]", path.lower()) if part not in {"", "v2"}]
    if not parts:
        return None
    suffix = {"image": ResponseType.IMAGE, "json": ResponseType.JSON}.get(parts[-1])
    shorter = ".".join(parts[:-1]) if suffix is not None and len(parts) > 1 else None
    return Category(path=".".join(parts), shorter=shorter, suffix=suffix if shorter is not None else None)


_known_category = lru_cache(maxsize=1_024)(_split)


def response_type(query: Query) -> ResponseType:
    """What `responseType` asks for. Raises YiffyError for what there is not."""
    given = query.get("responseType", "")
    if not given:
        return ResponseType.JSON
    try:
        return ResponseType(given)
    except ValueError:
        code = codes.INVALID_RESPONSE_TYPE
        raise YiffyError(code, as_object={"type": "client", "code": code.number}) from None


def amount(query: Query) -> int:
    """How many images, 1 to 5. Raises YiffyError."""
    given = query.get("amount", "").strip()
    if not given:
        older = query.get("limit", "").strip()
        return int(older) if older in {"1", "2", "3", "4", "5"} else 1
    if given.lower() in _INFINITE:
        raise YiffyError(codes.AMOUNT_TOO_HIGH)
    number = _integer(given)
    if number is None or number < 1:
        raise YiffyError(codes.AMOUNT_TOO_LOW)
    if number > MAX_AMOUNT:
        raise YiffyError(codes.AMOUNT_TOO_HIGH)
    return number


def max_bytes(query: Query) -> int | None:
    """What `sizeLimit` allows, in bytes; None for any size. What cannot be read is ignored."""
    given = query.get("sizeLimit", "")
    if found := _SIZE.fullmatch(given):
        number = _scaled(found[1], 1 << (10 * _EXPONENTS[found[2].upper()]))
    elif found := _LEADING.match(given):
        number = _integer(found[1]) or 0
    else:
        return None
    return None if number == -1 else max(number, 0)


def shows_notes(query: Query) -> bool:
    """Whether the caller has not switched them off."""
    return query.get("notes", "").lower() != "disabled"


def image_id(text: str) -> tuple[str, int]:
    """An MD5 in lower case, or a number of the library; one of them is empty or 0."""
    if _MD5.fullmatch(text):
        return text.lower(), 0
    return "", int(text) if _NUMBER.fullmatch(text) else 0


async def _body(request: Request, limit_bytes: int) -> bytes:
    """The whole body; one that is too long or compressed is like an empty one."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        return b""
    try:
        return await bounded_body(request, limit_bytes)
    except RequestTooLarge:
        return b""


async def bulk(request: Request) -> dict[str, int]:
    """Amounts by category, in the order of the body. Raises YiffyError."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise YiffyError(codes.BULK_BODY)
    raw = await _body(request, MAX_BULK_BYTES)
    decoded = _json_object(raw) if len(raw) < _QUICK_BYTES else await to_thread.run_sync(_json_object, raw)
    if not decoded or len(decoded) > MAX_CATEGORIES:
        raise YiffyError(codes.BULK_BODY)
    for number in decoded.values():
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise YiffyError(codes.BULK_BODY)
    return decoded


async def fields(request: Request) -> dict[str, str] | None:
    """The texts of a JSON object or a form; None if it is neither. What is no text is left out."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = await _body(request, MAX_BODY_BYTES)
    if media_type == "application/x-www-form-urlencoded":
        try:
            pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)
        except ValueError:
            return None
        return dict(reversed(pairs[:MAX_PARAMETERS]))
    decoded = _json_object(raw)
    if decoded is None:
        return None
    return {name: value for name, value in decoded.items() if isinstance(value, str)}


def _json_object(raw: bytes) -> dict[str, Any] | None:
    try:
        decoded = msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


def _integer(text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    if len(text) > _MAX_DIGITS:
        return -_MOST if text.startswith("-") else _MOST
    return max(-_MOST, min(int(text), _MOST))


def _scaled(text: str, factor: int) -> int:
    """floor(number * factor), exactly."""
    whole, _, fraction = text.partition(".")
    if len(whole) > _MAX_DIGITS:
        return -_MOST if text.startswith("-") else _MOST
    digits = fraction[:_MAX_DIGITS]
    numerator = int(whole + digits) if digits else int(whole)
    return max(-_MOST, min(numerator * factor // int("1" + "0" * len(digits)), _MOST))
