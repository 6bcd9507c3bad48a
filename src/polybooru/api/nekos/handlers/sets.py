"""Sets: galleries, with the ids of their images."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.nekos import present, read
from polybooru.api.nekos.about import ID, LIMIT, OFFSET, about
from polybooru.api.nekos.answers import success
from polybooru.api.nekos.desk import Caller, Desk
from polybooru.api.nekos.wire import Set, SetObject, Sets
from polybooru.httpkit.routing import Endpoint
from polybooru.library.gallery_list import GalleryStub, list_galleries, look_at_gallery
from polybooru.library.uuids import Thing

MOST_IMAGES = 1_000
"""So many ids of a gallery are shown."""


class SetHandlers:
    """Routes of sets."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        page = about("sets", Sets, LIMIT, OFFSET, refusals=(400,))
        one = about("sets", Set, ID, refusals=(400, 404))
        return (
            Endpoint("GET", f"{base}/set", self.list_sets, page),
            Endpoint("GET", f"{base}/set/{{id}}", self.one_set, one),
        )

    async def list_sets(self, request: Request) -> Response:
        """Galleries, the oldest first."""
        given, caller = self._desk.asked(request), self._desk.caller(request)
        limit, offset = read.limit(given), read.offset(given)
        await self._desk.freshen()

        def find() -> Response:
            with self._desk.board.library.reading() as reading:
                found = list_galleries(reading, offset=offset, limit=limit)
            return success(Sets(data=[self._shown(one, caller) for one in found]))

        return await self._desk.answer(find, is_quick=False)

    async def one_set(self, request: Request) -> Response:
        """One gallery."""
        gallery_id = self._desk.path_id(request, Thing.GALLERY)
        caller = self._desk.caller(request)
        await self._desk.freshen()

        def find() -> Response:
            with self._desk.board.library.reading() as reading:
                found = look_at_gallery(reading, gallery_id or 0)
            return success(Set(data=self._shown(found, caller)))

        return await self._desk.answer(find, is_quick=False)

    def _shown(self, found: GalleryStub, caller: Caller) -> SetObject:
        image_ids = self._desk.images.of_gallery(caller.actor, found.id, most=MOST_IMAGES)
        uuids = self._desk.uuids
        return SetObject(
            id=uuids.of(Thing.GALLERY, found.id),
            images=[uuids.of(Thing.IMAGE, image_id) for image_id in image_ids],
            created_at=present.time(found.created_at),
        )
