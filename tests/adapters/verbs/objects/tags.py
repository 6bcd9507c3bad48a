"""Tags in every state."""

from sqlalchemy import insert, update
from tests.adapters.verbs.roles import PEOPLE
from tests.adapters.verbs.world import MISSING, MISSING_ID, World

from polybooru.db.tables import tag_implications, tags, watched_tags
from polybooru.library.tags import ensure_tags
from polybooru.library.verbs import Acts


def add_tags(world: World) -> None:
    """The one on images is watched by everybody."""
    states = {
        "on no image": "free",
        "on images": "used",
        "an alias": "alias",
        "with an alias": "aliased",
        "implying another": "implying",
        "a rating": "safe",
    }
    with world.library.work() as work:
        found = ensure_tags(work, ["other", "implied", *states.values()])
        aliased = update(tags).where(tags.c.id == found["alias"].id)
        work.execute(aliased.values(aliased_tag_id=found["aliased"].id))
        pair = {"tag_id": found["implying"].id, "implied_tag_id": found["implied"].id}
        work.execute(insert(tag_implications).values(pair))
        watching = [{"user_id": world.user_id(role), "tag_id": found["used"].id} for role in PEOPLE]
        work.execute(insert(watched_tags), watching)
    for state, name in states.items():
        world.add(Acts.TAG, state, found[name].id, name=name)
    world.add(Acts.TAG, MISSING, MISSING_ID, name="no such tag")
