"""Envelopes, and how the dialect words each error of the library. Source: docs/reference/nekos.md, errors."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from starlette.responses import Response

from polybooru.api.nekos.wire import Failure, Success
from polybooru.library import errors
from polybooru.library.errors import BooruError

JSON = "application/json; charset=utf-8"
encode = msgspec.json.Encoder().encode


def success(envelope: Success) -> Response:
    """A whole envelope."""
    return encoded(encode(envelope))


def encoded(body: bytes) -> Response:
    """An envelope that is encoded already."""
    return Response(body, media_type=JSON)


def failure(status: int, message: str) -> Response:
    """An error."""
    return Response(encode(Failure(code=status, message=message)), status, media_type=JSON)


STATUSES: Mapping[type[BooruError], int] = MappingProxyType(
    {
        errors.NotFound: 404,
        errors.LoginRequired: 401,
        errors.NotAllowed: 403,
        errors.Refused: 400,
        errors.InvalidQuery: 400,
        errors.QueryTooExpensive: 400,
        errors.InvalidValue: 400,
        errors.NameTaken: 400,
        errors.TooOften: 429,
        errors.StorageFull: 503,
        errors.Unavailable: 503,
        BooruError: 400,  # any other is a mistake of the caller
    }
)
"""Of each error, or of the nearest class above it."""


def answer_to(error: BooruError) -> Response:
    """Its answer."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    if isinstance(error, errors.Unavailable):
        return failure(status, "The database does not answer now.")
    return failure(status, str(error) or "It cannot be done.")
