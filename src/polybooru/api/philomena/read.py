"""Parameters as this dialect reads them: lenient where it is lenient, with its own odd rules.

Source: docs/reference/philomena.md, general parameters and pagination.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.requests import Request

from polybooru.httpkit.parameters import BodyLimits, MalformedRequest, child
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.board import Board
from polybooru.library.errors import AccountDeactivated
from polybooru.library.image_search import Deleted
from polybooru.library.image_visibility import MAX_ID
from polybooru.library.tag_names import clean_tag_name

BODY_LIMITS = BodyLimits(multipart_bytes=136_314_880, other_bytes=8_000_000)
MAX_PER_PAGE = 50
DEFAULT_DISTANCE = 0.25
DEFAULT_NEAREST = 10
DEFAULT_SUGGESTIONS = 5
MAX_SUGGESTIONS = 10
MIN_TERM_BYTES = 3
MAX_WINDOW = 10_000_000  # page times page size
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_LONGEST = 20  # digits that are read of a number: more only make it more absurd
_OVERRIDES = frozenset({"PUT", "PATCH", "DELETE"})
_IMAGE_FILE = re.compile(  # the id stands after the date, alone or with a key behind it
    r"/img/(?:(?:view|download)/\d+/\d+/\d+/(\d+)(?!\d)[^/]*\.[^/]+|\d+/\d+/\d+/(\d+)(?:-\w*)?/.+)", re.ASCII
)
_IMAGE_PAGE = re.compile(r"/(\d+)", re.ASCII)
_DELETED = {"1": Deleted.TOO, "only": Deleted.ONLY, "deleted": Deleted.ONLY_UNMERGED}

Parameters = Mapping[str, Any]


class QueryNotText(Exception):
    """The search text is a list or an object."""


class Unprocessable(Exception):
    """A parameter of a small endpoint that means nothing there; the text says which."""


def actor(board: Board, parameters: Parameters, request: Request) -> Actor:
    """The caller by `key`; nobody if it is missing, empty or unknown. Raises AccountDeactivated."""
    key = parameters.get("key")
    found = board.callers.find(key) if isinstance(key, str) and key else None
    if found is None:
        return _anonymous(request)
    if found.is_deactivated:
        raise AccountDeactivated("This account is deactivated.")
    return found


def _anonymous(request: Request) -> Actor:
    """Nobody, with the filter of the cookie `filter_id`: the only one that is read."""
    if not any(name == b"cookie" for name, _ in request.scope["headers"]):
        return ANONYMOUS
    chosen = _integer(request.cookies.get("filter_id"))
    return ANONYMOUS if chosen is None else Actor(current_filter_id=chosen)


def path_id(request: Request) -> int:
    """An id from the path, maybe an absurd one. Raises MalformedRequest if it is no integer."""
    found = _integer(request.path_params["id"])
    if found is None:
        raise MalformedRequest
    return found


def path_id_or_none(request: Request) -> int | None:
    """As `path_id`, for routes where what is no integer is just not there."""
    return _integer(request.path_params["id"])


def filter_id(parameters: Parameters) -> int | None:
    """The filter that the request names. Raises MalformedRequest if it is no integer."""
    value = parameters.get("filter_id")
    if value is None or value == "":
        return None
    found = _integer(value)
    if found is None:
        raise MalformedRequest
    return found


def _integer(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value[:_LONGEST]) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def query(parameters: Parameters) -> str:
    """The search text; empty if missing. Raises QueryNotText if it is a list or an object."""
    value = parameters.get("q")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise QueryNotText
    return value


def page(parameters: Parameters, *, default_size: int) -> tuple[int, int]:
    """Offset and limit. Raises MalformedRequest for a list, an object, or a window beyond 10,000,000."""
    number, size = page_number(parameters, default_size=default_size)
    if number * size > MAX_WINDOW:
        raise MalformedRequest
    return (number - 1) * size, size


def page_number(parameters: Parameters, *, default_size: int = 25) -> tuple[int, int]:
    """Page, from 1, and its size. Raises MalformedRequest for a list or an object."""
    number = _leading(parameters, "page", missing=1, text=1)
    return number, min(_leading(parameters, "per_page", missing=default_size, text=25), MAX_PER_PAGE)


def _leading(parameters: Parameters, name: str, *, missing: int, text: int) -> int:
    value = parameters.get(name)
    if value is None:
        return missing
    if not isinstance(value, str):
        raise MalformedRequest
    found = _INTEGER.match(value)
    return max(1, int(found[0][:_LONGEST])) if found else text


def sort(parameters: Parameters) -> tuple[str, bool]:
    """Sort name and whether it is descending; anything unknown is left to the library's default."""
    name = parameters.get("sf")
    return name if isinstance(name, str) else "", parameters.get("sd") != "asc"


def cursor(parameters: Parameters) -> str | None:
    """Where a walk goes on, empty where it begins; None if no walk is asked for.

    Raises MalformedRequest if it is no text.
    """
    value = parameters.get("cursor")
    if value is not None and not isinstance(value, str):
        raise MalformedRequest
    return value


def deleted(parameters: Parameters) -> Deleted:
    """Which hidden images are asked for."""
    value = parameters.get("del")
    return _DELETED.get(value, Deleted.NOT) if isinstance(value, str) else Deleted.NOT


def with_own_hidden(parameters: Parameters) -> bool:
    """Whether images that the caller has hidden for himself are asked for too."""
    return parameters.get("hidden") == "1"


def distance(parameters: Parameters) -> float | None:
    """How far pictures may be apart; None if it is no distance that a search takes.

    Of a text the leading number counts, after a zero put in front: `.3` is 0.3, `-1` and `abc` are 0.
    """
    value = parameters.get("distance")
    if value is None or value == "":
        return DEFAULT_DISTANCE
    if isinstance(value, str):
        found = _DECIMAL.match(f"0{value[:_LONGEST]}")
        value = float(found[0]) if found else 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None


def nearest(parameters: Parameters) -> int | None:
    """How many of the nearest pictures are asked for; None if it is no number that a search takes."""
    value = parameters.get("limit")
    number = DEFAULT_NEAREST if value is None or value == "" else _integer(value)
    return number if number is not None and 1 <= number <= MAX_PER_PAGE else None


def term(parameters: Parameters) -> str:
    """What somebody began to write. Raises Unprocessable."""
    value = clean_tag_name(text(parameters, "term"))
    if len(value.encode()) < MIN_TERM_BYTES:
        raise Unprocessable(f"`term` must have at least {MIN_TERM_BYTES} bytes")
    return value


def suggestions(parameters: Parameters) -> int:
    """How many suggestions are asked for. Raises Unprocessable."""
    value = parameters.get("limit")
    number = DEFAULT_SUGGESTIONS if value is None or value == "" else _integer(value)
    if number is None or not 1 <= number <= MAX_SUGGESTIONS:
        raise Unprocessable(f"`limit` must be a whole number from 1 to {MAX_SUGGESTIONS}")
    return number


def version(parameters: Parameters) -> int:
    """Of the form of suggestions, 1 or 2; the first has no number of its own. Raises Unprocessable."""
    value = parameters.get("vsn")
    if value is None or value == "":
        return 1
    if value != "2":
        raise Unprocessable("`vsn` must be 2")
    return 2


def ids(parameters: Parameters) -> list[int]:
    """`ids[]`, in the order of the query; none where it is missing. Raises MalformedRequest."""
    listed = parameters.get("ids", [])
    if not isinstance(listed, list):
        raise MalformedRequest("ids is not a list.")
    found = [_integer(one) for one in listed]
    if None in found:
        raise MalformedRequest("ids has something that is no number.")
    return [one for one in found if one is not None and 0 < one <= MAX_ID]


def embedded_image_id(parameters: Parameters) -> int | None:
    """The image that the address in `url` shows, a file's or a page's of any host; None if it is neither."""
    try:
        path = urlsplit(text(parameters, "url")).path
    except ValueError:
        return None
    found = (_IMAGE_FILE if "/img/" in path else _IMAGE_PAGE).search(path)
    if found is None:
        return None
    digits = next(filter(None, found.groups())).lstrip("0")
    return int(digits[:_LONGEST] or "0")


def is_overridden(parameters: Parameters) -> bool:
    """Whether a POST wants to be taken for a method that no route has."""
    value = parameters.get("_method")
    return isinstance(value, str) and value.upper() in _OVERRIDES


def text(parameters: Parameters, name: str) -> str:
    """A text; empty where it is missing or something else."""
    value = parameters.get(name)
    return value if isinstance(value, str) else ""


def flag(parameters: Parameters, name: str) -> bool:
    """A switch, as JSON or as forms send it."""
    value = parameters.get(name)
    return value is True or value in ("true", "1", "on")


def sources(image: Parameters) -> list[str]:
    """Addresses that a picture comes from: `source_url` first, then `sources`; blanks and repeats dropped."""
    listed = child(image, "sources")
    found = [
        text(image, "source_url"),
        *(text(item, "source") for item in listed.values() if isinstance(item, dict)),
    ]
    return list(dict.fromkeys(address for address in found if address.strip()))


def file(image: Parameters) -> UploadFile | None:
    """The file part, if there is a real one."""
    found = image.get("image")
    return found if isinstance(found, UploadFile) and found.filename else None
