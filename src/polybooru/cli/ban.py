"""`polybooru ban`: people and networks that may only read. The operator acts."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.said import Facts, Json, columns, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR

if TYPE_CHECKING:
    from polybooru.library.bans import Ban
    from polybooru.library.work import Reading

app = typer.Typer(help="People and networks that may only read.", no_args_is_help=True)

_PAGE = 500


@app.command("add")
def add(
    reason: Annotated[str, typer.Option(help="Why, for whoever is banned to read.")],
    user: Annotated[str | None, typer.Option(help="Ban this person.")] = None,
    network: Annotated[str | None, typer.Option(help="Ban this address or network.")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="How long; else without end.")] = None,
    note: Annotated[str, typer.Option(help="For staff alone.")] = "",
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Let a person, or whoever calls from a network, only read."""
    from polybooru.library.accounts import find_user
    from polybooru.library.bans import ban_network, ban_user

    if (user is None) is (network is None):
        raise typer.BadParameter("Say either --user or --network.")
    with existing_library(data) as library, library.work() as work:
        until = None if days is None else work.now + timedelta(days=days)
        if user is not None:
            user_id = find_user(work, user).id
            ban = ban_user(work, OPERATOR, user_id, reason=reason, expires_at=until, note=note)
        else:
            ban = ban_network(work, OPERATOR, network or "", reason=reason, expires_at=until, note=note)
        facts = _facts(work, ban)
    tell(facts, f"{_whom(facts)} may only read; the ban is {ban.code}.", as_json=as_json)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Those that are lifted or over, too.")] = False,
    user: Annotated[str | None, typer.Option(help="Only those of this person.")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """List bans, the newest first: code, person or network, end, reason."""
    from polybooru.library.accounts import find_user
    from polybooru.library.bans import list_bans

    with existing_library(data) as library, library.reading() as reading:
        user_id = None if user is None else find_user(reading, user).id
        holding, before = None if every else True, None
        while page := list_bans(
            reading, OPERATOR, is_holding=holding, user_id=user_id, before_id=before, limit=_PAGE
        ):
            before = page[-1].id
            for ban in page:
                facts = _facts(reading, ban)
                until = f"{ban.expires_at:%Y-%m-%d}" if ban.expires_at else ""
                show(facts, columns(ban.code, _whom(facts), until, ban.reason), as_json=as_json)


@app.command("lift")
def lift(code: str, as_json: Json = False, data: Data = None) -> None:
    """End a ban."""
    from polybooru.library.bans import find_ban, lift_ban

    with existing_library(data) as library, library.work() as work:
        ban = lift_ban(work, OPERATOR, find_ban(work, OPERATOR, code).id)
        facts = _facts(work, ban)
    tell(facts, f"The ban {ban.code} of {_whom(facts)} is lifted.", as_json=as_json)


def _whom(facts: Facts) -> object:
    return facts["user"] or facts["network"]


def _facts(reading: "Reading", ban: "Ban") -> Facts:
    from polybooru.library.accounts import name_of

    return {
        "id": ban.id,
        "code": ban.code,
        "user": None if ban.user_id is None else name_of(reading, ban.user_id),
        "network": ban.network,
        "reason": ban.reason,
        "note": ban.note,
        "enabled": ban.is_enabled,
        "created_at": ban.created_at.isoformat(),
        "expires_at": ban.expires_at.isoformat() if ban.expires_at else None,
    }
