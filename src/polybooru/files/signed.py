"""File addresses that are good for a while: `…/file/UUID.EXT?expires=…&signature=…`, of the Nekos dialect.

The signature says that we gave the address out; whether its image may be seen is asked each time.
"""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from polybooru.httpkit.stored_file import stored_file
from polybooru.library.addresses import current_file_key
from polybooru.library.board import Board
from polybooru.library.errors import ImageNotFound
from polybooru.library.images import Image, find_image
from polybooru.library.own_secrets import SIGNED_LINKS, UUIDS, secret
from polybooru.library.signed_links import SignedLinks
from polybooru.library.uuids import Thing, Uuids

_MESSAGES = {403: "This address was not given out here, or is good no longer.", 404: "There is no such file."}


class SignedFiles:
    """Of one board. path: of the folder, without a slash at the end."""

    def __init__(self, board: Board, path: str) -> None:
        self._board = board
        self._path = path
        with board.library.reading() as reading:
            self._uuids = Uuids(secret(reading, UUIDS))
            self._links = SignedLinks(secret(reading, SIGNED_LINKS))

    def routes(self) -> list[Route]:
        """For Starlette."""
        return [Route(f"{self._path}/{{name}}", self.file, methods=["GET"])]

    async def file(self, request: Request) -> Response:
        """A stored file, whole or in part."""
        uuid, _, extension = request.path_params["name"].partition(".")
        expires = request.query_params.get("expires", "")
        image_id = self._uuids.read(Thing.IMAGE, uuid)
        now = self._board.library.clock().timestamp()
        signature = request.query_params.get("signature", "")
        if image_id is None or not self._links.is_good(image_id, expires, signature, now):
            return _refusal(403)
        if self._board.library.database.is_sqlite:
            image = self._find(image_id)
        else:
            image = await to_thread.run_sync(self._find, image_id)
        key = current_file_key(image) if image is not None and image.format == extension else None
        if image is None or key is None:
            return _refusal(404)
        path = self._board.library.store.path(key)
        if not path.is_file():
            return _refusal(404)
        tag, name = f'"{image.sha512_hash[:32]}"', f"{uuid}.{extension}"
        answer = stored_file(request, path, tag=tag, extension=extension, name=name)
        answer.headers["cache-control"] = f"private, max-age={int(expires) - int(now)}"
        return answer

    def _find(self, image_id: int) -> Image | None:
        with self._board.library.reading() as reading:
            try:
                image = find_image(reading, image_id)
            except ImageNotFound:
                return None
        return image if image.is_in_sight else None


def _refusal(status: int) -> Response:
    body = f'{{"code":{status},"message":"{_MESSAGES[status]}","success":false}}'
    headers = {"cache-control": "no-store", "access-control-allow-origin": "*"}
    return Response(body, status, headers, media_type="application/json; charset=utf-8")
