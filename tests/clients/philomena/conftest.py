"""A board that is really served, large enough that a client has to page: for published clients."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.boards import SETTINGS, OpenBoard, drawn, drawn_png, open_board
from tests.databases import fresh_sqlite
from tests.programs import Program, serving

from polybooru.library.actors import Actor, Role
from polybooru.library.comments import post_comment
from polybooru.library.filter_edits import FilterText, create_filter, set_current_filter
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.images import feature_image
from polybooru.library.interactions import fave
from polybooru.library.posts import reply
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import alias_tag
from polybooru.library.topics import TopicText, create_topic

SHELF = 105
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40">
<rect width="60" height="40" fill="#246"/><circle cx="30" cy="20" r="12" fill="#fa3"/></svg>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The board and what is on it.

    shelf: images tagged `shelf`, oldest first; two pages of fifty and some. kinds: one image of each format.
    gallery: images in the order of the gallery, which is none of the ids.
    """

    program: Program
    data: Path
    key: str
    shelf: list[int]
    kinds: dict[str, int]
    explicit: int
    gallery_id: int
    gallery: list[int]
    filter_id: int
    comments: int

    @property
    def address(self) -> str:
        return self.program.address


@pytest.fixture(scope="package")
def shop(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    url = fresh_sqlite(sqlite_template, folder)
    with open_board(url, folder, settings=SETTINGS) as opened:
        made = _fill(opened)
        opened.process()
    with serving(folder / "data", settings={"POLYBOORU_DATABASE_URL": url}) as program:
        yield Shop(program=program, data=folder / "data", **made)


def _fill(opened: OpenBoard) -> dict:
    alice, admin = opened.make_user("alice"), opened.make_user("admin", Role.ADMIN)
    shelf = [_add(opened, alice, f"safe, shelf, artist:number {n % 7}", drawn_png(n)) for n in range(SHELF)]
    rng = np.random.default_rng(7)
    frames = rng.integers(0, 256, (3 * 20, 300, 3), dtype=np.uint8)
    flat = rng.integers(0, 256, (600, 900, 3), dtype=np.uint8)
    kinds = {
        "gif": drawn(frames).copy(interpretation="srgb").write_to_buffer(".gif", page_height=20),
        "jpg": drawn(flat).write_to_buffer(".jpg"),
        "png": drawn_png(5_000, width_px=900, height_px=700),
        "svg": SVG,
    }
    kinds = {kind: _add(opened, alice, f"safe, kinds, {kind}", content) for kind, content in kinds.items()}
    explicit = _add(opened, alice, "explicit, shelf, covered", drawn_png(6_000))
    gallery = [shelf[n] for n in (40, 3, 99, 17, 64, 5, 80)]
    with opened.library.work() as work:
        text = GalleryText(title="A walk", description="In its own order.", cover_id=gallery[0])
        gallery_id = create_gallery(work, alice, text)
        add_images(work, alice, gallery_id, gallery)
        quiet = FilterText(name="Quiet", is_public=True, hidden_tags=["artist:number 0"])
        filter_id = create_filter(work, alice, quiet)
        set_current_filter(work, alice, filter_id)
        describe_tag(
            work, admin, "shelf", description="What stands there.", short_description="", category=None
        )
        alias_tag(work, admin, "board", "shelf")
        feature_image(work, admin, shelf[1])
        fave(work, alice, shelf[2])
        for number in range(3):
            post_comment(work, alice, shelf[0], f"Remark {number}.")
        topic = TopicText(title="Ask the mods anything", body="Questions go here.")
        topic_id = create_topic(work, admin, "dis", topic)
        reply(work, alice, topic_id, "How do I find a shelf?")
    return {
        "key": opened.make_token("alice"),
        "shelf": shelf,
        "kinds": kinds,
        "explicit": explicit,
        "gallery_id": gallery_id,
        "gallery": gallery,
        "filter_id": filter_id,
        "comments": 3,
    }


def _add(opened: OpenBoard, uploader: Actor, tags: str, picture: bytes) -> int:
    opened.clock.advance(60)
    return opened.make_image(uploader, tags, picture=picture)
