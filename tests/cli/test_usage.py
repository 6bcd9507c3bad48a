"""Wrong usage, wrong settings, a missing library, and where the data folder is."""

import subprocess
from pathlib import Path

import pytest
from tests.databases import PostgresqlServer
from tests.programs import PASSWORD, PROGRAM, Commands, environment, write_manifest


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["search"],
        ["search", "safe", "--limit", "0"],
        ["serve", "--port", "65536"],
        ["serve", "--workers", "none"],
        ["import", "manifest", "missing.jsonl"],
        ["probe", "missing.png"],
        ["token", "create", "admin", "--expires", "0"],
        ["explain", "safe", "--role", "king"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_2(polybooru: Commands, arguments: list[str]) -> None:
    ended = polybooru(*arguments)
    assert (ended.status, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [[], ["user"], ["token"], ["import"]], ids=" ".join)
def test_no_command_shows_the_help_and_exits_2(polybooru: Commands, arguments: list[str]) -> None:
    ended = polybooru(*arguments)
    assert ended.status == 2
    assert "Usage: polybooru" in ended.stdout + ended.stderr


def test_the_program_itself_starts_and_shows_its_help() -> None:
    ended = subprocess.run(
        [*PROGRAM, "--help"], env=environment(), capture_output=True, text=True, check=True
    )
    assert "import" in ended.stdout
    assert ended.stderr == ""


def test_the_help_loads_neither_database_nor_numbers() -> None:
    program = (
        "import sys, polybooru.cli\n"
        "print(sorted({'sqlalchemy', 'numpy', 'starlette', 'pyvips', 'structlog'} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [PROGRAM[0], "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "safe"],
        ["explain", "safe"],
        ["reindex"],
        ["doctor"],
        ["worker"],
        ["token", "list", "admin"],
        ["user", "create", "dora", "--password-stdin"],
        ["import", "gallery-dl", "."],
    ],
    ids=" ".join,
)
def test_a_missing_library_is_told_with_what_to_do(
    polybooru: Commands, arguments: list[str], tmp_path: Path
) -> None:
    ended = polybooru(*arguments, "--data", tmp_path / "none", text=PASSWORD)
    assert (ended.status, ended.stdout) == (1, "")
    folder = tmp_path / "none"
    assert ended.stderr == f"There is no current library in {folder}. Run: polybooru init --data {folder}\n"
    assert not folder.exists()


def test_all_wrong_settings_are_told_at_once(polybooru: Commands, data: Path) -> None:
    (data / "polybooru.toml").write_text('log_level = "loud"\nunknown = 1\n[upload]\nmin_tags = -1\n')
    ended = polybooru(
        "search", "safe", "--data", data, settings={"POLYBOORU_WORKER__JOBS": "many", "POLYBOORU_NONE": "1"}
    )
    assert (ended.status, ended.stdout) == (1, "")
    lines = ended.stderr.splitlines()
    names = ["POLYBOORU_NONE", "log_level", "unknown", "upload.min_tags", "worker.jobs"]
    assert sorted(line.split(":")[0] for line in lines) == sorted(names)


def test_a_broken_settings_file_is_one_sentence(polybooru: Commands, data: Path) -> None:
    (data / "polybooru.toml").write_text("log_level =")
    ended = polybooru("search", "safe", "--data", data)
    assert ended.status == 1
    assert ended.stderr.count("\n") == 1
    assert "polybooru.toml" in ended.stderr


def test_a_foreign_database_is_refused(polybooru: Commands, tmp_path: Path) -> None:
    (tmp_path / "polybooru.sqlite3").write_bytes(
        b"This is no database, but long enough to be read as one. " * 40
    )
    for arguments in (["init"], ["search", "safe"]):
        ended = polybooru(*arguments, "--data", tmp_path)
        assert ended.status == 1
        assert ended.stderr.count("\n") == 1
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", ["relative", "with spaces in it", "odd ?&#%20 name"])
def test_a_data_folder_may_have_any_name(polybooru: Commands, tmp_path: Path, name: str) -> None:
    manifest = write_manifest(tmp_path / "pictures", [1])
    for arguments in (
        ["init", "--data", name],
        ["user", "create", "admin", "--role", "admin", "--password-stdin", "--data", name],
        ["import", "--help"],
        ["import", "manifest", manifest, "--data", name],
    ):
        ended = polybooru(*arguments, cwd=tmp_path, text=PASSWORD)
        assert ended.status == 0, ended.stderr
    assert polybooru("search", "--data", name, "safe", cwd=tmp_path).stdout.count("\n") == 1
    assert (tmp_path / name / "polybooru.sqlite3").exists()
    assert {path.name for path in tmp_path.iterdir()} == {name, "pictures"}


def test_the_data_folder_comes_from_the_option_then_the_environment_then_the_current_folder(
    polybooru: Commands, tmp_path: Path
) -> None:
    settings = {"POLYBOORU_DATA": str(tmp_path / "from-environment")}
    assert polybooru("init", cwd=tmp_path).status == 0
    assert polybooru("init", cwd=tmp_path, settings=settings).status == 0
    assert polybooru("init", "--data", tmp_path / "from-option", cwd=tmp_path, settings=settings).status == 0
    assert {path.name for path in tmp_path.iterdir()} == {"polybooru-data", "from-environment", "from-option"}


def test_commands_work_on_postgresql(
    polybooru: Commands, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    manifest = write_manifest(tmp_path / "pictures", range(2))
    with postgresql_server.fresh_database() as url:
        settings = {"POLYBOORU_DATABASE_URL": url, "POLYBOORU_DATA": str(tmp_path / "data")}
        ended = polybooru("search", "safe", settings=settings)
        assert (ended.status, ended.stderr.count("\n")) == (1, 1)
        for arguments in (
            ["init"],
            ["init"],
            ["user", "create", "admin", "--role", "admin", "--password-stdin"],
            ["import", "manifest", manifest],
            ["doctor"],
        ):
            ended = polybooru(*arguments, settings=settings, text=PASSWORD)
            assert ended.status == 0, ended.stderr
        assert polybooru("search", "safe", settings=settings).stdout.count("\n") == 2
    assert not (tmp_path / "data/polybooru.sqlite3").exists()


def test_a_database_that_does_not_answer_is_one_sentence(polybooru: Commands, tmp_path: Path) -> None:
    settings = {"POLYBOORU_DATABASE_URL": f"postgresql+psycopg://nobody:hidden-word@/none?host={tmp_path}"}
    ended = polybooru("search", "safe", "--data", tmp_path, settings=settings)
    assert ended.status == 1
    assert ended.stderr.startswith("The database does not answer: ")
    assert "hidden-word" not in ended.stderr
    assert "Traceback" not in ended.stderr
