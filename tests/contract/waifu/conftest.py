"""A board with listed tags, for the waifu.im dialect. Images are rows: only a few tests need their files."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient
from tests.boards import OpenBoard, open_board
from tests.contract.conftest import LOOPBACK
from tests.libraries import add_image

from polybooru.counters import Counters
from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.bans import ban_user
from polybooru.library.fingerprints import signed
from polybooru.library.granted import Granted
from polybooru.library.grants import add_grant
from polybooru.library.listed_tags import list_tag
from polybooru.media import Decoders
from polybooru.settings import DialectSettings, PhilomenaSettings, WaifuSettings

LISTED = ("waifu", "maid", "uniform", "selfies")
RESTRICTED = "restricted sample"
CROWD = 40
_numbers = count(1)


@dataclass(slots=True)
class Kiosk:
    """A board, whoever asks, and images by what they are there for."""

    opened: OpenBoard
    client: TestClient
    people: dict[str, Actor] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    images: dict[str, int] = field(default_factory=dict)

    def ask(self, method: str, path: str, token: str | None = None, **more: Any) -> httpx2.Response:
        """token: the name of one, or a text."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["authorization"] = f"Bearer {self.tokens.get(token, token)}"
        return self.client.request(method, f"/waifu{path}", headers=headers, **more)

    def found(self, path: str, token: str | None = None) -> list[int]:
        """Ids of the answer; none where nothing matches."""
        answer = self.ask("GET", path, token)
        if answer.status_code == 404:
            assert answer.json() == {"detail": "Not Found"}
            return []
        assert answer.status_code == 200, answer.text
        images = answer.json()["images"]
        assert images
        return [image["image_id"] for image in images]

    def add(self, *tags: str, **values: Any) -> int:
        number = next(_numbers)
        facts = {
            "is_processed": True,
            "perceptual_hash": signed(0x58E6F0372364AB00 + number),
            "dominant_color": "#bbb7b2",
            "created_at": self.opened.clock.now + timedelta(seconds=number),
        }
        return add_image(self.opened.library, [*tags], **(facts | values))

    def newcomer(self, *scopes: str, role: Role = Role.USER) -> str:
        """The name of somebody new, and of his token."""
        name = f"newcomer{next(_numbers)}"
        self.people[name] = self.opened.make_user(name, role)
        self.tokens[name] = self.opened.make_token(name, *scopes)
        return name

    def user_id(self, name: str) -> int:
        return self.people[name].user_id or 0


def _fill(kiosk: Kiosk) -> None:
    opened = kiosk.opened
    for name, role in (("alice", Role.USER), ("bob", Role.USER), ("bot", Role.USER), ("banned", Role.USER),
                       ("admin", Role.ADMIN), ("moderator", Role.MODERATOR)):  # fmt: skip
        kiosk.people[name] = opened.make_user(name, role)
        kiosk.tokens[name] = opened.make_token(name)
    kiosk.tokens["expired"] = opened.make_token("alice", expires_in=timedelta(seconds=1))
    opened.clock.advance(2)
    adult = {"width_px": 30, "height_px": 40}
    kiosk.images = {
        "portrait": kiosk.add(
            "safe", "waifu", "maid", "artist:jane", width_px=1536, height_px=2304, size_bytes=3_299_586
        ),
        "landscape": kiosk.add("safe", "waifu", width_px=2304, height_px=1536, size_bytes=500),
        "square": kiosk.add("suggestive", "maid", width_px=2000, height_px=2000, size_bytes=1_000),
        "gif": kiosk.add("safe", "uniform", "waifu", format="gif", mime_type="image/gif", is_animated=True),
        "adult": kiosk.add("explicit", "waifu", **adult),
        "questionable": kiosk.add("questionable", "maid", **adult),
        "restricted": kiosk.add("explicit", RESTRICTED, **adult),
        "unlisted": kiosk.add("safe", "nobody lists this"),
        "hidden": kiosk.add("safe", "waifu", hidden_from_users=True),
        "unapproved": kiosk.add("safe", "waifu", is_approved=False),
        "unprocessed": kiosk.add("safe", "waifu", is_processed=False),
    }
    for _ in range(CROWD):
        kiosk.add("safe", "selfies")
    with opened.library.work() as work:
        for name in LISTED:
            list_tag(work, OPERATOR, name, description=f"About {name}.")
        list_tag(work, OPERATOR, RESTRICTED, is_nsfw=True)
        ban_user(work, OPERATOR, kiosk.user_id("banned"), reason="rude")
        add_grant(work, OPERATOR, kiosk.user_id("bot"), Granted.VIEW_FAVORITES, kiosk.user_id("alice"))
        add_grant(work, OPERATOR, kiosk.user_id("bot"), Granted.MANAGE_FAVORITES, kiosk.user_id("alice"))


@pytest.fixture(scope="session")
def kiosk(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> Iterator[Kiosk]:
    folder: Path = tmp_path_factory.mktemp("kiosk")
    with (
        open_board(database_url(), folder, decoders=decoders) as opened,
        TestClient(opened.application(), follow_redirects=False, client=LOOPBACK) as client,
    ):
        made = Kiosk(opened, client)
        _fill(made)
        yield made


@pytest.fixture
def limited(kiosk: Kiosk, tmp_path: Path) -> Iterator[Callable[[WaifuSettings], TestClient]]:
    """The same board behind other settings of the dialect; who asked in other tests does not count."""
    counters = Counters(tmp_path / "counters")

    def ask_with(settings: WaifuSettings) -> TestClient:
        dialect = DialectSettings(philomena=PhilomenaSettings(rate_limit=False), waifu=settings)
        opened = replace(
            kiosk.opened,
            board=replace(kiosk.opened.board, counters=counters),
            settings=replace(kiosk.opened.settings, dialect=dialect),
        )
        return TestClient(opened.application(), follow_redirects=False, client=LOOPBACK)

    yield ask_with
    counters.close()
