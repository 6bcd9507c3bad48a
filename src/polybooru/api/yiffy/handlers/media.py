"""Files of images and of thumbnails, by the MD5 of the image."""

import re
from functools import partial

from starlette.responses import Response

from polybooru.api.yiffy.desk import Desk
from polybooru.api.yiffy.gate import Asked
from polybooru.api.yiffy.shown_images import ShownImages
from polybooru.httpkit.stored_file import MEDIA_TYPES, no_file, stored_file
from polybooru.library import blobs
from polybooru.library.previews import preview_key
from polybooru.media import PREVIEW_KINDS

_NAME = re.compile(r"(?:.*/)?([0-9a-fA-F]{32})\.([a-z0-9]{2,5})", re.ASCII | re.DOTALL)


class MediaHandlers:
    """The two media services of one board; what is in front of the name does not matter."""

    def __init__(self, desk: Desk, shown: ShownImages) -> None:
        self._desk = desk
        self._shown = shown

    async def image(self, asked: Asked) -> Response:
        """The file of an image."""
        return await self._file(asked, of_thumbnail=False)

    async def thumbnail(self, asked: Asked) -> Response:
        """A thumbnail that was made."""
        return await self._file(asked, of_thumbnail=True)

    async def _file(self, asked: Asked, *, of_thumbnail: bool) -> Response:
        named = _NAME.fullmatch(asked.path)
        if named is None:
            return no_file()
        md5, extension = named[1].lower(), named[2]
        card = await self._desk.answer(partial(self._shown.find, md5, 0))
        if card is None:
            return no_file()
        if of_thumbnail:
            key = preview_key(card.blob, extension) if extension in PREVIEW_KINDS else None
        else:
            is_its = extension == card.format and extension in MEDIA_TYPES
            key = blobs.current_key(card.blob, card.sha512_hash, card.format) if is_its else None
        path = None if key is None else self._desk.board.library.store.path(key)
        if path is None or not path.is_file():
            return no_file()
        tag = f'"{md5}-{extension}"' if of_thumbnail else f'"{md5}"'
        return stored_file(asked.request, path, tag=tag, extension=extension, name=f"{md5}.{extension}")
