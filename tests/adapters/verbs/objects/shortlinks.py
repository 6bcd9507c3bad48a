"""Short addresses in every state."""

import hashlib

from tests.adapters.verbs.roles import OWNER
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put

from polybooru.db.tables import shortlinks
from polybooru.library.verbs import Acts

MANAGEMENT_CODE = "0" * 60


def add_shortlinks(world: World) -> None:
    states = {"editable": hashlib.sha256(MANAGEMENT_CODE.encode()).digest(), "not editable": None}
    with world.library.work() as work:
        for state, management in states.items():
            url = f"https://example.com/{state}"
            row = {
                "code": state.partition(" ")[0],
                "url": url,
                "url_sha256": hashlib.sha256(url.encode()).digest(),
            }
            row |= {"credit": "Unknown", "management_sha256": management, "created_at": work.now}
            link_id = put(work, shortlinks, **row, user_id=world.user_id(OWNER))
            world.add(Acts.SHORTLINK, state, link_id, code=row["code"])
    world.add(Acts.SHORTLINK, MISSING, MISSING_ID, code="missing")
