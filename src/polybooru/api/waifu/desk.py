"""What the handlers of the dialect work with: the caller, his permissions, and where work is done."""

from starlette.requests import Request

from polybooru.api.waifu import read
from polybooru.api.waifu.answers import Refused
from polybooru.httpkit.addresses import client_address
from polybooru.httpkit.desk import BoardDesk
from polybooru.library.actors import Actor, refuse_banned, require_account
from polybooru.library.board import Board
from polybooru.library.granted import Granted
from polybooru.library.grants import Grants


class Desk(BoardDesk):
    """One board's callers are received here."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._grants = Grants(board.library)

    async def caller(self, request: Request) -> Actor:
        """Whose token it is. Raises Refused for none or a bad one, AccountDeactivated, Banned."""
        # Not through `headers`, which decodes all of them at every look.
        header = next((value for name, value in request.scope["headers"] if name == b"authorization"), b"")
        token = read.token(header.decode("latin-1"))
        actor = await self.answer(lambda: self._found(token, client_address(request)))
        if actor is None:
            raise Refused(401)
        require_account(actor)
        refuse_banned(actor)
        return actor

    async def require(self, actor: Actor, permission: Granted, user_id: int | None) -> None:
        """Raises Refused, unless the caller may do this for the person; None: for everyone."""
        if not await self.answer(lambda: self._grants.allow(actor, permission, user_id)):
            raise Refused(403, permission.value)

    def _found(self, token: str, address: str) -> Actor | None:
        actor = self.board.callers.find(token)
        return None if actor is None else self.board.callers.with_address(actor, address)
