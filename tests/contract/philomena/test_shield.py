"""What stands before every route: agents that are refused, and what browsers are told about https."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from tests.contract.worlds import World

from polybooru.application import application
from polybooru.settings import DialectSettings, PhilomenaSettings

PATHS = ("/api/v1/json/images/1", "/api/v1/json/nothing", "/autocomplete/tags?term=saf")


@contextmanager
def asking(world: World, public_url: str = "https://board.example", **set_to) -> Iterator[TestClient]:
    philomena = PhilomenaSettings(rate_limit=False, **set_to)
    settings = replace(world.opened.settings, dialect=DialectSettings(philomena=philomena))
    board = replace(world.opened.board, public_url=public_url)
    with TestClient(application(board, settings)) as client:
        yield client


@pytest.mark.parametrize("agent", ["BadBot/1.0", "Mozilla/5.0 (compatible; badbot)", "x BADBOT"])
def test_an_agent_that_the_operator_refuses_gets_nothing_anywhere(world: World, agent: str) -> None:
    with asking(world, refused_agents=("badbot", "other")) as client:
        for path in PATHS:
            answer = client.get(path, headers={"user-agent": agent})
            assert (answer.status_code, answer.content) == (403, b"")
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0", "curl/8.5", "bad bot"])
def test_others_and_who_names_none_come_in(world: World, agent: str) -> None:
    with asking(world, refused_agents=("badbot", "")) as client:
        assert client.get(PATHS[0], headers={"user-agent": agent}).status_code == 200
        del client.headers["user-agent"]
        assert client.get(PATHS[0]).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_browsers_keep_to_https_where_the_board_has_it(world: World, path: str) -> None:
    name = "strict-transport-security"
    with asking(world) as client:
        assert client.get(path).headers[name] == "max-age=31556925"
    with asking(world, hsts_seconds=60) as client:
        assert client.get(path).headers[name] == "max-age=60"
    with asking(world, hsts_seconds=0) as client:
        assert name not in client.get(path).headers
    with asking(world, "http://board.example") as client:
        assert name not in client.get(path).headers
