"""A board with categories, keys of every kind, and ways to ask it, with other settings too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pyvips
from starlette.testclient import TestClient
from tests.boards import SETTINGS, OpenBoard, drawn_png, open_board
from tests.contract.conftest import LOOPBACK

from polybooru.application import application
from polybooru.library.actors import OPERATOR, Actor
from polybooru.library.categories import CategoryText, add_category, disable_category
from polybooru.library.images import find_image
from polybooru.library.token_terms import TokenLimits, disable_token, limit_token, switch_token
from polybooru.library.tokens import list_tokens
from polybooru.media import Decoders
from polybooru.settings import DialectSettings

IMG, THM, SHT, SITE = "/yiffy/V2", "/yiffy/thumbs", "/yiffy/s", "/yiffy"
MEDIA, TMEDIA = "/yiffy/media", "/yiffy/thumb-media"
ORIGIN = "https://board.example"
BIRDS = 7
CATEGORIES = (
    CategoryText(path="animals.birb", query="bird", is_safe=True),
    CategoryText(path="animals.fox", query="fox"),
    CategoryText(path="animals.fox.sleepy", query="fox, sleepy", name="Animals > Fox > Zzz"),
    CategoryText(path="animals.nothing", query="dodo"),
    CategoryText(path="animals.resting", query="bird", comment="Moulting."),
    CategoryText(path="furry.hug", query="hug", is_safe=True),
)


@dataclass(frozen=True, slots=True)
class Yiffy:
    """keys: by what they may or may not. birds: ids of the images of animals.birb."""

    opened: OpenBoard
    person: Actor
    client: TestClient
    birds: list[int]
    foxes: list[int]
    keys: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def md5(self, image_id: int) -> str:
        with self.opened.library.reading() as reading:
            found = find_image(reading, image_id).md5_hash
        assert found is not None
        return found

    def get(self, path: str, key: str = "", **more: Any) -> Any:
        return self.ask("GET", path, key, **more)

    def ask(self, method: str, path: str, key: str = "", **more: Any) -> Any:
        headers = {"authorization": self.keys.get(key, key), **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)

    def new_key(self, *scopes: str, **limits: Any) -> str:
        """Of a person of its own, as each person has few."""
        name = f"person {next(self._numbers)}"
        self.opened.make_user(name)
        token = self.opened.make_token(name, *scopes)
        if limits:
            with self.opened.library.work() as work:
                [known] = list_tokens(work, OPERATOR, _owner(work, name))
                limit_token(work, OPERATOR, known.id, TokenLimits(**limits))
        return token


def _owner(work: Any, name: str) -> int:
    from polybooru.library.accounts import find_user

    return find_user(work, name).id


def settings_with(**facts: Any) -> Any:
    dialects: DialectSettings = SETTINGS.dialect
    yiffy = replace(dialects.yiffy, **facts)
    return replace(SETTINGS, dialect=replace(dialects, yiffy=yiffy))


@pytest.fixture(scope="session")
def yiffy(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> Iterator[Yiffy]:
    folder: Path = tmp_path_factory.mktemp("yiffy")
    with open_board(database_url(), folder, decoders=decoders) as opened:
        person = opened.make_user("ursula")
        birds = [
            opened.make_image(
                person,
                "safe, bird, artist:fern" if number == 0 else "safe, bird, tree",
                picture=drawn_png(900 + number, width_px=40 + 40 * number, height_px=30 + 90 * number),
                sources=["https://example.com/bird"] if number == 0 else [],
            )
            for number in range(BIRDS)
        ]
        jpeg: bytes = pyvips.Image.black(80, 60, bands=3).copy(interpretation="srgb").write_to_buffer(".jpg")
        foxes = [
            opened.make_image(person, "safe, fox, hug", picture=jpeg),
            opened.make_image(person, "questionable, fox, tree"),
        ]
        opened.make_image(person, "safe, sparrow, tree")
        opened.process()
        opened.make_image(person, "safe, bird, unprocessed")
        with opened.library.work() as work:
            for text in CATEGORIES:
                made = add_category(work, OPERATOR, text)
                if text.path == "animals.resting":
                    disable_category(work, OPERATOR, made)
        with TestClient(opened.application(), follow_redirects=False, client=LOOPBACK) as client:
            found = Yiffy(opened, person, client, birds, foxes)
            _make_keys(found)
            yield found


def _make_keys(yiffy: Yiffy) -> None:
    scopes = {
        "plain": (),
        "bulk": ("yiffy:bulk",),
        "sfw": ("yiffy:bulk", "yiffy:sfw-only"),
        "no images": ("yiffy:no-images", "yiffy:bulk"),
        "no thumbs": ("yiffy:no-thumbs",),
        "no shortener": ("yiffy:no-shortener",),
        "reader": ("read",),
        "inactive": (),
        "disabled": (),
        "unlimited": (),
    }
    for name, listed in scopes.items():
        yiffy.keys[name] = yiffy.new_key(*listed)
    yiffy.keys["unknown"] = "f" * 40
    with yiffy.opened.library.work() as work:
        for name, place in (("inactive", 7), ("disabled", 8), ("unlimited", 9)):
            [token] = list_tokens(work, OPERATOR, _owner(work, f"person {place}"))
            if name == "inactive":
                switch_token(work, OPERATOR, token.id, is_active=False)
            elif name == "disabled":
                disable_token(work, OPERATOR, token.id, reason="Too loud.")
            else:
                limit_token(work, OPERATOR, token.id, TokenLimits(is_unlimited=True))


@pytest.fixture
def other(yiffy: Yiffy) -> Iterator[Callable[..., Yiffy]]:
    """`other(rate_limit=True)`: the same board with other settings of the dialect."""
    clients: list[TestClient] = []

    def made(**facts: Any) -> Yiffy:
        app = application(yiffy.opened.board, settings_with(**facts))
        client = TestClient(app, follow_redirects=False, client=LOOPBACK)
        clients.append(client)
        return replace(yiffy, client=client)

    yield made
    for client in clients:
        client.close()
