"""Every error code of the dialect: its number, its status and its text stand here and nowhere else.

Clients are told to branch on the number. Those that this server never sends are listed with the reason, so
that nobody gives them another meaning. Source: docs/reference/yiffy.md, errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCode:
    """One line of the table. text: with the places that `YiffyError` fills.

    reserved: why it is never sent; empty for one that is.
    """

    number: int
    status: int
    text: str
    reserved: str = ""


def _code(number: int, status: int, text: str) -> ErrorCode:
    return ErrorCode(number=number, status=status, text=text)


def _reserved(number: int, status: int, why: str) -> ErrorCode:
    return ErrorCode(number=number, status=status, text="", reserved=why)


INTERNAL = _code(0, 500, "There was an internal error while attempting to perform that action.")
READ_ONLY = _code(2, 503, "Service is currently in read-only mode.")
ROUTE_LIMIT = _code(1000, 429, "Request Limit Exceeded")
GLOBAL_LIMIT = _code(1001, 429, "Request Limit Exceeded")
ADDRESS_BLOCKED = _code(1002, 403, "You have been blocked from accessing this service.")
INVALID_KEY = _code(1010, 401, "Invalid api key.")
INVALID_KEY_OF_STATUS = {"error": "Invalid API Key"}
"""The same in other words where a key's status is asked for."""
INACTIVE_KEY = _code(1011, 401, "Api key is inactive.")
DISABLED_KEY = _code(
    1012,
    403,
    'Your api key has been disabled by an administrator. See "extra.reason" for the reasoning.',
)
KEY_REQUIRED = _code(1013, 401, "An API key is required to access this service.")
ANONYMOUS_RESTRICTED = _code(1014, 403, "Your anonymous access has been restricted, please use an api key.")
DISK_FULL = _code(1020, 507, "Internal disk is full, try again later.")
USER_AGENT_BLOCKED = _code(1021, 403, 'Your user agent has been blocked. See "extra" for the reasoning.')
NO_ACCESS = _code(1022, 403, "You do not have access to this service.")
INVALID_RESPONSE_TYPE = _code(1023, 400, "invalid response type")
UNKNOWN_ROUTE = _code(1024, 404, "Unknown api route.")
METHOD_NOT_ALLOWED = _code(1025, 405, "Method not allowed.")
CATEGORY_NOT_FOUND = _code(1030, 404, "Category not found.")
CATEGORY_NOT_LISTED = {"message": "Category not found in list."}
"""The same where one category is asked for, as an object."""
IMAGE_NOT_FOUND = _code(1040, 404, "No image was found with that id.")
NO_RESULTS = _code(1041, 400, "No results were found. Try changing your search parameters.")
AMOUNT_OF_IMAGE_RESPONSE = _code(1050, 400, "Amount cannot be greater than one when requesting an image.")
AMOUNT_TOO_LOW = _code(1051, 400, "Amount must be 1 or more.")
AMOUNT_TOO_HIGH = _code(1052, 400, "Amount must be 5 or less.")
IMAGE_RESPONSE_DISABLED = _code(1053, 404, "Image response has been disabled. Please use the json response.")
BULK_BODY = _code(1054, 400, "Invalid body, or no categories specified.")
BULK_CATEGORY = _code(1055, 400, "Invalid category specified: {db}")
BULK_TOO_MANY = _code(1056, 400, "Total amount of images requested is greater than {limit} ({total})")
SFW_ONLY = _code(
    1057, 403, 'You are only allowed to access sfw categories, and the category "{db}" is not SFW.'
)
THUMBNAIL_FAILED = _code(1060, 500, "{reason}")
THUMBNAIL_POST = _code(1062, 404, "Invalid Post ID")
THUMBNAIL_MD5 = _code(1063, 404, "Invalid MD5")
THUMBNAIL_TYPE = _code(1064, 404, "Invalid Type")
THUMBNAIL_TIMEOUT = _code(1065, 408, "{reason}")
THUMBNAIL_CHECK = _code(1066, 404, "Not Found")
THUMBNAIL_ANIMATED = _code(1067, 400, "The animated types have been disabled.")
THUMBNAIL_GONE = _code(1068, 400, "Post is deleted")
LINK_CODE_TOO_LONG = _code(1070, 422, "Provided code is too long.")
LINK_CODE_INVALID = _code(1071, 422, "Invalid characters in code.")
LINK_CODE_TAKEN = _code(1072, 409, "Code already in use.")
LINK_URL_INVALID = _code(1073, 422, "Invalid url provided.")
LINK_CREDIT_TOO_LONG = _code(1074, 422, "Provided credit is too long.")
LINK_NOT_FOUND = _code(1075, 404, "A short url with that code was not found.")
LINK_CODE_MISSING = _code(
    1076,
    401,
    "You must provide an authorization code. These are created at the time the short url was created.",
)
LINK_NOT_MANAGEABLE = _code(
    1077, 403, "That short url does not have a management code, so it cannot be {done}."
)
LINK_WRONG_CODE = _code(1078, 401, "That management code does not match this short url.")
LINK_URL_TAKEN = _code(1079, 409, "The provided url is already in use.")
LINK_UNCHANGED = _code(1080, 400, "No changes were detected.")
LINK_URL_TOO_LONG = _code(1081, 422, "Url is too long")

RESERVED = (
    _reserved(1, 403, "access denied: kept for a service that this server does not have"),
    _reserved(1003, 503, "maintenance: merged into 2"),
    _reserved(1026, 404, "the newer revision's answer in place of 1030, 1040, 1066 and 1075"),
    _reserved(1031, 404, "an empty category: 1041 at first, 1030 here"),
    _reserved(1061, 401, "thumbnails need a key: 1013"),
    _reserved(1090, 404, "image generator: not a part of this server"),
    _reserved(1091, 404, "image generator: not a part of this server"),
    _reserved(1092, 404, "image generator: not a part of this server"),
)
CODES: Mapping[int, ErrorCode] = MappingProxyType(
    {
        one.number: one
        for one in [*(value for value in globals().values() if isinstance(value, ErrorCode)), *RESERVED]
    }
)
"""The whole table, by number."""


def outside(status: int, phrase: str) -> ErrorCode:
    """Of what no service answers; a status that the table has no number for has that of bugs."""
    known = {one.status: one for one in (INTERNAL, UNKNOWN_ROUTE)}
    return known.get(status) or _code(INTERNAL.number, status, phrase)


class YiffyError(Exception):
    """An answer that is an error. more: further members of the body. headers: of the answer.

    words: what fills the places of the text. as_object: the error is an object, as two routes have it: with
    the text as its message, if it brings none.
    """

    def __init__(
        self,
        code: ErrorCode,
        *,
        more: Mapping[str, Any] | None = None,
        as_object: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **words: object,
    ) -> None:
        super().__init__(code.number)
        self.code = code
        self.text = code.text.format(**words)
        self.more = dict(more or {})
        self.as_object = as_object
        self.headers = dict(headers or {})
