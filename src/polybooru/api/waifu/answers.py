"""How the dialect words what goes wrong. Source: docs/reference/waifu.md, errors."""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from types import MappingProxyType

import msgspec
from starlette.responses import Response

from polybooru.library import errors
from polybooru.library.errors import BooruError

JSON = "application/json; charset=utf-8"
ALREADY = "The image you provided is already in the user favorites, consider using /fav/toggle instead."


class Refused(Exception):
    """The request is refused. said: what is wrong, where there is something to add to the phrase."""

    def __init__(self, status: int, said: str = "") -> None:
        super().__init__(said)
        self.status = status
        self.said = said


def json_answer(body: bytes, status: int = 200) -> Response:
    """Encoded JSON."""
    return Response(body, status, media_type=JSON)


def failure(status: int, said: str = "") -> Response:
    """The phrase of the status, and behind it what is wrong."""
    phrase = HTTPStatus(status).phrase
    return detail(status, f"{phrase}: {said}" if said else phrase)


def too_many(seconds: float) -> Response:
    """Too many requests; one may pass after so long."""
    answer = failure(429)
    answer.headers["retry-after"] = str(max(1, ceil(seconds)))
    return answer


def detail(status: int, text: str) -> Response:
    """`{"detail": text}`."""
    return json_answer(msgspec.json.encode({"detail": text}), status)


_STATUS: Mapping[type[BooruError], int] = MappingProxyType(
    {
        errors.NotAllowed: 403,
        errors.LoginRequired: 401,
        errors.AccountDeactivated: 403,
        errors.Banned: 403,
        errors.UploadRefused: 400,
        errors.EditRefused: 400,
        errors.LinkRefused: 400,
        errors.InvalidQuery: 400,
        errors.QueryTooExpensive: 400,
        errors.InvalidValue: 400,
        errors.NameTaken: 409,
        errors.TooOften: 429,
        errors.StorageFull: 503,
        errors.Unavailable: 503,
    }
)
_UNSAID = frozenset({401, 404, 503})
"""What stands alone: the reason is none of the caller's business, or there is none."""


def answer_to(error: BooruError) -> Response:
    """The answer to an expected failure."""
    if isinstance(error, errors.NotFound):
        return failure(404)
    if isinstance(error, errors.TooOften):
        return too_many(error.retry_after_seconds)
    status = _STATUS[type(error)]
    if status in _UNSAID:
        return failure(status)
    if isinstance(error, errors.InvalidValue):
        return failure(status, f"{error.field} {error.message}")
    return failure(status, str(error))
