"""Short addresses of the waifu.im dialect: `…/cdn/ID.EXT`, an image's file, and `…/preview/ID/`, its page."""

import re

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from polybooru.httpkit.stored_file import stored_file
from polybooru.library.addresses import FileAddress, blob_key
from polybooru.library.board import Board
from polybooru.library.errors import ImageNotFound
from polybooru.library.images import Image, find_image

_ID = re.compile(r"[1-9][0-9]{0,9}")


class FilesById:
    """Of one board. prefix: of both folders, without a slash at the end."""

    def __init__(self, board: Board, prefix: str) -> None:
        self._board = board
        self._prefix = prefix

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [
            Route(f"{self._prefix}/cdn/{{name}}", self.file, methods=["GET"]),
            Route(f"{self._prefix}/preview/{{id}}", self.page, methods=["GET"]),
            Route(f"{self._prefix}/preview/{{id}}/", self.page, methods=["GET"]),
        ]

    async def file(self, request: Request) -> Response:
        """The file whose size an image's document states."""
        image_id, _, extension = request.path_params["name"].partition(".")
        image = await self._image(image_id)
        if image is None or image.format != extension:
            return _missing()
        made = image.created_at
        address = FileAddress(
            image_id=image.id, name=f"full.{extension}", date=(made.year, made.month, made.day)
        )
        key = blob_key(image, address)
        path = None if key is None else self._board.library.store.path(key)
        if path is None or not path.is_file():
            return _missing()
        return stored_file(
            request,
            path,
            tag=f'"{image.sha512_hash[:32]}"',
            extension=extension,
            name=f"{image.id}.{extension}",
        )

    async def page(self, request: Request) -> Response:
        """To the image's page on the site."""
        image = await self._image(request.path_params["id"])
        if image is None:
            return _missing()
        return RedirectResponse(f"{self._board.public_url}/images/{image.id}", 302)

    async def _image(self, image_id: str) -> Image | None:
        if not _ID.fullmatch(image_id):
            return None
        if self._board.library.database.is_sqlite:
            return self._find(int(image_id))
        return await to_thread.run_sync(self._find, int(image_id))

    def _find(self, image_id: int) -> Image | None:
        with self._board.library.reading() as reading:
            try:
                image = find_image(reading, image_id)
            except ImageNotFound:
                return None
        return image if image.is_in_sight else None


def _missing() -> Response:
    headers = {"cache-control": "no-store", "access-control-allow-origin": "*"}
    return Response(b'{"detail":"Not Found"}', 404, headers, media_type="application/json; charset=utf-8")
