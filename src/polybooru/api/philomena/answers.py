"""How the dialect words each error of the library. Source: docs/reference/philomena.md, errors and upload."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import ceil
from types import MappingProxyType

import msgspec
from starlette.responses import Response

from polybooru.library import errors
from polybooru.library.errors import BooruError, Fault, FaultCode

JSON = "application/json; charset=utf-8"
CORRUPT = "contents corrupt, not recognized, or dimensions are too large to process"
BLANK = "can't be blank"
FILE_FIELDS = (
    "image",
    "image_aspect_ratio",
    "image_duration",
    "image_format",
    "image_height",
    "image_is_animated",
    "image_mime_type",
    "image_orig_sha512_hash",
    "image_orig_size",
    "image_sha512_hash",
    "image_size",
    "image_width",
    "uploaded_image",
)


def json_answer(body: bytes, status: int = 200) -> Response:
    """Encoded JSON."""
    return Response(body, status, media_type=JSON)


def error_answer(status: int, message: str) -> Response:
    """`{"error": message}`."""
    return json_answer(msgspec.json.encode({"error": message}), status)


def empty_answer(status: int) -> Response:
    """The dialect's way of refusing a caller: no body at all."""
    return Response(b"", status, media_type="text/plain")


def too_many_requests(wait_seconds: float) -> Response:
    """Somebody has asked too often, and when it may be tried again."""
    answer = error_answer(429, "Too Many Requests")
    answer.headers["retry-after"] = str(ceil(wait_seconds))
    return answer


_STATUS: Mapping[type[BooruError], int] = MappingProxyType(
    {
        errors.ImageNotFound: 404,
        errors.TagNotFound: 404,
        errors.UserNotFound: 404,
        errors.FilterNotFound: 404,
        errors.TokenNotFound: 404,
        errors.GrantNotFound: 404,
        errors.CategoryNotFound: 404,
        errors.CommentNotFound: 404,
        errors.TagChangeNotFound: 404,
        errors.TagBatchNotFound: 404,
        errors.DnpEntryNotFound: 404,
        errors.GalleryNotFound: 404,
        errors.ForumNotFound: 404,
        errors.TopicNotFound: 404,
        errors.PostNotFound: 404,
        errors.PollNotFound: 404,
        errors.NoticeNotFound: 404,
        errors.BanNotFound: 404,
        errors.ReportNotFound: 404,
        errors.DuplicateReportNotFound: 404,
        errors.BlockNotFound: 404,
        errors.ArtistLinkNotFound: 404,
        errors.BadgeNotFound: 404,
        errors.AwardNotFound: 404,
        errors.LinkNotFound: 404,
        errors.LoginRequired: 401,
        errors.NotAllowed: 403,
        errors.AccountDeactivated: 403,
        errors.Banned: 403,
        errors.UploadRefused: 400,
        errors.EditRefused: 400,
        errors.InvalidQuery: 400,
        errors.QueryTooExpensive: 400,
        errors.InvalidValue: 400,
        errors.NameTaken: 400,
        errors.TooOften: 429,
        errors.LinkRefused: 400,
        errors.StorageFull: 507,
        errors.Unavailable: 503,
    }
)
ANSWERED = frozenset(_STATUS)


def answer_to(error: BooruError) -> Response:
    """The answer to an expected failure."""
    status = _STATUS[type(error)]
    match error:
        case errors.Refused():
            return upload_refusal(error)
        case errors.NotFound():
            return error_answer(status, "Not found")
        case errors.NotAllowed():
            return empty_answer(status)
        case errors.TooOften():
            return too_many_requests(error.retry_after_seconds)
        case errors.Unavailable():
            return error_answer(status, "Service Unavailable")  # the reason is the operator's, in the log
        case _:
            return error_answer(status, str(error))


def upload_refusal(error: errors.Refused, *, source_url: str = "") -> Response:
    """The answer to an upload or an edit with faults. source_url: the source that has a field of its own."""
    messages = upload_errors(error.faults, source_url=source_url)
    return json_answer(msgspec.json.encode({"errors": messages}), _STATUS[type(error)])


def upload_errors(faults: Sequence[Fault], *, source_url: str = "") -> dict[str, list[str]]:
    """Messages by field; on one field the rule that is checked last comes first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        for field, message in _messages(fault, source_url):
            found[field].insert(0, message)
    return {field: list(dict.fromkeys(messages)) for field, messages in found.items()}


def _messages(fault: Fault, source_url: str) -> list[tuple[str, str]]:
    value = fault.value
    match fault.code:
        case FaultCode.NO_FILE:
            return [*_blank(), ("image", CORRUPT)]
        case FaultCode.EMPTY_FILE:
            return [*_blank("image_size"), ("image", CORRUPT), ("image_size", "must be greater than 0")]
        case FaultCode.FILE_TOO_LARGE:
            return [("image_size", f"must be less than or equal to {value}")]
        case FaultCode.FILE_NAME_TOO_LONG:
            return [("image_name", f"should be at most {value} byte(s)")]
        case FaultCode.UNSUPPORTED_TYPE:
            return [
                *_blank("image_mime_type"),
                ("image", CORRUPT),  # nothing measured it
                ("image_mime_type", f"({value}) is invalid"),
            ]
        case FaultCode.CORRUPT_FILE:
            return [("image", CORRUPT)]
        case FaultCode.DIMENSIONS_TOO_LARGE:
            return [("image", "dimensions are too large to process")]
        case FaultCode.DURATION_TOO_LONG:
            return [("image_duration", f"must be less than or equal to {value}")]
        case FaultCode.BLOCKED_FILE:
            return [("image", "is not accepted here")]
        case FaultCode.DUPLICATE_FILE:
            return [
                ("image", f"has already been uploaded: it's image {value}"),
                ("image_orig_sha512_hash", "has already been taken"),
            ]
        case FaultCode.DNP_ARTIST_UPLOAD_ONLY:
            return [("image", "DNP (Artist Upload Only)")]
        case FaultCode.DNP_NO_EDITS:
            return [("image", "DNP (No Edits)")]
        case FaultCode.DESCRIPTION_TOO_LONG:
            return [("description", f"should be at most {value} byte(s)")]
        case FaultCode.BAD_SOURCE:
            return [("source_url" if value == source_url else "sources", "has invalid format")]
        case FaultCode.SOURCE_TOO_LONG:
            return [("sources", f"should be at most {value} character(s)")]
        case FaultCode.TOO_MANY_SOURCES:
            return [("sources", f"should have at most {value} item(s)")]
        case FaultCode.TOO_FEW_TAGS:
            return [("tag_input", f"must contain at least {value} tags")]
        case FaultCode.TOO_MANY_TAGS:
            return [("tag_input", f"must contain at most {value} tags")]
        case FaultCode.FORBIDDEN_TAG:
            return [("tag_input", f"contains forbidden tag `{value}'")]
        case FaultCode.NO_RATING:
            return [("tag_input", "must contain at least one rating tag")]
        case FaultCode.SAFE_AND_OTHER_RATING:
            return [("tag_input", "may not contain any other rating if safe")]
        case FaultCode.SEVERAL_SEXUAL_RATINGS:
            return [("tag_input", "may contain at most one sexual rating")]
        case FaultCode.SEVERAL_GRIM_RATINGS:
            return [("tag_input", "may contain at most one grim rating")]


def _blank(*but: str) -> list[tuple[str, str]]:
    return [(field, BLANK) for field in FILE_FIELDS if field not in but]
