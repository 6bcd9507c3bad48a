"""`polybooru token`: tokens for API clients."""

from datetime import timedelta
from typing import Annotated

import typer

from polybooru.cli.session import Data, existing_library

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
    data: Data = None,
) -> None:
    """Make a token and print it, once and alone; nobody can see it again."""
    from polybooru.library.tokens import create_token

    with existing_library(data) as library, library.work() as work:
        text = create_token(
            work,
            user,
            name=name,
            scopes=frozenset(scope or ()),
            expires_in=timedelta(days=expires) if expires is not None else None,
        )
    print(text)


@app.command("list")
def list_(user: str, data: Data = None) -> None:
    """List a user's tokens by name, with their first characters, scopes and expiry."""
    from polybooru.library.tokens import list_tokens

    with existing_library(data) as library, library.reading() as reading:
        for token in list_tokens(reading, user):
            scopes = " ".join(sorted(token.scopes)) or "everything"
            expires = f", until {token.expires_at:%Y-%m-%d}" if token.expires_at else ""
            print(f"{token.name}: {token.hint}…, {scopes}{expires}")


@app.command("revoke")
def revoke(user: str, name: str, data: Data = None) -> None:
    """Make a token worthless at once."""
    from polybooru.library.tokens import revoke_token

    with existing_library(data) as library, library.work() as work:
        revoke_token(work, user, name)
