"""What every test may ask for: a migrated database of its own on both engines, and golden files."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from tests.databases import Migrate, PostgresqlServer, lent_sqlite, prepare_sqlite_template
from tests.programs import PASSWORD, Commands

from polybooru.db import Database, schema
from polybooru.library import passwords

# A fault in a rule or a small part shows before the long tests begin. Of those the longest come first, as
# the last file is one worker's alone while the other waits. Folders not named here come last.
FOLDERS = ("architecture", "docs", "unit", "crash", "cli", "adapters", "contract", "browser")
TESTS = Path(__file__).parent


sys.dont_write_bytecode = False  # as some images have it: each process would compile all that it imports
# A loaded machine is no failure, and the same commit must fail or pass the same way.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(TESTS).parts[0]
        return FOLDERS.index(folder) if folder in FOLDERS else len(FOLDERS)

    items.sort(key=place)
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "postgresql_server" in fixtures or parameters.get("database_url") == "postgresql":
            item.add_marker("postgresql")
        if "golden" in fixtures:
            item.add_marker("golden")


@pytest.fixture(scope="session", autouse=True)
def hasher() -> Iterator[Callable[[], PasswordHasher]]:
    """Passwords are hashed in a millisecond, as thousands of tests need some. What does it in earnest."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    in_earnest = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: quick)
        yield in_earnest


@pytest.fixture
def hashing_in_earnest(
    hasher: Callable[[], PasswordHasher], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """For tests of what a password costs."""
    monkeypatch.setattr(passwords, "_hasher", hasher)
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture(scope="session")
def migrate() -> Migrate:
    """How a test database gets its schema."""

    def migrate_url(url: str) -> None:
        database = Database(url)
        schema.migrate(database)
        database.close()

    return migrate_url


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """One server for each test process, so that nothing is shared between them."""
    server = PostgresqlServer.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgresqlServer, migrate: Migrate) -> str:
    return postgresql_server.prepare_template(migrate)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, migrate: Migrate) -> Path:
    return prepare_sqlite_template(tmp_path_factory.mktemp("sqlite"), migrate)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated, empty database of this test's own; the test runs once on each engine."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield lent_sqlite(template, template.parent)
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        with server.lent_database(request.getfixturevalue("postgresql_template")) as url:
            yield url


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: the text equals `golden/<name>` beside the test; `make golden` writes it."""
    folder = request.path.parent / "golden"

    def compare(name: str, text: str) -> None:
        path = folder / name
        if request.config.getoption("update_golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{name} has no golden file: run `make golden` and review it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def polybooru(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """`polybooru("search", "safe", "--data", data)`: a command of the real program, run to its end."""
    commands = Commands(tmp_path_factory.mktemp("commands"))
    try:
        yield commands
    finally:
        commands.close()


@pytest.fixture(scope="session")
def founded_library(polybooru: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a library with an account `admin` and nothing else."""
    data = tmp_path_factory.mktemp("founded") / "data"
    assert polybooru("init", "--data", data).status == 0
    made = polybooru(
        "user", "create", "admin", "--role", "admin", "--password-stdin", "--data", data, text=PASSWORD
    )
    assert made.status == 0, made.stderr
    return data


@pytest.fixture
def data(founded_library: Path, tmp_path: Path) -> Path:
    """A data folder of this test's own, with an account `admin`."""
    return Path(shutil.copytree(founded_library, tmp_path / "data"))


@pytest.fixture
def token(polybooru: Commands, data: Path) -> str:
    """A token of `admin`."""
    return polybooru("token", "create", "admin", "--data", data).stdout.strip()
