"""What web processes count: requests, exactly and together; and what was given, which no clean stop loses."""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from tests.cli.test_serving import _one_client_for_each_process
from tests.programs import Commands, Program, picture, serving, until

pytestmark = pytest.mark.slow
LONG = 600  # seconds: no window ends while a test runs
CONNECTIONS = 8
BIRB = "/yiffy/V2/animals/birb?amount=1"
UNLIMITED = {"POLYBOORU_DIALECT__YIFFY__RATE_LIMIT": "off"}


def ask_all(clients: Sequence[httpx2.Client], path: str, times: int, **headers: str) -> Counter[int]:
    """Each client asks so often, all at the same time; answers by their status."""

    def ask(client: httpx2.Client) -> list[int]:
        return [client.get(path, headers=headers).status_code for _ in range(times)]

    with ThreadPoolExecutor(len(clients)) as pool:
        return Counter(status for statuses in pool.map(ask, clients) for status in statuses)


def clients_of_both(server: Program, stack: ExitStack) -> list[httpx2.Client]:
    """The first two belong to another process each."""
    more = [httpx2.Client(base_url=server.address, timeout=30) for _ in range(CONNECTIONS - 2)]
    return [*_one_client_for_each_process(server, stack), *map(stack.enter_context, more)]


def answered(client: httpx2.Client, edge: str) -> float:
    """How many requests of the edge the process behind a connection has answered."""
    lines = re.findall(
        rf'^polybooru_requests_total{{edge="{edge}",status="\d+"}} (\S+)$',
        client.get("/metrics").text,
        re.MULTILINE,
    )
    return sum(map(float, lines))


def settings(dialect: str, **values: str) -> dict[str, str]:
    return {
        f"POLYBOORU_DIALECT__{dialect.upper()}__{name.upper()}": value
        for name, value in {"rate_limit": "on", **values}.items()
    }


@pytest.mark.parametrize(
    ("dialect", "set_to", "asked"),
    [
        (
            "philomena",
            {"requests": "11", "requests_seconds": f"{LONG}", "searches": "4", "searches_seconds": f"{LONG}"},
            [("/api/v1/json/search/images?q=safe", 4), ("/api/v1/json/filters/system", 7)],
        ),
        (
            "waifu",
            {"request_ms": f"{LONG * 1_000}", "queue": "6", "delays": "off"},
            [("/waifu/tags", 7), ("/waifu/search", 0)],
        ),
        (
            "nekos",
            {"requests": "5", "requests_seconds": f"{LONG}", "strikes": "1000"},
            [("/nekos/api/category", 5), ("/nekos/api/image/random", 0)],
        ),
    ],
)
def test_processes_count_one_callers_requests_together(
    data: Path, dialect: str, set_to: Mapping[str, str], asked: Sequence[tuple[str, int]]
) -> None:
    with (
        serving(data, "--workers", "2", settings=settings(dialect, **set_to)) as server,
        ExitStack() as stack,
    ):
        clients = clients_of_both(server, stack)
        for path, passing in asked:
            found = ask_all(clients, path, 3)
            assert found[429] == 3 * CONNECTIONS - passing, (path, found)
            assert found[200] == passing, (path, found)
        shares = [answered(client, dialect) for client in clients[:2]]
        assert min(shares) >= 3 * len(asked)
        assert sum(shares) == 3 * CONNECTIONS * len(asked)


def test_both_windows_of_a_key_are_counted_by_processes_together(polybooru: Commands, data: Path) -> None:
    key = polybooru("token", "create", "admin", "--name", "few", "--data", data).stdout.strip()
    window = f"{LONG * 1_000}"
    limits = ("--short-limit", "5", "--short-window", window, "--long-limit", "8", "--long-window", window)
    assert polybooru("token", "limit", "admin", "few", *limits, "--data", data).status == 0
    with serving(data, "--workers", "2", settings=settings("yiffy")) as server, ExitStack() as stack:
        clients = clients_of_both(server, stack)
        for path, passing, code in [("categories", 5, 1000), ("stats", 3, 1001), ("stats", 0, 1001)]:
            found = ask_all(clients, f"/yiffy/V2/{path}", 3, authorization=key)
            assert (found[200], found[429]) == (passing, 3 * CONNECTIONS - passing), path
            refused = clients[0].get(f"/yiffy/V2/{path}", headers={"authorization": key})
            assert refused.json()["code"] == code
        shares = [answered(client, "yiffy") for client in clients[:2]]
        assert min(shares) >= 9
        assert sum(shares) == 3 * (3 * CONNECTIONS + 1)


@pytest.fixture
def birds(polybooru: Commands, data: Path, token: str) -> Path:
    """A library with three birds, their files made, and a category of them."""
    with serving(data) as server:
        for number in range(3):
            assert server.upload(picture(number), "safe, bird, drawn", token).status_code == 200
        until(lambda: len(server.search("bird, processed:true")) == 3, server)
        assert server.stop() == 0
    add = ("category", "add", "animals.birb", "--query", "bird", "--sfw", "--data", data)
    assert polybooru(*add).status == 0
    return data


def given(data: Path) -> int:
    """How often images were given, by the rows."""
    connection = sqlite3.connect(data / "polybooru.sqlite3")
    try:
        return int(connection.execute("select coalesce(sum(times), 0) from sightings").fetchone()[0])
    finally:
        connection.close()


def requests_counted(server: Program) -> int:
    return int(server.get("/yiffy/V2/stats").json()["data"]["global"]["total"])


@pytest.mark.parametrize("end", [Program.stop, lambda server: server.stop(2)], ids=["SIGTERM", "SIGINT"])
def test_a_clean_stop_saves_what_was_counted_last(birds: Path, end: Callable[[Program], int]) -> None:
    with serving(birds, "--workers", "2", settings=UNLIMITED) as server, ExitStack() as stack:
        clients = clients_of_both(server, stack)
        assert ask_all(clients, BIRB, 3) == {200: 3 * CONNECTIONS}
        assert end(server) == 0
    assert given(birds) == 3 * CONNECTIONS
    with serving(birds, settings=UNLIMITED) as server:
        assert requests_counted(server) == 3 * CONNECTIONS


def test_what_was_counted_is_saved_without_another_request(birds: Path) -> None:
    with serving(birds, settings=UNLIMITED) as server:
        with httpx2.Client(base_url=server.address, timeout=30) as client:
            assert ask_all([client], BIRB, 4) == {200: 4}
        until(lambda: given(birds) == 4, server)
        server.kill_everything()
    with serving(birds, settings=UNLIMITED) as server:
        assert requests_counted(server) == 4
