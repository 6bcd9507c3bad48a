"""What people tell staff, in every state."""

from typing import Any

from sqlalchemy import Table
from tests.adapters.verbs.roles import MODERATOR, OWNER, STRANGER
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put

from polybooru.db.tables import reports
from polybooru.library.verbs import Acts


def add_reports(world: World) -> None:
    now, about = world.library.clock(), {"object_kind": "user", "object_id": world.user_id(STRANGER)}
    row = {**about, "category": "Rule #1", "reason": "spam", "created_at": now, "updated_at": now}
    row |= {"user_id": world.user_id(OWNER)}
    states: dict[str, dict[str, Any]] = {
        "open": row,
        "claimed": row | {"state": "in_progress", "staff_user_id": world.user_id(MODERATOR)},
        "closed": row | {"state": "closed"},
    }
    _add(world, Acts.REPORT, reports, states)


def _add(world: World, kind: Acts, table: Table, states: dict[str, dict[str, Any]]) -> None:
    with world.library.work() as work:
        for state, values in states.items():
            world.add(kind, state, put(work, table, **values))
    world.add(kind, MISSING, MISSING_ID)
