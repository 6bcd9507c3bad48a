"""`polybooru shortlink`: what people have shortened."""

from typing import Annotated

import typer

from polybooru.cli.said import Facts, Json, columns, show, tell
from polybooru.cli.session import Data, existing_library
from polybooru.library.actors import OPERATOR

app = typer.Typer(help="Short addresses.", no_args_is_help=True)

_PAGE = 1_000


@app.command("list")
def list_(as_json: Json = False, data: Data = None) -> None:
    """List short addresses in the order in which they were made: code, address, credit, day."""
    from polybooru.library.shortlinks import list_shortlinks

    after = 0
    with existing_library(data) as library, library.reading() as reading:
        while page := list_shortlinks(reading, after=after, limit=_PAGE):
            after = page[-1].position
            for link in page:
                facts: Facts = {
                    "position": link.position,
                    "code": link.code,
                    "url": link.url,
                    "credit": link.credit,
                    "created_at": link.created_at.isoformat(),
                }
                line = columns(link.code, link.url, link.credit, f"{link.created_at:%Y-%m-%d}")
                show(facts, line, as_json=as_json)


@app.command("remove")
def remove(
    code: str,
    reason: Annotated[str, typer.Option(help="Why; for the moderation log.")],
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Remove a short address, whoever holds its management code."""
    from polybooru.library.shortlinks import remove_shortlink

    with existing_library(data) as library, library.work() as work:
        remove_shortlink(work, OPERATOR, code, reason=reason)
    tell({"code": code}, f"There is no short address {code} any more.", as_json=as_json)
