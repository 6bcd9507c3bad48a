"""`polybooru user`: accounts."""

import getpass
import sys
from typing import Annotated

import typer

from polybooru.cli.session import Data, existing_library, note
from polybooru.library.actors import Role

app = typer.Typer(help="Accounts.", no_args_is_help=True)


@app.command("create")
def create(
    name: str,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.USER,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    data: Data = None,
) -> None:
    """Make an account."""
    from polybooru.library.accounts import create_user

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else getpass.getpass()
    with existing_library(data) as library:
        user = create_user(library, name, password, role=role)
    note(f"{user.name} has the id {user.id} and the role {user.role}.")


@app.command("deactivate")
def deactivate(name: str, data: Data = None) -> None:
    """Switch an account off; its tokens are refused from now on."""
    from polybooru.library.accounts import deactivate_user

    with existing_library(data) as library, library.work() as work:
        deactivate_user(work, name)
