"""What may stand in the repository's files, whatever their language."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from tests.repository import ROOT, committed_texts

LONGEST_LINES = 500
# In character classes, so that this file keeps its own rules.
LEFT_FOR_LATER = re.compile(r"\b(?:[T]ODO|[F]IXME)\b")
MACHINE_PATH = re.compile(r"(?<![\w.:-])/(?:[w]ork|[r]oot|[h]ome)/")
CATCH_ALL_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
LOCKS = ("requirements.lock", "requirements-runtime.lock")

TEXTS = committed_texts()
SOURCES = sorted(name for name in TEXTS if name.startswith("src/") and name.endswith(".py"))


def faults(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_is_left_for_later() -> None:
    assert faults(LEFT_FOR_LATER) == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert faults(MACHINE_PATH) == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [name for name in TEXTS if not CATCH_ALL_NAMES.isdisjoint(Path(name).with_suffix("").parts)] == []


@pytest.mark.parametrize("name", SOURCES)
def test_a_long_file_says_why(name: str) -> None:
    text = TEXTS[name]
    assert text.count("\n") <= LONGEST_LINES or re.search(r"^# long: \S", text, re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """`name==version` (with its marker) → its hashes."""
    blocks = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    return {block.split("--hash")[0].strip(): block for block in blocks if block}


def test_the_runtime_lock_is_a_part_of_the_lock_with_the_same_versions() -> None:
    versions = {pin.split(";")[0].strip(): block for pin, block in pins("requirements.lock").items()}
    for pin, block in pins("requirements-runtime.lock").items():
        assert hashes(block) == hashes(versions[pin.split(";")[0].strip()])


def hashes(block: str) -> set[str]:
    return set(re.findall(r"--hash=(\S+)", block))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_hashes_everything(lock: str) -> None:
    assert "://" not in TEXTS[lock]
    assert [pin for pin, block in pins(lock).items() if not hashes(block)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_direct_dependency_is_locked(lock: str) -> None:
    project = tomllib.loads(TEXTS["pyproject.toml"])
    wanted = list(project["project"]["dependencies"])
    if lock == "requirements.lock":
        wanted += [item for item in project["dependency-groups"]["dev"] if isinstance(item, str)]
    locked = {pin.split("==")[0] for pin in pins(lock)}
    names = {re.split(r"[\[<>=!~ ;]", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    assert names - locked == set()


def test_the_python_clients_are_pinned_by_hashes_from_whatever_registry() -> None:
    found = [name for name in TEXTS if name.startswith("tests/clients/python/")]
    assert found
    for lock in found:
        assert "://" not in TEXTS[lock]
        assert pins(lock)
        assert [pin for pin, block in pins(lock).items() if not hashes(block)] == []


def test_the_node_clients_are_pinned_by_hashes_from_whatever_registry() -> None:
    wanted = json.loads(TEXTS["tests/clients/node/package.json"])["dependencies"]
    packages = json.loads(TEXTS["tests/clients/node/package-lock.json"])["packages"]
    locked = {name.removeprefix("node_modules/"): found for name, found in packages.items() if name}
    assert {name: locked[name]["version"] for name in wanted} == wanted
    assert [name for name, found in locked.items() if not found["integrity"].startswith("sha512-")] == []
    assert [
        name for name, found in locked.items() if "resolved" in found or found.get("hasInstallScript")
    ] == []
