"""`polybooru user`: accounts. The operator acts, with an admin's rights."""

import getpass
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.progress import progress
from polybooru.cli.said import Facts, Json, columns, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR, Role

if TYPE_CHECKING:
    from polybooru.library.accounts import User
    from polybooru.library.work import Reading

app = typer.Typer(help="Accounts.", no_args_is_help=True)

FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
Reason = Annotated[str, typer.Option(help="For the moderation log.")]
_PAGE = 1_000


@app.command("create")
def create(
    name: str,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.USER,
    password_stdin: FromStdin = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Make an account."""
    from polybooru.library.accounts import create_user

    password = _password(from_stdin=password_stdin)
    with existing_library(data) as library:
        user = create_user(library, OPERATOR, name, password, role=role)
    tell(_facts(user), f"{user.name} has the id {user.id} and the role {user.role}.", as_json=as_json)


@app.command("list")
def list_(
    role: Annotated[Role | None, typer.Option(help="Only these.")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """List accounts: id, name, role, day of registration, whether switched off."""
    with existing_library(data) as library, library.reading() as reading:
        for user in _users(reading, role):
            off = "deactivated" if user.is_deactivated else ""
            line = columns(user.id, user.name, user.role, f"{user.created_at:%Y-%m-%d}", off)
            show(_facts(user), line, as_json=as_json)


@app.command("show")
def show_(name: str, as_json: Json = False, data: Data = None) -> None:
    """Show one account, by its name or an earlier one."""
    from polybooru.library.accounts import earlier_names_of, find_user

    with existing_library(data) as library, library.reading() as reading:
        user = find_user(reading, name)
        facts = {**_facts(user), "earlier_names": earlier_names_of(reading, user.id)}
    shown = "\n".join(columns(key, value) for key, value in facts.items() if value not in (False, []))
    show(facts, shown, as_json=as_json)


@app.command("password")
def password(name: str, password_stdin: FromStdin = False, as_json: Json = False, data: Data = None) -> None:
    """Give an account a new password."""
    from polybooru.library.accounts import find_user, set_password

    text = _password(from_stdin=password_stdin)
    with existing_library(data) as library:
        with library.reading() as reading:
            user = find_user(reading, name)
        set_password(library, OPERATOR, user.id, text)
    tell(_facts(user), f"{user.name} has a new password.", as_json=as_json)


@app.command("role")
def role_(name: str, role: Role, as_json: Json = False, data: Data = None) -> None:
    """Make somebody staff, or no longer."""
    from polybooru.library.account_changes import set_role
    from polybooru.library.accounts import find_user, get_user

    with existing_library(data) as library, library.work() as work:
        user_id = find_user(work, name).id
        set_role(work, OPERATOR, user_id, role)
        user = get_user(work, user_id)
    tell(_facts(user), f"{user.name} has the role {user.role}.", as_json=as_json)


@app.command("rename")
def rename(name: str, to: str, as_json: Json = False, data: Data = None) -> None:
    """Give an account another name; the earlier one still leads to it."""
    from polybooru.library.account_changes import rename_user
    from polybooru.library.accounts import find_user, get_user

    with existing_library(data) as library, library.work() as work:
        before = find_user(work, name)
        rename_user(work, OPERATOR, before.id, to)
        user = get_user(work, before.id)
    tell(_facts(user), f"{before.name} is called {user.name} now.", as_json=as_json)


@app.command("deactivate")
def deactivate(name: str, reason: Reason = "", as_json: Json = False, data: Data = None) -> None:
    """Switch an account off; its tokens and grants are refused from now on."""
    from polybooru.library.account_changes import deactivate_user
    from polybooru.library.accounts import find_user, get_user

    with existing_library(data) as library, library.work() as work:
        user_id = find_user(work, name).id
        deactivate_user(work, OPERATOR, user_id, reason=reason)
        user = get_user(work, user_id)
    tell(_facts(user), f"{user.name} is switched off.", as_json=as_json)


@app.command("reactivate")
def reactivate(name: str, as_json: Json = False, data: Data = None) -> None:
    """Switch an account on again."""
    from polybooru.library.account_changes import reactivate_user
    from polybooru.library.accounts import find_user, get_user

    with existing_library(data) as library, library.work() as work:
        user_id = find_user(work, name).id
        reactivate_user(work, OPERATOR, user_id)
        user = get_user(work, user_id)
    tell(_facts(user), f"{user.name} is switched on.", as_json=as_json)


@app.command("delete")
def delete(name: str, reason: Reason = "", as_json: Json = False, data: Data = None) -> None:
    """End an account for good; what it wrote and uploaded stays, as anonymous."""
    from polybooru.library import jobs
    from polybooru.library.account_deletion import delete_user
    from polybooru.library.accounts import find_user
    from polybooru.library.tag_jobs import bring_to_end

    with existing_library(data) as library:
        with library.work() as work:
            user = find_user(work, name)
            delete_user(work, OPERATOR, user.id, reason=reason)
        with progress("Erasing", is_said_when_short=False) as bar:
            slices = count(1)
            bring_to_end(library, jobs.ERASE, user.id, after_each=lambda: bar.set(next(slices), None))
    tell(_facts(user), f"{user.name} is deleted.", as_json=as_json)


@app.command("export")
def export(
    name: str,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The ZIP to write; must not exist.")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Write all data of an account as a ZIP of JSON lines."""
    from polybooru.library.account_export import export_user
    from polybooru.library.accounts import find_user

    with existing_library(data) as library:
        with library.reading() as reading:
            user = find_user(reading, name)
        export_user(library, OPERATOR, user.id, file)
    tell({**_facts(user), "file": str(file)}, f"{file} has the data of {user.name}.", as_json=as_json)


def _users(reading: "Reading", role: Role | None) -> "Iterator[User]":
    from polybooru.library.accounts import list_users

    after = 0
    while page := list_users(reading, role=role, after_id=after, limit=_PAGE):
        yield from page
        after = page[-1].id


def _facts(user: "User") -> Facts:
    return {
        "id": user.id,
        "name": user.name,
        "slug": user.slug,
        "role": user.role.value,
        "created_at": user.created_at.isoformat(),
        "deactivated": user.is_deactivated,
    }


def _password(*, from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else getpass.getpass()
