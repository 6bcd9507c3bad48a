"""Artists, categories, characters: a page of them, one by id, and an artist's images."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.nekos import present, read
from polybooru.api.nekos.about import EXPIRY, ID, LIMIT, OFFSET, SEARCH, about
from polybooru.api.nekos.answers import encoded, success
from polybooru.api.nekos.desk import Desk
from polybooru.api.nekos.shown_images import ShownImages
from polybooru.api.nekos.wire import (
    Artist,
    ArtistPage,
    Category,
    CategoryPage,
    Character,
    CharacterPage,
    CountedArtist,
    CountedCategory,
    CountedCharacter,
    ImagePage,
    PageMeta,
)
from polybooru.httpkit.routing import Endpoint
from polybooru.library.errors import TagNotFound
from polybooru.library.shelves import Shelf, Shelved
from polybooru.library.uuids import Uuids

_Object = TypeVar("_Object")
_Show = Callable[[Shelved, Uuids], _Object]


class ShelfHandlers:
    """Routes of what is on images."""

    def __init__(self, desk: Desk, shown: ShownImages) -> None:
        self._desk = desk
        self._shown = shown

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        page, one = (LIMIT, OFFSET, SEARCH), (ID,)
        artist_page = about("artists", ArtistPage, *page, refusals=(400,))
        artist = about("artists", Artist, *one, refusals=(400, 404))
        images = about("artists", ImagePage, ID, LIMIT, OFFSET, EXPIRY, refusals=(400, 403, 404))
        category_page = about("categories", CategoryPage, *page, refusals=(400,))
        category = about("categories", Category, *one, refusals=(400, 404))
        character_page = about("characters", CharacterPage, *page, refusals=(400,))
        character = about("characters", Character, *one, refusals=(400, 404))
        return (
            Endpoint("GET", f"{base}/artist", self.artists, artist_page),
            Endpoint("GET", f"{base}/artist/{{id}}", self.artist, artist),
            Endpoint("GET", f"{base}/artist/{{id}}/images", self.images_of_artist, images),
            Endpoint("GET", f"{base}/category", self.categories, category_page),
            Endpoint("GET", f"{base}/category/{{id}}", self.category, category),
            Endpoint("GET", f"{base}/character", self.characters, character_page),
            Endpoint("GET", f"{base}/character/{{id}}", self.character, character),
        )

    async def artists(self, request: Request) -> Response:
        """Artists, the oldest first."""
        found, meta = await self._page(request, Shelf.ARTISTS, present.artist)
        return success(ArtistPage(data=found, meta=meta))

    async def categories(self, request: Request) -> Response:
        """Categories, the oldest first."""
        found, meta = await self._page(request, Shelf.CATEGORIES, present.category)
        return success(CategoryPage(data=found, meta=meta))

    async def characters(self, request: Request) -> Response:
        """Characters, the oldest first."""
        found, meta = await self._page(request, Shelf.CHARACTERS, present.character)
        return success(CharacterPage(data=found, meta=meta))

    async def artist(self, request: Request) -> Response:
        """One artist."""
        found, images = await self._one(request, Shelf.ARTISTS)
        shown = present.artist(found, self._desk.uuids)
        return success(Artist(data=CountedArtist(**asdict(shown), images=images)))

    async def category(self, request: Request) -> Response:
        """One category."""
        found, images = await self._one(request, Shelf.CATEGORIES)
        shown = present.category(found, self._desk.uuids)
        return success(Category(data=CountedCategory(**asdict(shown), images=images)))

    async def character(self, request: Request) -> Response:
        """One character."""
        found, images = await self._one(request, Shelf.CHARACTERS)
        shown = present.character(found, self._desk.uuids)
        return success(Character(data=CountedCharacter(**asdict(shown), images=images)))

    async def images_of_artist(self, request: Request) -> Response:
        """The images of an artist, the oldest first."""
        tag_id = self._desk.path_id(request, Shelf.ARTISTS.value)
        given, caller = self._desk.asked(request), self._desk.caller(request)
        expiry = read.expiry(given, caller.key)
        limit, offset = read.limit(given), read.offset(given)
        await self._desk.freshen()

        def find() -> Response:
            known = self._existing(Shelf.ARTISTS, tag_id)
            page = self._desk.images.page(caller.actor, offset=offset, limit=limit, tag_ids=[known])
            documents = self._shown.documents(page.ids, expiry)
            meta = present.page_meta(limit=limit, offset=offset, count=len(documents), total=page.total)
            return encoded(present.image_page_envelope(documents, meta))

        return await self._desk.answer(find, is_quick=self._desk.catalogue.is_at_hand(Shelf.ARTISTS))

    async def _page(
        self, request: Request, shelf: Shelf, show: _Show[_Object]
    ) -> tuple[list[_Object], PageMeta]:
        given = self._desk.asked(request)
        limit, offset, pattern = read.limit(given), read.offset(given), read.search(given)
        await self._desk.freshen()
        catalogue = self._desk.catalogue

        def find() -> tuple[list[_Object], PageMeta]:
            page = catalogue.page(shelf, offset=offset, limit=limit, pattern=pattern)
            found = [show(one, self._desk.uuids) for one in catalogue.shown(shelf, page.tag_ids)]
            return found, present.page_meta(limit=limit, offset=offset, count=len(found), total=page.total)

        return await self._desk.answer(find, is_quick=not pattern and catalogue.is_at_hand(shelf))

    async def _one(self, request: Request, shelf: Shelf) -> tuple[Shelved, int]:
        tag_id = self._desk.path_id(request, shelf.value)
        actor = self._desk.caller(request).actor
        await self._desk.freshen()
        catalogue = self._desk.catalogue

        def find() -> tuple[Shelved, int]:
            for found in catalogue.shown(shelf, [self._existing(shelf, tag_id)]):
                return found, self._desk.images.count(actor, [found.tag_id])
            raise _missing()

        return await self._desk.answer(find, is_quick=catalogue.is_at_hand(shelf))

    def _existing(self, shelf: Shelf, tag_id: int | None) -> int:
        if tag_id is None or not self._desk.catalogue.holds(shelf, tag_id):
            raise _missing()
        return tag_id


def _missing() -> TagNotFound:
    return TagNotFound("There is none with this id.")
