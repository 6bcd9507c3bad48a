"""Hosts of their own."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from polybooru.httpkit.hosts import ByHost

APP = ByHost(
    PlainTextResponse("main"),
    {"Api.example": PlainTextResponse("own"), "api.example:8080": PlainTextResponse("own port")},
)


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("api.example", "own"),
        ("API.EXAMPLE", "own"),
        ("api.example:443", "own"),
        ("api.example:8080", "own port"),
        ("board.example", "main"),
        ("api.example.org", "main"),
        ("", "main"),
    ],
)
def test_the_host_decides_who_answers(host: str, answer: str) -> None:
    assert TestClient(APP).get("/", headers={"host": host}).text == answer
