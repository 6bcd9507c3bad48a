"""`init`, `user` and `token`."""

import re
from pathlib import Path

from tests.programs import PASSWORD, Commands


def test_init_makes_a_library_and_may_be_run_again(polybooru: Commands, tmp_path: Path) -> None:
    data = tmp_path / "new"
    for _ in range(2):
        ended = polybooru("init", "--data", data)
        assert (ended.status, ended.stdout) == (0, "")
        assert ended.stderr == f"The library in {data} is ready.\n"
    assert polybooru("doctor", "--data", data).status == 0


def test_init_keeps_what_is_there(polybooru: Commands, data: Path) -> None:
    assert polybooru("init", "--data", data).status == 0
    assert polybooru("token", "create", "admin", "--data", data).status == 0


def test_an_account_is_made_with_a_password_from_stdin(polybooru: Commands, data: Path) -> None:
    ended = polybooru(
        "user",
        "create",
        "dora",
        "--role",
        "moderator",
        "--password-stdin",
        "--data",
        data,
        text=PASSWORD + "\n",
    )
    assert ended.status == 0
    assert ended.stderr == "dora has the id 2 and the role moderator.\n"


def test_a_short_password_is_refused(polybooru: Commands, data: Path) -> None:
    ended = polybooru("user", "create", "dora", "--password-stdin", "--data", data, text="short")
    assert ended.status == 1
    assert one_sentence(ended.stderr)
    assert "12" in ended.stderr
    assert polybooru("token", "create", "dora", "--data", data).status == 1


def test_a_taken_name_is_refused_whatever_its_case(polybooru: Commands, data: Path) -> None:
    ended = polybooru("user", "create", "ADMIN", "--password-stdin", "--data", data, text=PASSWORD)
    assert ended.status == 1
    assert one_sentence(ended.stderr)


def test_an_unknown_role_is_wrong_usage(polybooru: Commands, data: Path) -> None:
    ended = polybooru(
        "user", "create", "dora", "--role", "king", "--password-stdin", "--data", data, text=PASSWORD
    )
    assert ended.status == 2
    assert "king" in ended.stderr


def test_a_token_stands_alone_on_stdout(polybooru: Commands, data: Path) -> None:
    ended = polybooru("token", "create", "admin", "--name", "first", "--data", data)
    assert ended.status == 0
    assert re.fullmatch(r"[A-Za-z0-9]{100}\n", ended.stdout)
    assert ended.stderr == ""


def test_a_token_is_listed_without_itself_and_revoked_once(polybooru: Commands, data: Path) -> None:
    made = polybooru(
        "token", "create", "admin", "--name", "bot", "--scope", "read", "--expires", "3", "--data", data
    )
    text = made.stdout.strip()
    listed = polybooru("token", "list", "admin", "--data", data).stdout
    assert re.fullmatch(r"bot: \w+…, read, until \d{4}-\d\d-\d\d\n", listed)
    assert text not in listed
    assert polybooru("token", "revoke", "admin", "bot", "--data", data).status == 0
    assert polybooru("token", "list", "admin", "--data", data).stdout == ""
    again = polybooru("token", "revoke", "admin", "bot", "--data", data)
    assert again.status == 1
    assert one_sentence(again.stderr)


def test_a_token_of_nobody_is_refused(polybooru: Commands, data: Path) -> None:
    ended = polybooru("token", "create", "nobody", "--data", data)
    assert (ended.status, ended.stdout) == (1, "")
    assert one_sentence(ended.stderr)


def test_a_person_switched_off_gets_nothing_done(polybooru: Commands, data: Path) -> None:
    assert polybooru("user", "create", "eve", "--password-stdin", "--data", data, text=PASSWORD).status == 0
    assert polybooru("user", "deactivate", "eve", "--data", data).status == 0
    ended = polybooru("user", "deactivate", "nobody", "--data", data)
    assert ended.status == 1
    assert one_sentence(ended.stderr)


def one_sentence(text: str) -> bool:
    return text.endswith(".\n") and text.count("\n") == 1
