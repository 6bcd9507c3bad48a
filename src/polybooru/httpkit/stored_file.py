"""A stored file as an answer: whole or in part, with an entity tag and a long lifetime."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import FileResponse, Response

LIFETIME_SECONDS = 31_536_000
MAX_RANGES = 2
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "jpg": "image/jpeg",
        "png": "image/png",
        "gif": "image/gif",
        "webp": "image/webp",
        "avif": "image/avif",
        "svg": "image/svg+xml",
        "webm": "video/webm",
        "mp4": "video/mp4",
    }
)
"""By extension, of everything that the store may hold."""
_RANGE = re.compile(r"\s*([0-9]{0,15})-([0-9]{0,15})\s*")
_DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def stored_file(
    request: Request, path: Path, *, tag: str, extension: str, name: str, is_attachment: bool = False
) -> Response:
    """The file, or what of it is asked for. tag: with its quotes. name: under which it is kept, if it is.

    A drawing opened by itself is a document: it gets no rights and is offered as a download.
    """
    headers = {
        "etag": tag,
        "cache-control": f"public, max-age={LIFETIME_SECONDS}",
        "x-content-type-options": "nosniff",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    if _matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    if extension == "svg":
        headers["content-security-policy"] = _DRAWING_POLICY
        is_attachment = True
    if not _asks_for_parts(request.headers.get("range", "")):
        request.scope["headers"] = [(n, v) for n, v in request.scope["headers"] if n.lower() != b"range"]
    return FileResponse(
        path,
        headers=headers,
        media_type=MEDIA_TYPES[extension],
        filename=name if is_attachment else None,
        content_disposition_type="attachment" if is_attachment else "inline",
    )


def no_file() -> Response:
    """There is none that this address may show."""
    return Response(
        "Not Found",
        404,
        {"cache-control": "no-store", "x-content-type-options": "nosniff"},
        media_type="text/plain",
    )


def _asks_for_parts(header: str) -> bool:
    """Whether a Range header counts: other units, broken ranges or too many of them mean the whole file."""
    unit, _, listed = header.partition("=")
    if unit.lower() != "bytes" or listed.count(",") >= MAX_RANGES:
        return False
    for part in listed.split(","):
        found = _RANGE.fullmatch(part)
        if found is None or not (found[1] or found[2]):
            return False
        if found[1] and found[2] and int(found[1]) > int(found[2]):
            return False
    return True


def _matches(wanted: str | None, tag: str) -> bool:
    if wanted is None:
        return False
    return wanted.strip() == "*" or any(one.strip().removeprefix("W/") == tag for one in wanted.split(","))
