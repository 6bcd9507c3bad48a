"""Answers, and how each error of the library is told. Source: docs/reference/yiffy.md, errors."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from starlette.responses import Response

from polybooru.api.yiffy import codes
from polybooru.api.yiffy.codes import ErrorCode, YiffyError
from polybooru.library import errors
from polybooru.library.errors import BooruError, LinkFault

JSON = "application/json; charset=utf-8"
_LINK_FAULTS: Mapping[LinkFault, ErrorCode] = MappingProxyType(
    {
        LinkFault.CODE_TOO_LONG: codes.LINK_CODE_TOO_LONG,
        LinkFault.CODE_INVALID: codes.LINK_CODE_INVALID,
        LinkFault.CODE_TAKEN: codes.LINK_CODE_TAKEN,
        LinkFault.URL_INVALID: codes.LINK_URL_INVALID,
        LinkFault.URL_TOO_LONG: codes.LINK_URL_TOO_LONG,
        LinkFault.URL_TAKEN: codes.LINK_URL_TAKEN,
        LinkFault.CREDIT_TOO_LONG: codes.LINK_CREDIT_TOO_LONG,
        LinkFault.NOT_MANAGEABLE: codes.LINK_NOT_MANAGEABLE,
        LinkFault.WRONG_MANAGEMENT_CODE: codes.LINK_WRONG_CODE,
        LinkFault.UNCHANGED: codes.LINK_UNCHANGED,
    }
)
_CODES: Mapping[type[BooruError], ErrorCode] = MappingProxyType(
    {
        **dict.fromkeys(errors.NotFound.__subclasses__(), codes.UNKNOWN_ROUTE),
        errors.ImageNotFound: codes.IMAGE_NOT_FOUND,
        errors.CategoryNotFound: codes.CATEGORY_NOT_FOUND,
        errors.LinkNotFound: codes.LINK_NOT_FOUND,
        errors.LoginRequired: codes.KEY_REQUIRED,
        errors.NotAllowed: codes.NO_ACCESS,
        errors.AccountDeactivated: codes.INACTIVE_KEY,
        errors.Banned: codes.DISABLED_KEY,
        errors.UploadRefused: codes.INTERNAL,
        errors.EditRefused: codes.INTERNAL,
        errors.InvalidQuery: codes.INTERNAL,
        errors.QueryTooExpensive: codes.INTERNAL,
        errors.InvalidValue: codes.THUMBNAIL_TYPE,
        errors.NameTaken: codes.LINK_CODE_TAKEN,
        errors.LinkRefused: codes.LINK_URL_INVALID,
        errors.TooOften: codes.ROUTE_LIMIT,
        errors.StorageFull: codes.DISK_FULL,
        errors.Unavailable: codes.READ_ONLY,
    }
)
"""What the dialect has no word for (a query, an upload, somebody's tag) none of its routes can meet."""
ANSWERED = frozenset(_CODES)


def yiffy_error(error: BooruError, *, done: str = "modified") -> YiffyError:
    """The dialect's error for one of the library. done: what could not be done to a short address."""
    match error:
        case errors.LinkRefused():
            return YiffyError(_LINK_FAULTS[error.fault], done=done)
        case errors.Banned():
            return YiffyError(codes.DISABLED_KEY, more={"extra": {"reason": error.reason}})
        case _:
            return YiffyError(_CODES[type(error)])


def json_answer(body: bytes, status: int = 200) -> Response:
    """Encoded JSON."""
    return Response(body, status, headers={"cache-control": "no-cache"}, media_type=JSON)


def error_answer(error: YiffyError, *, support: str, with_message: bool = False) -> Response:
    """An error's answer. support: where help is. with_message: the text also as `message`."""
    told: dict[str, Any] = {"success": False, "error": error.text, "code": error.code.number, **error.more}
    if error.as_object is not None:
        told["error"] = {"message": error.text, **error.as_object}
    if with_message:
        told["message"] = error.text
    if isinstance(told.get("extra"), dict):
        told["extra"] = {**told["extra"], "support": support, "help": support}
    answer = json_answer(msgspec.json.encode(told), error.code.status)
    answer.headers.update(error.headers)
    return answer
