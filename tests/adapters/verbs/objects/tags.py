"""Tags in every state."""

from pyroaring import BitMap
from sqlalchemy import insert, update
from tests.adapters.verbs.roles import OWNER, PEOPLE
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put

from polybooru.db.tables import (
    dnp_entries,
    listed_tags,
    tag_batches,
    tag_change_tags,
    tag_changes,
    tag_implications,
    tags,
    watched_tags,
)
from polybooru.library.dnp import DnpState
from polybooru.library.tags import ensure_tags
from polybooru.library.verbs import Acts


def add_tags(world: World) -> None:
    """The one on images is watched by everybody, the one on none is listed."""
    states = {
        "on no image": "free",
        "on images": "used",
        "an alias": "alias",
        "with an alias": "aliased",
        "implying another": "implying",
        "a rating": "safe",
        "an artist": "artist:owner",
    }
    with world.library.work() as work:
        found = ensure_tags(work, ["other", "implied", *states.values()])
        aliased = update(tags).where(tags.c.id == found["alias"].id)
        work.execute(aliased.values(aliased_tag_id=found["aliased"].id))
        pair = {"tag_id": found["implying"].id, "implied_tag_id": found["implied"].id}
        work.execute(insert(tag_implications).values(pair))
        watching = [{"user_id": world.user_id(role), "tag_id": found["used"].id} for role in PEOPLE]
        work.execute(insert(watched_tags), watching)
        work.execute(insert(listed_tags).values(tag_id=found["free"].id, name="free"))
    for state, name in states.items():
        world.add(Acts.TAG, state, found[name].id, name=name)
    world.add(Acts.TAG, MISSING, MISSING_ID, name="no such tag")
    _add_history(world, found["used"].id)
    _add_dnp_entries(world, found["used"].id)


def _add_dnp_entries(world: World, tag_id: int) -> None:
    library = world.library
    with library.work() as work:
        moments = {"created_at": work.now, "updated_at": work.now}
        facts = {"tag_id": tag_id, "user_id": world.user_id(OWNER), "dnp_type": "Other", "conditions": "ask"}
        for state in DnpState:
            made = put(work, dnp_entries, **facts, **moments, state=state.value)
            world.add(Acts.DNP_ENTRY, state.value, made)
    world.add(Acts.DNP_ENTRY, MISSING, MISSING_ID)


def _add_history(world: World, tag_id: int) -> None:
    """Changes that gave an image a tag, and edits of many images in each state."""
    library, owner_id = world.library, world.user_id(OWNER)
    with library.work() as work:
        common = {"user_id": owner_id, "made_at": work.now, "image_id": world.id(Acts.IMAGE, "in sight")}
        reverted = put(work, tag_changes, **common)
        by = put(work, tag_changes, **common, is_revert=True)
        mark = update(tag_changes).where(tag_changes.c.id == reverted)
        work.execute(mark.values(reverted_by_id=by))
        standing = put(work, tag_changes, **common)
        put_tags = insert(tag_change_tags)
        for change_id in (standing, reverted):
            work.execute(put_tags.values(tag_change_id=change_id, tag_id=tag_id, is_added=True))
        for state in ("running", "done", "undoing", "undone"):
            facts = {"kind": "retag", "created_at": work.now, "images": BitMap().serialize(), "total": 0}
            world.add(Acts.TAG_BATCH, state, put(work, tag_batches, **facts, state=state))
    world.add(Acts.TAG_CHANGE, "standing", standing)
    world.add(Acts.TAG_CHANGE, "reverted", reverted)
    world.add(Acts.TAG_CHANGE, "a revert", by)
    for kind in (Acts.TAG_CHANGE, Acts.TAG_BATCH):
        world.add(kind, MISSING, MISSING_ID)
