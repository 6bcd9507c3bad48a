"""What is too often: requests of an address, uploads of a person, and how much more staff may do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient
from tests.boards import OpenBoard, drawn_png, open_board

from polybooru.api.philomena.shield import STAFF_FACTOR
from polybooru.db.tables import users
from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.approval import verify_user
from polybooru.library.errors import TooOften
from polybooru.media import Decoders
from polybooru.settings import DialectSettings, PhilomenaSettings, Settings, UploadSettings

BASE = "/api/v1/json"
UPLOAD = f"{BASE}/images"
LIMITED = Settings(
    public_url="https://board.example",
    dialect=DialectSettings(
        philomena=PhilomenaSettings(requests=5, requests_seconds=60, searches=2, searches_seconds=60)
    ),
)
TOO_MANY = '{"error":"Too Many Requests"}'


@pytest.fixture(scope="module")
def opened(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> Iterator[OpenBoard]:
    folder = tmp_path_factory.mktemp("limits")
    with open_board(database_url(), folder, settings=LIMITED, decoders=decoders) as board:
        yield board


@contextmanager
def asking_from(opened: OpenBoard, address: str) -> Iterator[TestClient]:
    with TestClient(opened.application(), client=(address, 1)) as client:
        yield client


def statuses(client: TestClient, path: str, times: int) -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


# --- requests ---


def test_staff_pass_ten_times_as_often_and_then_no_more(opened: OpenBoard) -> None:
    opened.make_user("mona", Role.MODERATOR)
    key = opened.make_token("mona")
    with asking_from(opened, "198.51.100.10") as client:
        found = statuses(client, f"{BASE}/tags/safe?key={key}", 5 * STAFF_FACTOR + 1)
        assert found == [200] * 5 * STAFF_FACTOR + [429]
        assert statuses(client, f"{BASE}/tags/safe", 1) == [429]


def test_searches_of_staff_are_counted_the_same_way(opened: OpenBoard) -> None:
    opened.make_user("moses", Role.ADMIN)
    key = opened.make_token("moses")
    with asking_from(opened, "198.51.100.11") as client:
        found = statuses(client, f"{BASE}/search/images?q=safe&key={key}", 2 * STAFF_FACTOR + 1)
    assert found == [200] * 2 * STAFF_FACTOR + [429]


@pytest.mark.parametrize("role", [None, Role.USER, Role.ASSISTANT])
def test_nobody_else_does(opened: OpenBoard, role: Role | None) -> None:
    name = f"person {role}"
    key = "x" * 100
    if role is not None:
        opened.make_user(name, role)
        key = opened.make_token(name)
    with asking_from(opened, f"198.51.100.{30 + len(role or '')}") as client:
        assert statuses(client, f"{BASE}/tags/safe?key={key}", 6) == [200] * 5 + [429]
        for odd in ("key[]=x", "key=", "key=%00", "&".join(["a=b"] * 2_000)):
            assert statuses(client, f"{BASE}/tags/safe?{odd}", 1) == [429]


# --- uploads ---


def send(client: TestClient, key: str, seed: int, tags: str = "safe, cat, cute"):
    return client.post(
        UPLOAD,
        data={"key": key, "image[tag_input]": tags},
        files={"image[image]": ("a.png", drawn_png(800_000 + seed))},
    )


@contextmanager
def uploading(opened: OpenBoard, actor: Actor, address: str) -> Iterator[tuple[TestClient, str]]:
    """A client of an address of its own, whose requests as such are few enough."""
    assert actor.name is not None
    with asking_from(opened, address) as client:
        yield client, opened.make_token(actor.name)


def made_long_ago(opened: OpenBoard, name: str, role: Role = Role.USER) -> Actor:
    actor = opened.make_user(name, role)
    with opened.library.work() as work:
        long_ago = work.now - timedelta(days=15)
        work.execute(update(users).where(users.c.name == name).values(created_at=long_ago))
    return actor


def test_a_second_upload_has_to_wait_for_five_seconds_and_is_told_so(opened: OpenBoard) -> None:
    person = opened.make_user("una")
    with uploading(opened, person, "198.51.100.20") as (client, key):
        assert send(client, key, 1).status_code == 200
        opened.clock.advance(2)
        refused = send(client, key, 2)
        assert (refused.status_code, refused.text) == (429, TOO_MANY)
        assert refused.headers["retry-after"] == "3"
        opened.clock.advance(3)
        assert send(client, key, 2).status_code == 200


def test_an_upload_that_breaks_rules_is_counted_and_one_without_a_token_is_nobodys(
    opened: OpenBoard,
) -> None:
    person = opened.make_user("ugo")
    with uploading(opened, person, "198.51.100.21") as (client, key):
        assert send(client, "x", 3).status_code == 401
        assert send(client, key, 3, tags="safe").status_code == 400
        assert send(client, key, 3).status_code == 429


def test_one_person_waits_wherever_the_token_is_used_and_no_other_does(opened: OpenBoard) -> None:
    person, other = opened.make_user("ulf"), opened.make_user("uwe")
    with uploading(opened, person, "198.51.100.22") as (client, key):
        assert send(client, key, 4).status_code == 200
    with uploading(opened, person, "198.51.100.23") as (client, key):
        assert send(client, key, 5).status_code == 429
    with uploading(opened, other, "198.51.100.24") as (client, key):
        assert send(client, key, 5).status_code == 200


def test_staff_upload_ten_in_the_time_of_one(opened: OpenBoard) -> None:
    person = opened.make_user("ute", Role.MODERATOR)
    with uploading(opened, person, "198.51.100.25") as (client, key):
        assert send(client, key, 6).status_code == 200
        for _ in range(8):
            opened.board.upload_gate.enter(person)
        assert send(client, key, 7).status_code == 200
        assert send(client, key, 8).status_code == 429
        opened.clock.advance(5)
        assert send(client, key, 8).status_code == 200


def entered(opened: OpenBoard, actor: Actor, times: int) -> int:
    """How many of so many uploads, one every five seconds, may pass."""
    passed = 0
    for _ in range(times):
        opened.clock.advance(5)
        with suppress(TooOften):
            opened.board.upload_gate.enter(actor)
            passed += 1
    return passed


def test_a_new_account_uploads_thirty_times_an_hour(opened: OpenBoard) -> None:
    person = opened.make_user("neil")
    assert entered(opened, person, 40) == 30
    opened.clock.advance(3_600)
    assert entered(opened, person, 1) == 1


def test_an_older_or_verified_account_and_staff_upload_more(opened: OpenBoard) -> None:
    verified = opened.make_user("vera")
    assert verified.user_id is not None
    with opened.library.work() as work:
        verify_user(work, OPERATOR, verified.user_id)
    for person in (verified, made_long_ago(opened, "olaf"), opened.make_user("mara", Role.ADMIN)):
        assert entered(opened, person, 40) == 40


def test_the_limit_of_uploads_can_be_set_and_switched_off(
    database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, decoders: Decoders
) -> None:
    for upload, wanted in (
        (UploadSettings(rate_limit=False), 4),
        (UploadSettings(seconds_between=0), 4),
        (UploadSettings(seconds_between=10), 2),
        (UploadSettings(seconds_between=0, new_account_an_hour=1), 1),
        (UploadSettings(seconds_between=0, new_account_an_hour=1, new_account_days=0), 4),
    ):
        folder = tmp_path_factory.mktemp("set")
        settings = Settings(upload=upload)
        with open_board(database_url(), folder, settings=settings, decoders=decoders) as board:
            assert entered(board, board.make_user("una"), 4) == wanted
