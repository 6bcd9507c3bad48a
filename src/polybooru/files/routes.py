"""Philomena's file addresses.

`/img/…`, served from the store with ranges, entity tags and a long lifetime.
"""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from polybooru.httpkit import cors
from polybooru.httpkit.stored_file import no_file, stored_file
from polybooru.library.addresses import Disposition, FileAddress, blob_key, meant, parse_path
from polybooru.library.board import Board
from polybooru.library.errors import ImageNotFound
from polybooru.library.images import Image, find_image


class Files:
    """File addresses of one board."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [Route("/img/{path:path}", self.answer, methods=["GET", "OPTIONS"])]

    async def answer(self, request: Request) -> Response:
        """A file, or what a browser asks before it; pages of every origin may read it."""
        answer = cors.asked_before() if request.method == "OPTIONS" else await self.file(request)
        del answer.headers["access-control-allow-origin"]
        answer.raw_headers.extend(cors.OPEN)
        return answer

    async def file(self, request: Request) -> Response:
        """A stored file, whole or in part; 404 where there is none that this address may show."""
        address = parse_path(request.path_params["path"])
        if address is None:
            return no_file()
        if self._board.library.database.is_sqlite:
            image = self._find(address)
        else:
            image = await to_thread.run_sync(self._find, address)
        if image is None:
            return no_file()
        address = meant(image, address)
        key = blob_key(image, address)
        if key is None:
            return no_file()
        path = self._board.library.store.path(key)
        try:
            stat = path.stat()
        except FileNotFoundError:
            return no_file()
        extension = address.name.rpartition(".")[2]
        return stored_file(
            request,
            path,
            tag=f'"{image.blob[:24]}-{stat.st_size:x}-{int(stat.st_mtime):x}"',
            extension=extension,
            name=f"{image.id}.{extension}",
            is_attachment=address.disposition is Disposition.ATTACHMENT,
        )

    def _find(self, address: FileAddress) -> Image | None:
        with self._board.library.reading() as reading:
            try:
                image = find_image(reading, address.image_id)
            except ImageNotFound:
                return None
        return image if image.is_in_sight else None
