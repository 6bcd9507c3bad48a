"""Request parameters as one nested map, whatever they came in: path, body (JSON, form, multipart) or query.

Form style `image[tag_input]=x` and the JSON object `{"image": {"tag_input": "x"}}` become the same map.
Limits: docs/reference/security.md, HTTP.
"""

import re
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

import msgspec
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Message

from polybooru.library.errors import StorageFull

MAX_QUERY_BYTES = 64 * 1024
MAX_PARAMETERS = 1_100
MAX_NESTING = 32
MAX_KEYS = 1_000
MAX_PARTS = 100
MAX_FIELD_BYTES = 1024 * 1024

Parameter: TypeAlias = "str | int | float | bool | UploadFile | list[Any] | dict[str, Any] | None"
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")


_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # neither database stores a NUL or half a surrogate pair


class MalformedRequest(Exception):
    """The request cannot be read: malformed JSON, too many parameters, broken multipart."""


class EncodingNotSupported(Exception):
    """The body is compressed, which no client needs and which hides its size, or of a type not taken here."""


class RequestTooLarge(Exception):
    """The body is larger than this route takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """Largest bodies, in bytes, of a multipart request and of any other."""

    multipart_bytes: int
    other_bytes: int


def query_parameters(request: Request) -> dict[str, Any]:
    """The query string as a nested map. Raises MalformedRequest."""
    raw: bytes = request.scope["query_string"]
    if not raw:
        return {}
    if len(raw) > MAX_QUERY_BYTES:
        raise MalformedRequest("The query string is too long.")
    return nested(_pairs(raw))


def query_pairs(raw: bytes) -> list[tuple[str, str]]:
    """A query string as it stands, name by name. Raises MalformedRequest."""
    if len(raw) > MAX_QUERY_BYTES:
        raise MalformedRequest("The query string is too long.")
    return _pairs(raw) if raw else []


async def json_object(request: Request, limit_bytes: int) -> dict[str, Any]:
    """A body that has to be a JSON object; an empty one is one without members.

    Raises MalformedRequest, EncodingNotSupported, also for a body of another type, RequestTooLarge.
    """
    raw = await _bounded(request, limit_bytes).body()
    if not raw.strip():
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (
        kind != "application/json"
        or request.headers.get("content-encoding", "identity").lower() != "identity"
    ):
        raise EncodingNotSupported
    return _json_object(raw)


@asynccontextmanager
async def all_parameters(request: Request, limits: BodyLimits) -> AsyncGenerator[dict[str, Any]]:
    """Path over body over query, as one nested map; bodies of other types are read as if empty.

    Files are `UploadFile`, closed on leaving. Raises MalformedRequest, EncodingNotSupported, RequestTooLarge.
    """
    merged = query_parameters(request)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodingNotSupported
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        form = await _form(request, limits.multipart_bytes)
        try:
            yield merged | nested(_checked(form.multi_items())) | request.path_params
        finally:
            await form.close()
        return
    raw = await _bounded(request, limits.other_bytes).body()
    if kind == "application/x-www-form-urlencoded":
        merged |= nested(_pairs(raw))
    elif kind == "application/json" and raw.strip():
        merged |= _json_object(raw)
    yield merged | request.path_params


async def _form(request: Request, limit_bytes: int) -> FormData:
    # Not `Request.form`: inside an application that answers a broken body by itself, past the edge.
    async def whole() -> AsyncGenerator[bytes]:
        async for piece in _bounded(request, limit_bytes).stream():
            yield piece
        if not parser.is_whole:  # raised in here, where the parser closes the files that it has begun
            raise MalformedRequest("The multipart body ends early.")

    async with aclosing(whole()) as stream:
        parser = _Parts(
            request.headers, stream, max_files=MAX_PARTS, max_fields=MAX_PARTS, max_part_size=MAX_FIELD_BYTES
        )
        try:
            return await parser.parse()
        except (MultiPartException, UnicodeError) as error:  # the latter from an odd `charset`
            raise MalformedRequest("The multipart body is malformed.") from error
        except OSError as error:  # a part over 1 MiB goes to a file
            raise StorageFull("There is no room for the file.") from error


class _Parts(MultiPartParser):
    """Notices whether the last boundary came: a file that was cut off must not be taken for a short one."""

    is_whole = False

    def on_end(self) -> None:
        """The last boundary was read."""
        self.is_whole = True


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    # As `parse_qsl` does it, which takes thrice as long: a search spends more on it than on a rare tag.
    if b"%00" in raw or b"\0" in raw:  # what is no UTF-8 is replaced, so it holds no half pairs either
        raise MalformedRequest("A parameter is not text.")
    parts = raw.decode("utf-8", "replace").replace("+", " ").split("&")
    if len(parts) > MAX_PARAMETERS:
        raise MalformedRequest("There are too many parameters.")
    pairs: list[tuple[str, str]] = []
    for part in filter(None, parts):
        name, _, value = part.partition("=")
        pairs.append((_unquoted(name), _unquoted(value)) if "%" in part else (name, value))
    return pairs


def _unquoted(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "replace") if "%" in text else text


async def bounded_body(request: Request, limit_bytes: int) -> bytes:
    """The whole body. Raises RequestTooLarge."""
    return await _bounded(request, limit_bytes).body()


def _bounded(request: Request, limit_bytes: int) -> Request:
    """The same request, whose body is refused before or while it is read if it is longer."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > limit_bytes:
        raise RequestTooLarge("The request body is too large.")
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > limit_bytes:
            raise RequestTooLarge("The request body is too large.")
        return message

    return Request(request.scope, counted)


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        decoded = msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:  # ValueError: bytes that are not UTF-8
        raise MalformedRequest("The JSON in the body is malformed.") from error
    if not isinstance(decoded, dict):
        raise MalformedRequest("The JSON in the body is not an object.")
    _check_shape(decoded)
    return decoded


def _check_shape(decoded: Any) -> None:
    keys, level, waiting = 0, 0, [decoded]
    while waiting:
        if level > MAX_NESTING:
            raise MalformedRequest("The JSON in the body is nested too deep.")
        below: list[Any] = []
        for value in waiting:
            if isinstance(value, dict):
                keys += len(value)
                below.extend(value.keys())
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        if keys > MAX_KEYS:
            raise MalformedRequest("The JSON in the body has too many keys.")
        for value in below:
            _check_text(value)
        waiting, level = [v for v in below if isinstance(v, dict | list)], level + 1


def _check_text(value: Any) -> None:
    if isinstance(value, UploadFile):
        value = value.filename
    if isinstance(value, str) and ("\0" in value or not value.isascii()) and _NO_TEXT.search(value):
        raise MalformedRequest("A parameter is not text.")


def _checked(pairs: Sequence[tuple[str, Any]]) -> Sequence[tuple[str, Any]]:
    for name, value in pairs:
        _check_text(name)
        _check_text(value)
    return pairs


def nested(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Form pairs as a nested map; a later pair of the same name wins, `name[]` collects a list.

    A name whose brackets do not fit together is an ordinary name. Raises MalformedRequest.
    """
    merged: dict[str, Any] = {}
    for name, value in pairs:
        found = _KEY.fullmatch(name) if "[" in name else None
        if found is None or not found.group(2):
            merged[name] = value
            continue
        path = [found.group(1), *_PART.findall(found.group(2))]
        if len(path) > MAX_NESTING:
            raise MalformedRequest("A parameter is nested too deep.")
        _place(merged, path, value)
    return merged


def _place(target: dict[str, Any], path: list[str], value: Any) -> None:
    for index, part in enumerate(path[:-1]):
        if path[index + 1] == "" and index + 2 == len(path):
            listed = target.get(part)
            if not isinstance(listed, list):
                listed = target[part] = []
            listed.append(value)
            return
        inner = target.get(part)
        if not isinstance(inner, dict):
            inner = target[part] = {}
        target = inner
    target[path[-1]] = value


def child(parameters: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A nested map; an empty one where there is none."""
    found = parameters.get(name)
    return found if isinstance(found, dict) else {}
