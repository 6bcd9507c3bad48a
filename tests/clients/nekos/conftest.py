"""A board that is really served, with something of every kind that Nekos clients know."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.boards import SETTINGS, OpenBoard, drawn_png, open_board
from tests.databases import fresh_sqlite
from tests.programs import Program, serving

from polybooru.library.actors import OPERATOR
from polybooru.library.artist_links import request_artist_link, verify_artist_link
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import imply_tag
from polybooru.library.tags import find_tags

IMAGES = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """The board's address and a token that lists images."""

    program: Program
    token: str

    @property
    def address(self) -> str:
        return f"{self.program.address}/nekos"


@pytest.fixture(scope="package")
def gallery(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    folder = tmp_path_factory.mktemp("nekos")
    url = fresh_sqlite(sqlite_template, folder)
    with open_board(url, folder, settings=SETTINGS) as opened:
        token = _fill(opened)
    with serving(folder / "data", settings={"POLYBOORU_DATABASE_URL": url}) as program:
        yield Gallery(program=program, token=token)


def _fill(opened: OpenBoard) -> str:
    alice = opened.make_user("alice")
    with opened.library.work() as work:
        for name, text, category in (
            ("scenery", "Land and sea.", None),
            ("sky (above)", "What is above.", None),
            ("old thistle", "A well-read owl.", "character"),
            ("series:lantern tales", "", "content-fanmade"),
        ):
            describe_tag(work, OPERATOR, name, description=text, short_description="", category=category)
        imply_tag(work, OPERATOR, "old thistle", "series:lantern tales")
    for number in range(IMAGES):
        opened.clock.advance(60)
        more = "sky (above), old thistle" if number % 3 == 0 else "indoors"
        opened.make_image(
            alice,
            f"safe, scenery, artist:100% {number % 2}, {more}",
            picture=drawn_png(number, width_px=64, height_px=36 if number % 2 else 64),
            sources=["https://example.org/works/1"] if number % 2 else [],
        )
    opened.make_image(alice, "explicit, scenery, artist:late")
    opened.process()
    with opened.library.work() as work:
        [artist] = find_tags(work, ["artist:100% 1"]).values()
        link = request_artist_link(work, alice, artist.id, "https://artist.example/")
        verify_artist_link(work, OPERATOR, link.id)
    return opened.make_token("alice", "image:list")
