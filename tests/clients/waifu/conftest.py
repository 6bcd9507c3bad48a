"""A board that is really served, with a few images under listed tags: for published clients."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.boards import SETTINGS, OpenBoard, drawn_png, open_board
from tests.databases import fresh_sqlite
from tests.programs import Program, serving

from polybooru.library.actors import OPERATOR, Role
from polybooru.library.listed_tags import list_tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """maids: images of both tags, oldest first. tall: one of them. key: of somebody without favourites."""

    program: Program
    data: Path
    key: str
    admin_key: str
    alice: int
    maids: list[int]
    tall: int


@pytest.fixture(scope="package")
def stall(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stall]:
    folder = tmp_path_factory.mktemp("stall")
    url = fresh_sqlite(sqlite_template, folder)
    with open_board(url, folder, settings=SETTINGS) as opened:
        made = _fill(opened)
        opened.process()
    with serving(folder / "data", settings={"POLYBOORU_DATABASE_URL": url}) as program:
        yield Stall(program=program, data=folder / "data", **made)


def _fill(opened: OpenBoard) -> dict:
    alice = opened.make_user("alice")
    opened.make_user("admin", Role.ADMIN)

    def add(number: int, tags: str, height_px: int) -> int:
        opened.clock.advance(60)
        picture = drawn_png(number, width_px=40, height_px=height_px)
        return opened.make_image(alice, tags, picture=picture)

    maids = [add(number, "safe, waifu, maid, artist:jane", 30) for number in range(5)]
    tall = add(9, "safe, waifu, maid, uniform", 400)
    for number in range(40):
        add(100 + number, "safe, selfies, waifu", 30)
    with opened.library.work() as work:
        for name in ("waifu", "maid", "uniform", "selfies"):
            list_tag(work, OPERATOR, name, description=f"About {name}.")
    return {
        "key": opened.make_token("alice"),
        "admin_key": opened.make_token("admin"),
        "alice": alice.user_id,
        "maids": [*maids, tall],
        "tall": tall,
    }
