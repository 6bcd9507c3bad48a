"""Rows of the change log: the end, and how old ones go.

They go from the beginning, so that whoever has seen number n still knows whether it missed anything: it did
not, as long as the log begins no later than behind n.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from polybooru.db.engine import Database
from polybooru.db.prepared import Prepared
from polybooru.db.tables import changes, happenings

_FIRST = Prepared(select(func.coalesce(func.min(changes.c.number), 0)))
_TRIMMED_AT_ONCE = 5_000  # rows: some ten milliseconds during which others wait to write


def first_change_number(connection: Connection) -> int:
    """The lowest number that is still there; 0 in an empty log."""
    [(number,)] = _FIRST.run(connection)
    return int(number)


def trim_changes(database: Database, *, below: int, made_before: datetime, now: datetime) -> bool:
    """Remove old rows from the beginning of the log, a few thousand; whether there may be more.

    below: a number that stays, with all that follow.
    """
    with database.read() as connection:
        first = first_change_number(connection)
        end = min(first + _TRIMMED_AT_ONCE, below)
        young = select(func.min(changes.c.number)).where(
            changes.c.number < end, changes.c.made_at >= made_before
        )
        first_young = connection.execute(young).scalar_one()
    stop = end if first_young is None else first_young
    if stop <= first:
        return False
    with database.write(now) as transaction:
        transaction.connection.execute(delete(changes).where(changes.c.number < stop))
        transaction.connection.execute(delete(happenings).where(happenings.c.change_number < stop))
    return stop == end < below
