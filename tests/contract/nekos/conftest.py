"""A board as Nekos clients see it, only read; `asking` makes clients of it under other settings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient
from tests.boards import SETTINGS, OpenBoard, drawn_png, open_board

from polybooru.application import application
from polybooru.db.tables import images
from polybooru.library.actors import OPERATOR, Role
from polybooru.library.artist_links import request_artist_link, verify_artist_link
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.images import hide_image
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import imply_tag
from polybooru.library.tags import find_tags
from polybooru.media import Decoders
from polybooru.settings import NekosSettings

BASE = "/nekos/api"
SAFE_IMAGES = 12
TAGGED = {
    "scenery": ("Land and sea, far and near.", "Landscapes.", None),
    "sky": ("What is above.", "", None),
    "cat": ("Purrs.", "Purrs", "species"),
    "old thistle": ("A well-read owl.", "", "character"),
    "series:lantern tales": ("", "", "content-fanmade"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The board, tokens by what is special about them, and ids as clients see them."""

    opened: OpenBoard
    tokens: dict[str, str]

    def client(self, **settings: Any) -> TestClient:
        """A client of the same board under these settings of the dialect."""
        nekos = NekosSettings(**{"rate_limit": False, **settings})
        dialect = replace(self.opened.settings.dialect, nekos=nekos)
        app = application(self.opened.board, replace(self.opened.settings, dialect=dialect))
        return TestClient(app, follow_redirects=False)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="session")
def shown(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> Iterator[Shown]:
    folder: Path = tmp_path_factory.mktemp("nekos")
    with open_board(database_url(), folder, settings=SETTINGS, decoders=decoders) as opened:
        yield _fill(opened)


@pytest.fixture(scope="session")
def nekos(shown: Shown) -> Iterator[TestClient]:
    """Asks without limits."""
    with shown.client() as asking:
        yield asking


def _fill(opened: OpenBoard) -> Shown:
    alice, moderator = opened.make_user("alice"), opened.make_user("moderator", Role.MODERATOR)
    with opened.library.work() as work:
        for name, (text, short, category) in TAGGED.items():
            describe_tag(work, OPERATOR, name, description=text, short_description=short, category=category)
        imply_tag(work, OPERATOR, "old thistle", "series:lantern tales")
    for number in range(SAFE_IMAGES):
        opened.clock.advance(60)
        tags = ["safe", f"artist:sample {number % 3}" if number != 7 else "artist:lonely", "scenery"]
        tags += ["sky"] if number % 2 else ["cat"]
        tags += ["old thistle"] if number == 4 else []
        width, height = ((64, 36), (36, 64), (40, 40))[number % 3]
        opened.make_image(
            alice,
            ", ".join(tags),
            picture=drawn_png(number, width_px=width, height_px=height),
            sources=["https://www.example.org/works/1"] if number % 2 else [],
        )
    adult = opened.make_image(alice, "explicit, scenery, artist:late", picture=drawn_png(90))
    doubtful = opened.make_image(alice, "questionable, scenery, artist:sample 0", picture=drawn_png(91))
    hidden = opened.make_image(alice, "safe, scenery, artist:secret", picture=drawn_png(92))
    waiting = opened.make_image(alice, "safe, scenery, artist:sample 0", picture=drawn_png(93))
    opened.process()
    with opened.library.work() as work:
        work.execute(update(images).where(images.c.id == waiting).values(is_processed=False))
        work.changed("image", waiting)
        hide_image(work, moderator, hidden, reason="Rule #1")
        [artist] = find_tags(work, ["artist:sample 1"]).values()
        link = request_artist_link(work, alice, artist.id, "https://sample.example/")
        verify_artist_link(work, OPERATOR, link.id)
        gallery = create_gallery(work, alice, GalleryText(title="A walk"))
        add_images(work, alice, gallery, [5, 2, adult, 9, doubtful])
    tokens = {
        "plain": opened.make_token("alice"),
        "list": opened.make_token("alice", "image:list"),
        "expiry": opened.make_token("alice", "image:custom-expiry"),
        "expiry 100": opened.make_token("alice", "image:custom-expiry:100", "image:custom-expiry"),
        "unlimited": opened.make_token("alice", "api:ratelimit:disabled"),
        "3 in 10 s": opened.make_token("alice", "api:ratelimit:3-10-2", "api:ratelimit:9-9-9"),
        "expired": opened.make_token("alice", expires_in=timedelta(seconds=1)),
    }
    opened.clock.advance(60)
    return Shown(opened, tokens)
