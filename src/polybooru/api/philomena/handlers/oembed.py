"""What pages elsewhere may show of an address of the board: oEmbed, with the dialect's own fields."""

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from polybooru.api.philomena import about, read
from polybooru.api.philomena.answers import json_answer
from polybooru.api.philomena.desk import Desk
from polybooru.api.philomena.kept_images import KeptImages
from polybooru.api.philomena.wire import OembedObject
from polybooru.httpkit.documents import DocumentCache
from polybooru.httpkit.routing import About, Answer, Endpoint, Parameter
from polybooru.library import addresses
from polybooru.library.errors import ImageNotFound
from polybooru.library.image_visibility import check_may_see
from polybooru.library.images import Image
from polybooru.media import BOXES

CACHE_SECONDS = 7_200
_THUMBNAIL = "large"
_ABOUT = About(
    group="images",
    parameters=(
        Parameter(
            name="url",
            about="Address of a file or a page of an image; its host does not matter.",
            is_required=True,
        ),
        *about.GENERAL,
    ),
    answers={
        200: Answer(about="The image.", type=OembedObject),
        **about.ALWAYS,
        **about.NOT_FOUND,
        **about.BAD_REQUEST,
    },
)


class OembedHandlers:
    """provider_name, provider_url: who shows the images; empty for the board's own."""

    def __init__(
        self, desk: Desk, documents: DocumentCache, *, provider_name: str, provider_url: str
    ) -> None:
        self._desk = desk
        self._board = desk.board
        self._kept = KeptImages(desk.board, documents, "philomena oembed", self._document)
        self._provider_name = provider_name or desk.board.site_name
        self._provider_url = provider_url or desk.board.public_url

    def endpoints(self, base: str) -> Sequence[Endpoint]:
        """Their part of the route table."""
        return (Endpoint("GET", f"{base}/oembed", self.oembed, _ABOUT),)

    async def oembed(self, request: Request) -> Response:
        """What pages elsewhere may show of the image at an address."""
        parameters, actor = await self._desk.asked(request)
        read.filter_id(parameters)
        image_id = read.embedded_image_id(parameters)
        if image_id is None:
            raise ImageNotFound("No image has this address.")

        def find() -> Response:
            check_may_see(self._board.library, actor, image_id)
            [document] = self._kept.find([image_id])
            return json_answer(document)

        return await self._desk.answer(find)

    def _document(self, image: Image) -> bytes:
        if image.hidden_from_users:
            raise ImageNotFound(f"There is no image {image.id}.")
        return msgspec.json.encode(self._shown(image))

    def _shown(self, image: Image) -> OembedObject:
        root = f"{self._board.public_url}/img/"
        names = [tag.name for tag in image.tags]
        artists = [tag.name_in_namespace for tag in image.tags if tag.namespace == "artist"]
        width, height = _thumbnail_sides(image.width_px, image.height_px)
        return OembedObject(
            version="1.0",
            type="photo",
            title=f"#{image.id} - {', '.join(names)} - {self._board.site_name}",
            author_name=", ".join(artists),
            author_url=image.sources[0] if image.sources else "",
            provider_name=self._provider_name,
            provider_url=self._provider_url,
            cache_age=CACHE_SECONDS,
            url=addresses.view_paths(image, root).plain,
            width=image.width_px,
            height=image.height_px,
            thumbnail_url=addresses.version_paths(image, root)[_THUMBNAIL],
            thumbnail_width=width,
            thumbnail_height=height,
            booru_id=image.id,
            booru_score=image.score,
            booru_comments=image.comment_count,
            booru_tags=names,
            derpibooru_id=image.id,
            derpibooru_score=image.score,
            derpibooru_comments=image.comment_count,
            derpibooru_tags=names,
        )


def _thumbnail_sides(width: int, height: int) -> tuple[int, int]:
    """Rounded down, in whole numbers: by fractions 1280 may come out as 1279.99."""
    box = BOXES[_THUMBNAIL]
    if width <= box.width and height <= box.height:
        return width, height
    if width * box.height >= height * box.width:
        return box.width, max(1, height * box.width // width)
    return max(1, width * box.height // height), box.height
