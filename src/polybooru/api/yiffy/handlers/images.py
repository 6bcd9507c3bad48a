"""Images: categories, one image, random ones, many at once, and how often they were asked for."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from starlette.responses import RedirectResponse, Response

from polybooru.api.yiffy import codes, present, read, statistics
from polybooru.api.yiffy.answers import json_answer
from polybooru.api.yiffy.codes import YiffyError
from polybooru.api.yiffy.desk import Desk
from polybooru.api.yiffy.gate import Asked
from polybooru.api.yiffy.keys import Flag
from polybooru.api.yiffy.read import ResponseType
from polybooru.api.yiffy.shown_images import ShownImages
from polybooru.api.yiffy.wire import OnlineObject
from polybooru.httpkit.stored_file import MEDIA_TYPES, stored_file
from polybooru.library import blobs
from polybooru.library.category_images import Shelf
from polybooru.library.errors import CategoryNotFound
from polybooru.library.image_cards import ImageCard

LITERAL = frozenset({"bulk", "categories", "images", "online", "robots.txt", "state", "stats"})
_TRIES = 3
"""How often others are drawn for images that cannot be shown any more."""
_STARTED = time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    shelf: Shelf
    amount: int
    max_bytes: int | None
    answer: ResponseType


class ImageHandlers:
    """The images service of one board."""

    def __init__(self, desk: Desk, shown: ShownImages) -> None:
        self._desk = desk
        self._shown = shown
        # Made here, in the process that serves: a fork would share what is drawn.
        self._rng = Random()  # noqa: S311

    async def online(self, asked: Asked) -> Response:
        """The service is there."""
        del asked
        uptime = round(time.monotonic() - _STARTED, 3)
        return json_answer(present.encode(OnlineObject(success=True, uptime=uptime)))

    async def unknown(self, asked: Asked) -> Response:
        """There is no such route."""
        del asked
        raise YiffyError(codes.UNKNOWN_ROUTE)

    async def robots(self, asked: Asked) -> Response:
        """What crawlers may ask for: nothing."""
        del asked
        return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")

    async def state(self, asked: Asked) -> Response:
        """Leads to a page that tells how the server is."""
        del asked
        return RedirectResponse(f"{self._desk.board.public_url}/readyz", 302)

    async def categories(self, asked: Asked) -> Response:
        """All categories, those that give images and those that do not."""
        del asked
        shelves = await self._desk.answer(self._desk.categories.listed, is_quick=False)
        return json_answer(present.categories(shelves))

    async def category(self, asked: Asked) -> Response:
        """One category, with how many files it has and how large they are."""
        named = read.category(asked.request.path_params["db"])
        if named is None:
            raise YiffyError(codes.CATEGORY_NOT_FOUND, as_object=codes.CATEGORY_NOT_LISTED)
        body = await self._desk.answer(partial(self._category, named.path), is_quick=False)
        return json_answer(body)

    def _category(self, path: str) -> bytes:
        try:
            shelf = self._desk.categories.find(path)
        except CategoryNotFound:
            raise YiffyError(codes.CATEGORY_NOT_FOUND, as_object=codes.CATEGORY_NOT_LISTED) from None
        return present.category(shelf, self._desk.categories.facts(shelf))

    async def image(self, asked: Asked) -> Response:
        """One image by its MD5 or its number; with the extension of a picture the file itself."""
        text, _, extension = asked.request.path_params["id"].partition(".")
        if extension in MEDIA_TYPES:
            return await self._file_of(asked, text, extension)
        if extension not in {"", "json"}:
            raise YiffyError(codes.IMAGE_NOT_FOUND)
        body = await self._desk.answer(partial(self._image, text), is_quick=False)
        return json_answer(body)

    def _image(self, text: str) -> bytes:
        card = self._shown.find(*read.image_id(text))
        if card is None:
            raise YiffyError(codes.IMAGE_NOT_FOUND)
        return present.image_envelope(self._shown.one(card, self._desk.categories.path_of(card.id)))

    async def _file_of(self, asked: Asked, text: str, extension: str) -> Response:
        if not self._desk.options.gives_images:
            raise YiffyError(codes.IMAGE_NOT_FOUND)
        find = partial(self._shown.find, *read.image_id(text))
        card = await self._desk.answer(find)
        if card is None or card.format != extension:
            return Response(status_code=404)
        category = await self._desk.answer(partial(self._desk.categories.path_of, card.id), is_quick=False)
        return self._file(asked, card, category)

    def _file(self, asked: Asked, card: ImageCard, category: str) -> Response:
        key = blobs.current_key(card.blob, card.sha512_hash, card.format)
        path = self._desk.board.library.store.path(key)
        if not path.is_file() or card.format not in MEDIA_TYPES:
            return Response(status_code=404)
        name = f"{card.md5}.{card.format}"
        answer = stored_file(asked.request, path, tag=f'"{card.md5}"', extension=card.format, name=name)
        answer.headers["cache-control"] = "no-cache"  # the same address gives another image the next time
        self._describe(answer, card, category)
        return answer

    def _describe(self, answer: Response, card: ImageCard, category: str) -> None:
        for name, value in present.image_headers(card, category, self._desk.bases):
            answer.headers.append(name, value)

    async def random(self, asked: Asked) -> Response:
        """Random images of a category."""
        named = read.category(asked.path)
        if named is None or asked.path.strip("/").partition("/")[0] in LITERAL:
            read.amount(asked.query)  # which is looked at first
            raise YiffyError(codes.UNKNOWN_ROUTE)
        wanted = await self._wanted(asked, named)
        if wanted.answer is ResponseType.JSON:
            return await self._random_objects(asked, wanted)
        return await self._random_file(asked, wanted)

    async def _wanted(self, asked: Asked, named: read.Category) -> _Wanted:
        path, answer = named.path, read.response_type(asked.query)
        if named.shorter is not None and await self._find(named.path) is None:
            path, answer = named.shorter, named.suffix or answer
        if answer is ResponseType.IMAGE and not self._desk.options.gives_images:
            raise YiffyError(codes.IMAGE_RESPONSE_DISABLED)
        amount = read.amount(asked.query)
        if answer is not ResponseType.JSON and amount > 1:
            raise YiffyError(codes.AMOUNT_OF_IMAGE_RESPONSE)
        shelf = await self._find(path)
        if shelf is not None and asked.caller.is_sfw_only and not shelf.is_safe:
            raise YiffyError(codes.SFW_ONLY, db=shelf.category.path)
        if shelf is None or not shelf.is_open:
            raise YiffyError(codes.CATEGORY_NOT_FOUND)
        return _Wanted(shelf=shelf, amount=amount, max_bytes=read.max_bytes(asked.query), answer=answer)

    async def _find(self, path: str) -> Shelf | None:
        def find() -> Shelf | None:
            try:
                return self._desk.categories.find(path)
            except CategoryNotFound:
                return None

        is_quick = self._desk.categories.are_at_hand([path])
        return find() if is_quick else await self._desk.answer(find, is_quick=False)

    async def _random_objects(self, asked: Asked, wanted: _Wanted) -> Response:
        is_quick = wanted.max_bytes is None and self._shown.are_at_hand
        found = await self._desk.answer(
            partial(self._draw, wanted.shelf, wanted.amount, wanted.max_bytes), is_quick=is_quick
        )
        if not found:
            raise YiffyError(codes.NO_RESULTS)
        self._count(asked, {wanted.shelf.category.id: 1})
        notes: list[int] = []
        if read.shows_notes(asked.query):
            notes += [2] if asked.is_alias else []
            notes += [3] if asked.caller.key is None else []
            notes += [5] if wanted.max_bytes is None else []
            notes += [6, 7, 8]
        return json_answer(present.images_envelope(found, notes))

    def _draw(self, shelf: Shelf, amount: int, max_bytes: int | None) -> list[bytes]:
        for _ in range(_TRIES):
            drawn = self._desk.categories.draw(shelf, amount, self._rng, max_bytes=max_bytes)
            found = self._shown.given({shelf.category.path: drawn})[shelf.category.path]
            if found or not drawn:
                return found
        return []

    async def _random_file(self, asked: Asked, wanted: _Wanted) -> Response:
        card = await self._desk.answer(
            partial(self._draw_card, wanted.shelf, wanted.max_bytes), is_quick=False
        )
        if card is None:
            raise YiffyError(codes.NO_RESULTS)
        self._count(asked, {wanted.shelf.category.id: 1})
        if wanted.answer is ResponseType.IMAGE:
            return self._file(asked, card, wanted.shelf.category.path)
        answer = RedirectResponse(f"{self._desk.bases.media}/{card.md5}.{card.format}", 302)
        answer.headers["cache-control"] = "no-cache"
        self._describe(answer, card, wanted.shelf.category.path)
        return answer

    def _draw_card(self, shelf: Shelf, max_bytes: int | None) -> ImageCard | None:
        for _ in range(_TRIES):
            for image_id in self._desk.categories.draw(shelf, 1, self._rng, max_bytes=max_bytes):
                card = self._shown.card(image_id)
                if card is not None:
                    self._shown.seen([card.id])
                    return card
        return None

    async def bulk(self, asked: Asked) -> Response:
        """Many images of many categories."""
        caller = asked.caller
        if caller.key is None:
            raise YiffyError(codes.KEY_REQUIRED)
        caller.require(Flag.IMAGES_BULK)
        wanted = await read.bulk(asked.request)
        categories = self._desk.categories
        shelves = await self._desk.answer(
            partial(self._shelves, asked, wanted), is_quick=categories.are_at_hand([*wanted])
        )
        total = sum(wanted.values())
        if total > caller.bulk_limit:
            raise YiffyError(codes.BULK_TOO_MANY, limit=caller.bulk_limit, total=total)
        max_bytes = read.max_bytes(asked.query)

        def draw() -> dict[str, list[bytes]]:
            drawn = {
                path: categories.draw(shelves[path], number, self._rng, max_bytes=max_bytes)
                for path, number in wanted.items()
            }
            found = self._shown.given(drawn)
            gone = [path for path, image_ids in drawn.items() if image_ids and not found[path]]
            return found | {path: self._draw(shelves[path], wanted[path], max_bytes) for path in gone}

        found = await self._desk.answer(draw, is_quick=max_bytes is None and self._shown.are_at_hand)
        self._count(asked, {shelves[path].category.id: number for path, number in wanted.items()})
        return json_answer(present.bulk_envelope(found))

    def _shelves(self, asked: Asked, wanted: Mapping[str, int]) -> dict[str, Shelf]:
        found: dict[str, Shelf] = {}
        for path in wanted:
            try:
                shelf = self._desk.categories.find(path)
            except CategoryNotFound:
                raise YiffyError(codes.BULK_CATEGORY, db=path) from None
            if asked.caller.is_sfw_only and not shelf.is_safe:
                raise YiffyError(codes.SFW_ONLY, db=path)
            if not shelf.is_open:
                raise YiffyError(codes.BULK_CATEGORY, db=path)
            found[path] = shelf
        return found

    async def stats(self, asked: Asked) -> Response:
        """How often images were asked for."""
        return json_answer(await self._desk.answer(partial(self._stats, asked), is_quick=False))

    def _stats(self, asked: Asked) -> bytes:
        now = self._desk.board.library.clock().timestamp()
        shelves = [shelf for shelf in self._desk.categories.listed() if shelf.is_open]
        paths = {shelf.category.id: shelf.category.path for shelf in shelves}

        def of(name: str) -> object:
            counted = self._desk.statistics.of(name, now)
            by_path = {paths[key]: number for key, number in counted.items() if key in paths}
            return present.nested_counts(by_path, [*paths.values()])

        key = asked.caller.key
        token_id = None if key is None else key.actor.token_id
        data = {
            "global": of(statistics.EVERYBODY),
            "ip": of(statistics.by_address(asked.address)),
            "key": None if token_id is None else of(statistics.by_key(token_id)),
        }
        return present.encode({"success": True, "data": data})

    def _count(self, asked: Asked, requests: Mapping[int, int]) -> None:
        if self._desk.options.is_read_only:
            return
        names = [statistics.EVERYBODY, statistics.by_address(asked.address)]
        key = asked.caller.key
        if key is not None and key.actor.token_id is not None:
            names.append(statistics.by_key(key.actor.token_id))
        for category_id, number in requests.items():
            self._desk.statistics.count(names, category_id, number)
