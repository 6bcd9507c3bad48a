"""A real board for a test: rows, files, index and decoders, with the clock in the test's hand.

`open_board` builds it as `serve` does; the methods of `OpenBoard` fill it through the library's own verbs.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pyvips
from sqlalchemy import insert
from starlette.types import ASGIApp

from polybooru import app
from polybooru.application import application
from polybooru.db.tables import users
from polybooru.library.accounts import acting_as, find_user
from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.board import Board
from polybooru.library.library import Library
from polybooru.library.tag_names import slug
from polybooru.library.tokens import create_token
from polybooru.library.uploads import Upload, spooled, upload
from polybooru.library.user_names import fold_name
from polybooru.media import Decoders
from polybooru.settings import (
    DialectSettings,
    NekosSettings,
    PhilomenaSettings,
    Settings,
    UploadSettings,
    WaifuSettings,
    YiffySettings,
)
from polybooru.worker.loop import Worker

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
UNLIMITED = DialectSettings(
    philomena=PhilomenaSettings(rate_limit=False),
    waifu=WaifuSettings(rate_limit=False),
    yiffy=YiffySettings(rate_limit=False),
    nekos=NekosSettings(rate_limit=False),
)
SETTINGS = Settings(
    public_url="https://board.example", dialect=UNLIMITED, upload=UploadSettings(rate_limit=False)
)


@dataclass(slots=True)
class Clock:
    """Stands still until a test moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)

    go_on = advance


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBoard:
    board: Board
    settings: Settings
    clock: Clock
    data: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def library(self) -> Library:
        return self.board.library

    def application(self) -> ASGIApp:
        """What `serve` serves."""
        return application(self.board, self.settings)

    def make_user(self, name: str, role: Role = Role.USER, *, images_per_page: int | None = None) -> Actor:
        """A person who cannot sign in, only use tokens: hashing a password takes longer than most tests."""
        with self.library.work() as work:
            row = {
                "name": name,
                "folded_name": fold_name(name),
                "slug": slug(name),
                "password_hash": "none",
                "role": role.value,
                "images_per_page": images_per_page,
                "created_at": work.now,
            }
            work.execute(insert(users), [row])
            actor = acting_as(work, name)
            assert actor.user_id is not None
            work.changed("user", actor.user_id)
        return actor

    def make_token(self, user_name: str, *scopes: str, expires_in: timedelta | None = None) -> str:
        with self.library.work() as work:
            user_id = find_user(work, user_name).id
            return create_token(work, OPERATOR, user_id, scopes=scopes, expires_in=expires_in)

    def make_image(
        self,
        uploader: Actor,
        tags: str = "safe, cat, cute",
        *,
        picture: bytes | None = None,
        file_name: str | None = "picture.png",
        description: str = "",
        sources: Sequence[str] = (),
        is_anonymous: bool = False,
        process: bool = False,
    ) -> int:
        """Upload a picture, a new one if none is given, at the clock's time; returns its id."""
        content = drawn_png(next(self._numbers)) if picture is None else picture
        with spooled(self.library, content) as path:
            image_id = upload(
                self.library,
                uploader,
                Upload(
                    file=path,
                    file_name=file_name,
                    tags=[tags],
                    description=description,
                    sources=sources,
                    is_anonymous=is_anonymous,
                ),
            )
        if process:
            self.process()
        return image_id

    def process(self) -> None:
        """Work off every waiting job."""
        Worker(self.library, at_once=1, lock=self.data / "worker.lock").run(until_idle=True)


@contextmanager
def open_board(
    database_url: str, folder: Path, *, settings: Settings = SETTINGS, decoders: Decoders | None = None
) -> Iterator[OpenBoard]:
    """A founded library with its index loaded.

    decoders: running ones to borrow, which saves a second; else the board starts its own with its first file.
    """
    settings = replace(settings, database_url=database_url)
    data = folder / "data"
    app.initialise(data, settings)
    clock = Clock()
    with app.open_board(data, settings) as board:
        board.library.clock = clock
        if decoders is not None:
            board.library.decoders.close()
            board.library.decoders = decoders
        board.library.replica.load()
        yield OpenBoard(board=board, settings=settings, clock=clock, data=data)


def drawn_png(seed: int, *, width_px: int = 40, height_px: int = 30) -> bytes:
    """A small picture of its own for each seed, the same every time."""
    noise = np.random.default_rng(seed).integers(0, 256, (height_px, width_px, 3), dtype=np.uint8)
    png: bytes = drawn(noise).write_to_buffer(".png")
    return png


def drawn(pixels: np.ndarray) -> pyvips.Image:
    """8-bit pixels of shape (height, width, bands) as a picture."""
    height_px, width_px, bands = pixels.shape
    return pyvips.Image.new_from_memory(pixels.tobytes(), width_px, height_px, bands, "uchar").copy(
        interpretation="srgb" if bands >= 3 else "b-w"
    )
