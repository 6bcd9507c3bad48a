"""`polybooru token`: tokens for API clients."""

from dataclasses import asdict
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.said import Facts, Json, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR

if TYPE_CHECKING:
    from polybooru.library.tokens import Token
    from polybooru.library.work import Reading


class Switch(Enum):
    """Which way a switch stands."""

    ON = "on"
    OFF = "off"


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
            scopes=scope or (),
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
            scopes = " ".join(token.scopes) or "everything"
            expires = f", until {token.expires_at:%Y-%m-%d}" if token.expires_at else ""
            show(
                _facts(token),
                f"{token.name}: {token.hint}…, {scopes}{expires}{_state(token)}",
                as_json=as_json,
            )


@app.command("revoke")
def revoke(user: str, name: str, as_json: Json = False, data: Data = None) -> None:
    """Make a token worthless at once."""
    from polybooru.library.tokens import revoke_token

    with existing_library(data) as library, library.work() as work:
        token = _find(work, user, name)
        revoke_token(work, OPERATOR, token.id)
    tell(_facts(token), f"{user} has no token {name} any more.", as_json=as_json)


@app.command("switch")
def switch(user: str, name: str, state: Switch, as_json: Json = False, data: Data = None) -> None:
    """Have a token sleep, or wake it: what its owner may do too."""
    from polybooru.library.token_terms import switch_token

    with existing_library(data) as library, library.work() as work:
        switch_token(work, OPERATOR, _find(work, user, name).id, is_active=state is Switch.ON)
        token = _find(work, user, name)
    tell(_facts(token), f"The token {name} of {user} is switched {state.value}.", as_json=as_json)


@app.command("disable")
def disable(
    user: str,
    name: str,
    reason: Annotated[str, typer.Option(help="What whoever calls with it is told.")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Refuse a token until it is enabled again; its owner cannot do that."""
    from polybooru.library.token_terms import disable_token

    with existing_library(data) as library, library.work() as work:
        disable_token(work, OPERATOR, _find(work, user, name).id, reason=reason)
        token = _find(work, user, name)
    tell(_facts(token), f"The token {name} of {user} is refused from now on.", as_json=as_json)


@app.command("enable")
def enable(user: str, name: str, as_json: Json = False, data: Data = None) -> None:
    """Undo `token disable`."""
    from polybooru.library.token_terms import enable_token

    with existing_library(data) as library, library.work() as work:
        enable_token(work, OPERATOR, _find(work, user, name).id)
        token = _find(work, user, name)
    tell(_facts(token), f"The token {name} of {user} is no longer refused.", as_json=as_json)


@app.command("limit")
def limit(
    user: str,
    name: str,
    unlimited: Annotated[bool, typer.Option("--unlimited", help="Do not count what it asks.")] = False,
    bulk: Annotated[int | None, typer.Option(help="Images of one bulk request.")] = None,
    short_limit: Annotated[int | None, typer.Option(help="Requests to one address …")] = None,
    short_window: Annotated[int | None, typer.Option(help="… in so many milliseconds.")] = None,
    long_limit: Annotated[int | None, typer.Option(help="Requests in all …")] = None,
    long_window: Annotated[int | None, typer.Option(help="… in so many milliseconds.")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Say anew how much may be asked with a token of YiffyAPI; what is not given is as for any token."""
    from polybooru.library.token_terms import TokenLimits, limit_token

    limits = TokenLimits(
        is_unlimited=unlimited,
        bulk_limit=bulk,
        short_limit=short_limit,
        short_window_ms=short_window,
        long_limit=long_limit,
        long_window_ms=long_window,
    )
    with existing_library(data) as library, library.work() as work:
        limit_token(work, OPERATOR, _find(work, user, name).id, limits)
        token = _find(work, user, name)
    tell(_facts(token), f"The token {name} of {user} has new limits.", as_json=as_json)


def _find(reading: "Reading", user: str, name: str) -> "Token":
    from polybooru.library.accounts import find_user
    from polybooru.library.tokens import find_token

    return find_token(reading, OPERATOR, find_user(reading, user).id, name)


def _state(token: "Token") -> str:
    if token.terms.is_disabled:
        return f", refused: {token.terms.disabled_reason}"
    return "" if token.terms.is_active else ", switched off"


def _facts(token: "Token") -> Facts:
    limits = asdict(token.terms.limits)
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scopes": token.scopes,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
        "active": token.terms.is_active,
        "disabled": token.terms.is_disabled,
        "disabled_reason": token.terms.disabled_reason,
        "limits": {name: value for name, value in limits.items() if value is not None},
    }
