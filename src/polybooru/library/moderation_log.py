"""Reading the moderation log. Verbs write it through `Work.logged`, in the transaction of what they did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import select

from polybooru.db import moderation_log as log
from polybooru.db.tables import moderation_log
from polybooru.library.actors import Actor, Permission, require
from polybooru.library.work import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What staff did. user_id: None for the program itself."""

    id: int
    made_at: datetime
    user_id: int | None
    action: str
    object_kind: str
    object_id: int
    details: Mapping[str, object]


def list_actions(reading: Reading, actor: Actor, *, before_id: int | None, limit: int) -> list[Action]:
    """The newest actions first, those before an id. Raises LoginRequired, NotAllowed."""
    require(actor, Permission.MODERATE)
    page = select(moderation_log).order_by(moderation_log.c.id.desc()).limit(limit)
    if before_id is not None:
        page = page.where(moderation_log.c.id < before_id)
    return [
        Action(
            id=row.id,
            made_at=row.made_at,
            user_id=row.user_id,
            action=row.action,
            object_kind=row.object_kind,
            object_id=row.object_id,
            details=msgspec.json.decode(row.details, type=dict[str, object]),
        )
        for row in reading.execute(page)
    ]


def first_tampered(reading: Reading) -> int | None:
    """Id of the first action whose seal is broken; None for a log as it was written."""
    return log.first_broken(reading.connection)
