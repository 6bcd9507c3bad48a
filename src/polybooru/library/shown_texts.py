"""What people wrote, as one reader sees it: with the images that it names, if this reader may know of them.

The HTML itself was made when it was written; see `written`. Neighbour: `markup.references`, which puts it in.
"""

from collections.abc import Callable, Collection, Sequence
from types import MappingProxyType

from sqlalchemy import select

from polybooru.db.tables import images
from polybooru.library import addresses
from polybooru.library.actors import Actor
from polybooru.library.image_visibility import MAX_ID, ImageState, is_in_sight, may_see
from polybooru.library.images import Image, load_images
from polybooru.library.work import Reading
from polybooru.markup import Embed, Picture, Reference, Shown, references, render, show
from polybooru.media import plan

HitBy = Callable[[Sequence[int]], Collection[int]]
"""Those of some images that the reader's filter hides or spoilers, as `ImageSearch.hit_by` tells."""
_VERSIONS = MappingProxyType({Embed.SMALL: "small", Embed.THUMBNAIL: "thumb_small", Embed.MEDIUM: "medium"})
_FILES = "/img/"


def stored_html(body: str, body_html: str | None, own_hosts: Collection[str]) -> str:
    """The HTML of a comment or post; made now, if its row is older than the column."""
    return render(body, own_hosts=own_hosts).html if body_html is None else body_html


def shown_texts(reading: Reading, actor: Actor, made: Sequence[str], *, hit_by: HitBy) -> list[str]:
    """The HTML of texts for one reader; made: as it is stored.

    An image that waits for approval is named to its uploader and staff alone; of one that is hidden everybody
    learns that it is. Cost: one look at the named images, and one at those whose pictures are shown.
    """
    asked = references(made)
    shown = _resolved(reading, actor, asked, hit_by) if asked else {}
    return [show(text, shown.get) for text in made]


def _resolved(
    reading: Reading, actor: Actor, asked: Collection[Reference], hit_by: HitBy
) -> dict[Reference, Shown]:
    image_ids = {one.image_id for one in asked if one.image_id <= MAX_ID}
    wanted = select(*(images.c[name] for name in ImageState._fields)).where(images.c.id.in_(image_ids))
    states = [ImageState(*row) for row in reading.execute(wanted)]
    known = {state.id: state for state in states if may_see(actor, state)}
    in_sight = {state.id for state in states if is_in_sight(state)}
    pictured = sorted({one.image_id for one in asked if one.embed in _VERSIONS} & in_sight)
    pictures = load_images(reading, pictured) if pictured else {}
    hit = set(hit_by(pictured)) if pictured else set[int]()
    shown: dict[Reference, Shown] = {}
    for one in asked:
        state, url = known.get(one.image_id), f"/images/{one.image_id}"
        if state is None:
            continue
        if not state.is_approved:
            shown[one] = Shown(url=None, note="pending approval")
        elif state.hidden_from_users:
            shown[one] = Shown(url=url, note="deleted" if state.duplicate_id is None else "merged")
        else:
            picture = _picture(pictures.get(one.image_id), one.embed, is_spoilered=one.image_id in hit)
            shown[one] = Shown(url=url, picture=picture)
    return shown


def _picture(image: Image | None, embed: Embed, *, is_spoilered: bool) -> Picture | None:
    """None for a plain link, and for an image whose smaller files are not made yet."""
    if image is None or embed not in _VERSIONS or not image.thumbnails_generated:
        return None
    version = _VERSIONS[embed]
    size = plan(image.width_px, image.height_px).get(version)
    return Picture(
        url=addresses.version_paths(image, _FILES)[version],
        width_px=image.width_px if size is None else size.width,
        height_px=image.height_px if size is None else size.height,
        alternative_text=image.alt_text or f">>{image.id}",
        is_spoilered=is_spoilered,
        is_video=image.mime_type.startswith("video/"),
    )
