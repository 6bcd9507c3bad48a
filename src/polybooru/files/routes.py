"""Philomena's file addresses.

`/img/…`, served from the store with ranges, entity tags and a long lifetime.
"""

import re
from pathlib import Path
from types import MappingProxyType

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from polybooru.library.addresses import Disposition, FileAddress, blob_key, meant, parse_path
from polybooru.library.board import Board
from polybooru.library.errors import ImageNotFound
from polybooru.library.images import Image, find_image

LIFETIME_SECONDS = 31_536_000
MAX_RANGES = 2
_RANGE = re.compile(r"\s*([0-9]{0,15})-([0-9]{0,15})\s*")
_TYPES = MappingProxyType(
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
_DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class Files:
    """File addresses of one board."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [Route("/img/{path:path}", self.file, methods=["GET"])]

    async def file(self, request: Request) -> Response:
        """A stored file, whole or in part; 404 where there is none that this address may show."""
        address = parse_path(request.path_params["path"])
        if address is None:
            return _missing()
        if self._board.library.database.is_sqlite:
            image = self._find(address)
        else:
            image = await to_thread.run_sync(self._find, address)
        if image is None:
            return _missing()
        address = meant(image, address)
        key = blob_key(image, address)
        if key is None:
            return _missing()
        path = self._board.library.store.path(key)
        try:
            stat = path.stat()
        except FileNotFoundError:
            return _missing()
        tag = f'"{image.blob[:24]}-{stat.st_size:x}-{int(stat.st_mtime):x}"'
        if _matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=_headers(tag))
        return _file_answer(request, path, tag, address, image)

    def _find(self, address: FileAddress) -> Image | None:
        with self._board.library.reading() as reading:
            try:
                image = find_image(reading, address.image_id)
            except ImageNotFound:
                return None
        return image if image.is_in_sight else None


def _file_answer(request: Request, path: Path, tag: str, address: FileAddress, image: Image) -> Response:
    extension = address.name.rpartition(".")[2]
    headers = _headers(tag)
    disposition = address.disposition
    if extension == "svg":
        # A drawing opened by itself is a document: it gets no rights and is offered as a download.
        headers["content-security-policy"] = _DRAWING_POLICY
        disposition = Disposition.ATTACHMENT
    if not _asks_for_parts(request.headers.get("range", "")):
        request.scope["headers"] = [(n, v) for n, v in request.scope["headers"] if n.lower() != b"range"]
    return FileResponse(
        path,
        headers=headers,
        media_type=_TYPES[extension],
        filename=f"{image.id}.{extension}" if disposition is Disposition.ATTACHMENT else None,
        content_disposition_type=disposition.value,
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


def _headers(tag: str) -> dict[str, str]:
    return {
        "etag": tag,
        "cache-control": f"public, max-age={LIFETIME_SECONDS}",
        "x-content-type-options": "nosniff",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }


def _matches(wanted: str | None, tag: str) -> bool:
    if wanted is None:
        return False
    return wanted.strip() == "*" or any(one.strip().removeprefix("W/") == tag for one in wanted.split(","))


def _missing() -> Response:
    return Response(
        "Not Found",
        404,
        {"cache-control": "no-store", "x-content-type-options": "nosniff"},
        media_type="text/plain",
    )
