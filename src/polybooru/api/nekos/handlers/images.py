"""Images: all of them, some at random, one by id."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.nekos import present, read
from polybooru.api.nekos.about import CATEGORIES, EXPIRY, HOW_MANY, ID, LIMIT, OFFSET, about
from polybooru.api.nekos.answers import encoded
from polybooru.api.nekos.desk import Caller, Desk
from polybooru.api.nekos.scopes import LIST_IMAGES
from polybooru.api.nekos.shown_images import ShownImages
from polybooru.api.nekos.wire import Image, ImagePage, Images
from polybooru.httpkit.routing import Endpoint
from polybooru.library.errors import ImageNotFound
from polybooru.library.shelves import Shelf
from polybooru.library.uuids import Thing


class ImageHandlers:
    """Routes of images. needs_scope: whether listing all needs a token that allows it."""

    def __init__(self, desk: Desk, shown: ShownImages, *, needs_scope: bool) -> None:
        self._desk = desk
        self._shown = shown
        self._needs_scope = needs_scope

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        some = about("images", Images, HOW_MANY, CATEGORIES, EXPIRY, refusals=(400, 403, 404))
        every = about("images", ImagePage, LIMIT, OFFSET, EXPIRY, refusals=(400, 403))
        one = about("images", Image, ID, EXPIRY, refusals=(400, 403, 404))
        return (
            Endpoint("GET", f"{base}/image/random", self.random_images, some),
            Endpoint("GET", f"{base}/image", self.list_images, every),
            Endpoint("GET", f"{base}/image/{{id}}", self.image, one),
        )

    async def random_images(self, request: Request) -> Response:
        """Some images, each as likely as any other; always a list."""
        given, caller = self._desk.asked(request), self._desk.caller(request)
        expiry = read.expiry(given, caller.key)
        limit = read.limit(given, default=1)
        names = read.categories(given)
        await self._desk.freshen()
        catalogue = self._desk.catalogue

        def find() -> Response:
            known = catalogue.named(Shelf.CATEGORIES, names) if names else {}
            unknown = [name for name in names if name not in known]
            if unknown:
                raise read.Refused(400, f"There are no such `categories`: {', '.join(unknown)}.")
            image_ids = self._desk.images.sample(caller.actor, limit, [known[name] for name in names])
            documents = self._shown.documents(image_ids, expiry)
            if not documents:
                raise ImageNotFound(
                    "There is no image of these categories." if names else "There is no image."
                )
            return encoded(present.images_envelope(documents))

        return await self._desk.answer(find, is_quick=not names or catalogue.is_at_hand(Shelf.CATEGORIES))

    async def list_images(self, request: Request) -> Response:
        """All images, the oldest first."""
        given, caller = self._desk.asked(request), self._desk.caller(request)
        self._check_scope(caller)
        expiry = read.expiry(given, caller.key)
        limit, offset = read.limit(given), read.offset(given)
        await self._desk.freshen()

        def find() -> Response:
            page = self._desk.images.page(caller.actor, offset=offset, limit=limit)
            documents = self._shown.documents(page.ids, expiry)
            meta = present.page_meta(limit=limit, offset=offset, count=len(documents), total=page.total)
            return encoded(present.image_page_envelope(documents, meta))

        return await self._desk.answer(find)

    async def image(self, request: Request) -> Response:
        """One image."""
        image_id = self._desk.path_id(request, Thing.IMAGE)
        given, caller = self._desk.asked(request), self._desk.caller(request)
        expiry = read.expiry(given, caller.key)
        await self._desk.freshen()

        def find() -> Response:
            found = [] if image_id is None else self._desk.images.among(caller.actor, [image_id])
            documents = self._shown.documents(found, expiry)
            if not documents:
                raise ImageNotFound("There is no such image.")
            return encoded(present.image_envelope(documents[0]))

        return await self._desk.answer(find)

    def _check_scope(self, caller: Caller) -> None:
        if not self._needs_scope:
            return
        if caller.key is None:
            raise read.Refused(401, "Listing images needs a token.")
        if LIST_IMAGES not in caller.key.scopes:
            raise read.Refused(403, f"The token lacks the scope `{LIST_IMAGES}`.")
