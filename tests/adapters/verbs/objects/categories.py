"""Categories in every state."""

from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put

from polybooru.db.tables import categories
from polybooru.library.verbs import Acts


def add_categories(world: World) -> None:
    with world.library.work() as work:
        for state in ("enabled", "disabled"):
            row = {"path": state, "name": "", "query": "used", "created_at": work.now}
            category_id = put(work, categories, **row, is_enabled=state == "enabled")
            world.add(Acts.CATEGORY, state, category_id)
    world.add(Acts.CATEGORY, MISSING, MISSING_ID)
