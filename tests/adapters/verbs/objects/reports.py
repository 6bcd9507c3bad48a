"""What people tell staff, in every state."""

from typing import Any

from sqlalchemy import Table
from tests.adapters.verbs.roles import MODERATOR, OWNER, STRANGER
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put

from polybooru.db.tables import artist_links, badge_awards, badges, blocks, duplicate_reports, reports
from polybooru.library.artist_links import LinkState
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


def add_duplicates(world: World) -> None:
    now, owner = world.library.clock(), world.user_id(OWNER)
    one, two = world.id(Acts.IMAGE, "faved"), world.id(Acts.IMAGE, "in sight")
    row = {"image_id": one, "duplicate_of_image_id": two, "user_id": owner, "reason": "same"}
    row |= {"created_at": now, "updated_at": now}
    states: dict[str, dict[str, Any]] = {
        "open": row,
        "claimed": row | {"state": "claimed", "staff_user_id": world.user_id(MODERATOR)},
        "rejected": row | {"state": "rejected"},
        "accepted": row | {"state": "accepted"},
        "of a hidden image": row | {"image_id": world.id(Acts.IMAGE, "hidden")},
    }
    _add(world, Acts.DUPLICATE_REPORT, duplicate_reports, states)


def add_blocks(world: World) -> None:
    row = {"reason": "not here", "created_at": world.library.clock()}
    states: dict[str, dict[str, Any]] = {
        "a file": row | {"sha512_hash": "1" * 128},
        "a picture": row | {"perceptual_hash": 7, "bits": 2},
    }
    _add(world, Acts.BLOCK, blocks, states)


def add_credits(world: World) -> None:
    now, owner = world.library.clock(), world.user_id(OWNER)
    link = {"user_id": owner, "tag_id": world.id(Acts.TAG, "an artist"), "code": "ABC"}
    link |= {"created_at": now, "updated_at": now}
    states: dict[str, dict[str, Any]] = {
        state.value.replace("_", " "): link
        | {"state": state.value, "url": f"https://example.org/{state.value}"}
        for state in LinkState
    }
    _add(world, Acts.ARTIST_LINK, artist_links, states)
    badge = {"created_at": now}
    _add(
        world,
        Acts.BADGE,
        badges,
        {"in use": badge | {"title": "One"}, "disabled": badge | {"title": "Two", "is_disabled": True}},
    )
    award = {"user_id": owner, "badge_id": world.id(Acts.BADGE, "in use"), "awarded_at": now}
    with world.library.work() as work:
        put(work, badge_awards, **award)


def _add(world: World, kind: Acts, table: Table, states: dict[str, dict[str, Any]]) -> None:
    with world.library.work() as work:
        for state, values in states.items():
            world.add(kind, state, put(work, table, **values))
    world.add(kind, MISSING, MISSING_ID)
