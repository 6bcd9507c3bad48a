"""Every route of the table as every kind of caller is answered: one golden file for each route.

A file tells once what several callers get, after the list of them.
"""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient
from tests.contract.philomena.test_routes import ROUTES, with_key
from tests.contract.worlds import World

from polybooru.api.philomena.routes import BASE, FEEDS

SMALLER = {  # than what the checklist of routes asks: a page of rows says nothing more
    ("GET", f"{BASE}/search"): f"{BASE}/search?q=cat&filter_id=2&del=1&hidden=1",
    ("GET", f"{BASE}/search/images"): f"{BASE}/search/images?q=id.lte:9&del=1",
    ("GET", f"{BASE}/search/tags"): f"{BASE}/search/tags?q=artist:*",
    ("GET", f"{FEEDS}/watched"): f"{FEEDS}/watched?per_page=2",
    (
        "POST",
        f"{BASE}/search/reverse",
    ): f"{BASE}/search/reverse?limit=2&url=https://board.example/img/view/2026/1/2/1.png",
}
CALLERS = {
    "without a key": None,
    "with an unknown key": "x" * 100,
    "expired": "expired",
    "deactivated": "gone",
    "user": "alice",
    "another user": "bob",
    "assistant": "assistant",
    "moderator": "moderator",
    "admin": "admin",
    "admin, with a key that may only read": "reader",
}


def name_of(method: str, path: str) -> str:
    bare = re.sub(r":rest\}", "}", path.removeprefix(BASE).removeprefix("/"))
    return f"{method.lower()}-{re.sub(r'[^a-z_]+', '-', bare).strip('-')}.txt"


def test_every_route_has_a_file_of_its_own() -> None:
    assert len({name_of(*route) for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: name_of(*route).removesuffix(".txt"))
def test_each_caller_is_answered_exactly_so(
    client: TestClient, world: World, golden: Callable[[str, str], None], route: tuple[str, str]
) -> None:
    method, _ = route
    path = SMALLER.get(route, ROUTES[route])
    told: dict[str, list[str]] = {}
    for who, key in CALLERS.items():
        asked = path if key is None else with_key(path, world.keys.get(key, key))
        answer = client.request(method, asked)
        kind = answer.headers.get("content-type", "of bytes")
        body = answer.text if re.search("json|text|xml", kind) else answer.content.hex(" ", -8)
        told.setdefault(f"{answer.status_code} {kind}\n{body}", []).append(who)
    parts = [f"# {'; '.join(callers)}\n{answer}\n" for answer, callers in told.items()]
    golden(f"roles/{name_of(*route)}", f"{method} {path}\n\n" + "\n".join(parts))
