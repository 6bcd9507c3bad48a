"""`polybooru token`: tokens for API clients."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.said import Facts, Json, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR

if TYPE_CHECKING:
    from polybooru.library.tokens import Token

app = typer.Typer(help="Tokens for API clients.", no_args_is_help=True)


@app.command("create")
def create(
    user: str,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="Narrow the token (read, interact, upload, write, moderate) or switch more on."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="To tell it from the user's others.")] = None,
    expires: Annotated[int | None, typer.Option(min=1, max=36_500, help="Days until it expires.")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Make a token and print it, once and alone; nobody can see it again."""
    from polybooru.library.accounts import find_user
    from polybooru.library.tokens import create_token

    with existing_library(data) as library, library.work() as work:
        owner = find_user(work, user)
        text = create_token(
            work,
            OPERATOR,
            owner.id,
            name=name,
            scopes=frozenset(scope or ()),
            expires_in=timedelta(days=expires) if expires is not None else None,
        )
    show({"token": text, "user": owner.name}, text, as_json=as_json)


@app.command("list")
def list_(user: str, as_json: Json = False, data: Data = None) -> None:
    """List a user's tokens by name, with their first characters, scopes and expiry."""
    from polybooru.library.accounts import find_user
    from polybooru.library.tokens import list_tokens

    with existing_library(data) as library, library.reading() as reading:
        for token in list_tokens(reading, OPERATOR, find_user(reading, user).id):
            scopes = " ".join(sorted(token.scopes)) or "everything"
            expires = f", until {token.expires_at:%Y-%m-%d}" if token.expires_at else ""
            show(_facts(token), f"{token.name}: {token.hint}…, {scopes}{expires}", as_json=as_json)


@app.command("revoke")
def revoke(user: str, name: str, as_json: Json = False, data: Data = None) -> None:
    """Make a token worthless at once."""
    from polybooru.library.accounts import find_user
    from polybooru.library.tokens import find_token, revoke_token

    with existing_library(data) as library, library.work() as work:
        owner = find_user(work, user)
        token = find_token(work, OPERATOR, owner.id, name)
        revoke_token(work, OPERATOR, token.id)
    tell(_facts(token), f"{owner.name} has no token {name} any more.", as_json=as_json)


def _facts(token: "Token") -> Facts:
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scopes": sorted(token.scopes),
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
    }
