"""The directions of imports: the contracts of `pyproject.toml`, and what contracts cannot express."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.repository import ROOT, SOURCE

HTTP_EDGES = {"api", "web", "files", "ops"}
EDGES = HTTP_EDGES | {"worker", "demo"}
GROUND = {"db", "search", "media", "store", "fetch", "counters", "markup"}
DATABASES = {"sqlalchemy", "sqlite3", "psycopg", "alembic", "polybooru.db"}
OUTSIDE = {"starlette", "uvicorn", "typer", "rich"}

# room → what it may not import, directly or inside a function
FORBIDDEN = {
    **dict.fromkeys(EDGES | {"httpkit"}, DATABASES),
    "worker": DATABASES | OUTSIDE | {"polybooru.httpkit"},
    "demo": DATABASES | (OUTSIDE - {"rich"}) | {"polybooru.httpkit"},
    "library": OUTSIDE | {"httpx", "httpx2"},
    **dict.fromkeys(GROUND, OUTSIDE),
}

# Module → why it may read or set the process's environment.
ENVIRONMENT_READERS: dict[str, str] = {
    "settings.py": "the one place where POLYBOORU_* is read",
}


def sources() -> list[str]:
    return sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))


def tree(name: str) -> ast.Module:
    return ast.parse((SOURCE / name).read_bytes())


def imported(name: str, module: ast.Module) -> Iterator[str]:
    """Dotted names of everything a file imports: of `from a import b` both `a` and `a.b`."""
    package = ["polybooru", *Path(name).parent.parts]
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, node.module or ""]).strip(".")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def belongs_to(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def room(name: str) -> str:
    return Path(name).parts[0].removesuffix(".py")


def test_imports_point_down_and_neighbours_do_not_meet() -> None:
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize("name", sources())
def test_a_room_does_not_reach_for_what_is_not_its_business(name: str) -> None:
    forbidden = FORBIDDEN.get(room(name), set())
    assert sorted({module for module in imported(name, tree(name)) if belongs_to(module, forbidden)}) == []


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in sources()
        if room(name) not in {"settings", "app", "application", "serving", "cli", "__main__"}
    ],
)
def test_only_the_composition_reads_the_settings(name: str) -> None:
    assert [
        module for module in imported(name, tree(name)) if belongs_to(module, {"polybooru.settings"})
    ] == []


@pytest.mark.parametrize("name", sources())
def test_the_environment_is_read_in_one_place(name: str) -> None:
    module = tree(name)
    readers = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    reads = any(
        isinstance(node, ast.Attribute) and node.attr in readers and getattr(node.value, "id", "") == "os"
        for node in ast.walk(module)
    ) or any(belongs_to(found, {f"os.{reader}" for reader in readers}) for found in imported(name, module))
    assert not reads or name in ENVIRONMENT_READERS


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import sqlalchemy.orm", True),
        ("from polybooru import db", True),
        ("from ..db import tables", True),
        ("def f():\n    from polybooru.db.tables import images", True),
        ("import sqlalchemy_of_another_name", False),
        ("from polybooru.library import images", False),
    ],
)
def test_the_rule_sees_every_way_to_write_an_import(source: str, found: bool) -> None:
    modules = imported("web/pages.py", ast.parse(source))
    assert any(belongs_to(module, DATABASES) for module in modules) is found
