"""What staff decide about, in every state."""

from datetime import timedelta

from tests.adapters.verbs.roles import ADMIN, MODERATOR, STRANGER
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put

from polybooru.db.tables import bans
from polybooru.library.verbs import Acts


def add_bans(world: World) -> None:
    now = world.library.clock()
    made = {"reason": "rude", "banned_by_user_id": world.user_id(ADMIN), "created_at": now}
    states = {
        "of a user": {"user_id": world.user_id(STRANGER)},
        "lifted": {"user_id": world.user_id(STRANGER), "is_enabled": False},
        "over": {"user_id": world.user_id(STRANGER), "expires_at": now - timedelta(days=1)},
        "of a moderator": {"user_id": world.user_id(MODERATOR)},
        "of a network": {"network": "192.0.2.0/24"},
    }
    with world.library.work() as work:
        for number, (state, values) in enumerate(states.items()):
            world.add(Acts.BAN, state, put(work, bans, code=f"U{number}", **made, **values))
    world.add(Acts.BAN, MISSING, MISSING_ID)
