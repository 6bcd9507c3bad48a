"""`polybooru grant`: what people may do in the name of others."""

from typing import TYPE_CHECKING, Annotated

import typer

from polybooru.cli.said import Facts, Json, columns, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR
from polybooru.library.granted import Granted

if TYPE_CHECKING:
    from polybooru.library.grants import Grant
    from polybooru.library.work import Reading

app = typer.Typer(help="What people may do in the name of others.", no_args_is_help=True)

Target = Annotated[str | None, typer.Option(help="In whose name; everyone's if it is not given.")]


@app.command("add")
def add(
    holder: str, permission: Granted, target: Target = None, as_json: Json = False, data: Data = None
) -> None:
    """Let somebody act for one person, or for everyone."""
    from polybooru.library.grants import add_grant, find_grant

    with existing_library(data) as library, library.work() as work:
        holder_id, target_id = _ids(work, holder, target)
        add_grant(work, OPERATOR, holder_id, permission, target_id)
        facts = _facts(work, find_grant(work, OPERATOR, holder_id, permission, target_id))
    tell(facts, f"{facts['holder']} has {permission} over {facts['target'] or 'everyone'}.", as_json=as_json)


@app.command("list")
def list_(
    user: Annotated[str | None, typer.Option(help="Only those that this person holds or is under.")] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """List grants: id, holder, permission, target (`*` is everyone)."""
    from polybooru.library.accounts import find_user
    from polybooru.library.grants import list_grants

    with existing_library(data) as library, library.reading() as reading:
        user_id = None if user is None else find_user(reading, user).id
        for grant in list_grants(reading, OPERATOR, user_id):
            facts = _facts(reading, grant)
            line = columns(grant.id, facts["holder"], grant.permission, facts["target"] or "*")
            show(facts, line, as_json=as_json)


@app.command("remove")
def remove(
    holder: str, permission: Granted, target: Target = None, as_json: Json = False, data: Data = None
) -> None:
    """End a grant."""
    from polybooru.library.grants import find_grant, remove_grant

    with existing_library(data) as library, library.work() as work:
        holder_id, target_id = _ids(work, holder, target)
        grant = find_grant(work, OPERATOR, holder_id, permission, target_id)
        facts = _facts(work, grant)
        remove_grant(work, OPERATOR, grant.id)
    tell(facts, f"{facts['holder']} no longer has {permission}.", as_json=as_json)


def _ids(reading: "Reading", holder: str, target: str | None) -> tuple[int, int | None]:
    from polybooru.library.accounts import find_user

    return find_user(reading, holder).id, None if target is None else find_user(reading, target).id


def _facts(reading: "Reading", grant: "Grant") -> Facts:
    from polybooru.library.accounts import get_user

    return {
        "id": grant.id,
        "holder": get_user(reading, grant.holder_id).name,
        "permission": grant.permission.value,
        "target": None if grant.target_id is None else get_user(reading, grant.target_id).name,
        "created_at": grant.created_at.isoformat(),
    }
