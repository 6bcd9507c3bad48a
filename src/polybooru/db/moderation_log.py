"""The moderation log: what staff did, in commit order, each entry sealed with the one before it.

An entry that is changed, left out or put between others no longer fits the seal of the next one; only the
newest entries can be cut off without a trace, which a copy of the last seal kept elsewhere would show.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select

from polybooru.db.tables import moderation_log

_FIRST_SEAL = bytes(32)
_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One action. user_id: None for the program itself. details: what of it can be written as JSON."""

    user_id: int | None
    action: str
    object_kind: str
    object_id: int
    details: Mapping[str, object]


def append(connection: Connection, made_at: datetime, entries: Sequence[Entry]) -> None:
    """Add entries; the caller holds the lock that puts the ends of transactions in line."""
    last = select(moderation_log.c.sha256).order_by(moderation_log.c.id.desc()).limit(1)
    seal = connection.execute(last).scalar_one_or_none() or _FIRST_SEAL
    rows: list[dict[str, object]] = []
    for entry in entries:
        row: dict[str, object] = {
            "made_at": made_at,
            "user_id": entry.user_id,
            "action": entry.action,
            "object_kind": entry.object_kind,
            "object_id": entry.object_id,
            "details": msgspec.json.encode(entry.details, order="sorted").decode(),
        }
        seal = _sealed(seal, row)
        rows.append(row | {"sha256": seal})
    connection.execute(insert(moderation_log), rows)


def first_broken(connection: Connection) -> int | None:
    """Id of the first entry that does not fit the one before it; None for a sound log."""
    seal, after = _FIRST_SEAL, 0
    while rows := _page(connection, after):
        for row in rows:
            seal = _sealed(seal, row)
            if row["sha256"] != seal:
                broken: int = row["id"]
                return broken
        after = rows[-1]["id"]
    return None


def _page(connection: Connection, after: int) -> Sequence[RowMapping]:
    page = select(moderation_log).where(moderation_log.c.id > after).order_by(moderation_log.c.id)
    return connection.execute(page.limit(_READ_AT_ONCE)).mappings().all()


def _sealed(before: bytes, row: Mapping[str, object] | RowMapping) -> bytes:
    return hashlib.sha256(before + msgspec.json.encode([row[name] for name in _SEALED])).digest()


_SEALED = ("made_at", "user_id", "action", "object_kind", "object_id", "details")
