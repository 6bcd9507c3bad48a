"""Accounts and their filters in every state."""

from sqlalchemy import update
from tests.adapters.verbs.roles import ADMIN, ASSISTANT, MODERATOR, NOT_STAFF, OWNER, STRANGER
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put
from tests.libraries import add_person

from polybooru.db.full_text import FILTER_WORDS
from polybooru.db.tables import filters, users
from polybooru.library.verbs import Acts
from polybooru.library.words import put_words


def add_people(world: World) -> None:
    states = {"a user": OWNER, "an assistant": ASSISTANT, "a moderator": MODERATOR, "an admin": ADMIN}
    for state, role in states.items():
        world.add(Acts.USER, state, world.user_id(role), name=world.actors[role].name)
    gone = add_person(world.library, "gone", deactivated_at=world.library.clock())
    world.add(Acts.USER, "deactivated", gone.user_id or 0, name=gone.name)
    trusted = add_person(world.library, "trusted", is_verified=True)
    world.add(Acts.USER, "verified", trusted.user_id or 0, name=trusted.name)
    world.add(Acts.USER, MISSING, MISSING_ID, name="nobody")


def add_filters(world: World) -> None:
    owner_id, now = world.user_id(OWNER), world.library.clock()
    with world.library.work() as work:

        def add(state: str, unseen_by: frozenset[str] = frozenset(), **values: object) -> int:
            row = {"name": state, "folded_name": state, "user_id": owner_id, "created_at": now, **values}
            filter_id = put(work, filters, **row)
            put_words(work, FILTER_WORDS, filter_id, description="")
            world.add(Acts.FILTER, state, filter_id, unseen_by=unseen_by)
            return filter_id

        add("private", NOT_STAFF)
        add("public", is_public=True)
        used = add("used by another", is_public=True)
        of_stranger = users.c.id == world.user_id(STRANGER)
        work.execute(update(users).where(of_stranger).values(current_filter_id=used))
    world.add(Acts.FILTER, "system", world.library.policy.everything_filter_id)
    world.add(Acts.FILTER, "the default", world.library.policy.default_filter_id)
    world.add(Acts.FILTER, MISSING, MISSING_ID)
