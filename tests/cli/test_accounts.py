"""`init`, `user`, `token` and `grant`."""

import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.programs import PASSWORD, Commands, serving


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


def test_a_token_is_switched_disabled_and_limited(polybooru: Commands, data: Path) -> None:
    def token(*arguments: str) -> dict[str, Any]:
        ended = polybooru("token", *arguments, "--json", "--data", data)
        assert ended.status == 0, ended.stderr
        said: dict[str, Any] = json.loads(ended.stdout)
        return said

    token("create", "admin", "--name", "bot")
    assert token("switch", "admin", "bot", "off")["active"] is False
    assert "switched off" in polybooru("token", "list", "admin", "--data", data).stdout
    assert token("switch", "admin", "bot", "on")["active"] is True
    refused = token("disable", "admin", "bot", "--reason", "Too loud")
    assert (refused["disabled"], refused["disabled_reason"]) == (True, "Too loud")
    assert "refused: Too loud" in polybooru("token", "list", "admin", "--data", data).stdout
    assert token("enable", "admin", "bot")["disabled"] is False
    limits = token("limit", "admin", "bot", "--unlimited", "--bulk", "500", "--short-limit", "3")["limits"]
    assert limits == {"is_unlimited": True, "bulk_limit": 500, "short_limit": 3}
    ended = polybooru("token", "limit", "admin", "bot", "--bulk", "0", "--data", data)
    assert (ended.status, "must be from 1 to 10000" in ended.stderr) == (1, True)


@pytest.mark.slow
def test_short_addresses_are_listed_and_removed(polybooru: Commands, data: Path, token: str) -> None:
    assert polybooru("shortlink", "list", "--data", data).stdout == ""
    settings = {"POLYBOORU_DIALECT__YIFFY__RATE_LIMIT": "off"}
    with serving(data, settings=settings) as server:
        made = httpx2.post(
            f"{server.address}/yiffy/s/create",
            json={"url": "https://example.com/spam", "code": "spam", "credit": "Fern"},
            headers={"authorization": token},
            timeout=30,
        )
        assert made.status_code == 201, made.text
    listed = polybooru("shortlink", "list", "--json", "--data", data).stdout
    assert json.loads(listed)["url"] == "https://example.com/spam"
    assert polybooru("shortlink", "list", "--data", data).stdout.startswith(
        "spam\thttps://example.com/spam\tFern\t"
    )
    assert polybooru("shortlink", "remove", "spam", "--reason", "spam", "--data", data).status == 0
    assert polybooru("shortlink", "remove", "spam", "--reason", "spam", "--data", data).status == 1


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


def test_what_happens_to_an_account_is_said_as_a_sentence_or_as_json(polybooru: Commands, data: Path) -> None:
    made = polybooru(
        "user", "create", "eve", "--password-stdin", "--json", "--data", data, text=PASSWORD + "\n"
    )
    assert json.loads(made.stdout)["name"] == "eve"
    said = polybooru("user", "rename", "eve", "Eva Maria", "--data", data)
    assert (said.stdout, said.stderr) == ("", "eve is called Eva Maria now.\n")
    for arguments, expected in (
        (("role", "eve", "moderator"), {"role": "moderator"}),
        (("deactivate", "eve", "--reason", "gone"), {"deactivated": True}),
        (("reactivate", "eva maria"), {"deactivated": False, "slug": "Eva+Maria"}),
        (("show", "eve"), {"earlier_names": ["eve"]}),
    ):
        ended = polybooru("user", *arguments, "--json", "--data", data)
        assert ended.stderr == ""
        assert expected.items() <= json.loads(ended.stdout).items()
    listed = polybooru("user", "list", "--role", "moderator", "--data", data).stdout
    assert [line.split("\t")[1] for line in listed.splitlines()] == ["Eva Maria"]
    renewed = polybooru("user", "password", "eve", "--password-stdin", "--data", data, text="brief")
    assert renewed.status == 1
    assert one_sentence(renewed.stderr)


def test_grants_are_added_listed_and_removed(polybooru: Commands, data: Path) -> None:
    assert polybooru("user", "create", "bot", "--password-stdin", "--data", data, text=PASSWORD).status == 0
    added = polybooru("grant", "add", "bot", "view_favorites", "--target", "admin", "--data", data)
    assert (added.status, added.stderr) == (0, "bot has view_favorites over admin.\n")
    assert polybooru("grant", "add", "bot", "admin", "--data", data).status == 0
    listed = polybooru("grant", "list", "--data", data).stdout
    assert [line.split("\t")[1:] for line in listed.splitlines()] == [
        ["bot", "view_favorites", "admin"],
        ["bot", "admin", "*"],
    ]
    assert polybooru("grant", "add", "bot", "fly", "--data", data).status == 2
    for status in (0, 1):
        removed = polybooru("grant", "remove", "bot", "admin", "--json", "--data", data)
        assert removed.status == status
    assert one_sentence(removed.stderr)
    [left] = polybooru("grant", "list", "--user", "admin", "--json", "--data", data).stdout.splitlines()
    assert json.loads(left)["target"] == "admin"


def test_categories_are_added_switched_listed_and_removed(polybooru: Commands, data: Path) -> None:
    made = polybooru("category", "add", "animals.birb", "--query", "bird", "--sfw", "--data", data)
    assert (made.status, made.stderr) == (0, "animals.birb is the category Animals > Birb.\n")
    assert polybooru("category", "add", "animals.birb", "--query", "bird", "--data", data).status == 1
    broken = polybooru("category", "add", "b", "--query", "(", "--data", data)
    assert broken.status == 1
    off = polybooru("category", "disable", "animals.birb", "--comment", "Resting.", "--json", "--data", data)
    assert json.loads(off.stdout)["enabled"] is False
    listed = polybooru("category", "list", "--data", data).stdout
    assert listed == "animals.birb\tAnimals > Birb\tdisabled\tsfw\tbird\tResting.\n"
    assert polybooru("category", "enable", "animals.birb", "--data", data).status == 0
    assert polybooru("category", "remove", "animals.birb", "--data", data).status == 0
    assert polybooru("category", "list", "--json", "--data", data).stdout == ""


def one_sentence(text: str) -> bool:
    return text.endswith(".\n") and text.count("\n") == 1
