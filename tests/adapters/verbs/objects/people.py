"""Accounts, their tokens, grants and filters in every state."""

from sqlalchemy import update
from tests.adapters.verbs.roles import (
    ADMIN,
    ALL_BUT_STAFF,
    ASSISTANT,
    MODERATOR,
    NOT_STAFF,
    OWNER,
    ROLES,
    STRANGER,
    THE_OWNER,
)
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put
from tests.libraries import add_person

from polybooru.db.full_text import FILTER_WORDS
from polybooru.db.tables import filters, grants, tokens, users
from polybooru.library.passwords import hash_password
from polybooru.library.verbs import Acts
from polybooru.library.words import put_words

PASSWORD = "a long walk in the woods"


def add_people(world: World) -> None:
    """All have the same password."""
    states = {"a user": OWNER, "an assistant": ASSISTANT, "a moderator": MODERATOR, "an admin": ADMIN}
    for state, role in states.items():
        own = world.same_person(role)
        world.add(Acts.USER, state, world.user_id(role), own_of=own, name=world.actors[role].name)
    gone = add_person(world.library, "gone", deactivated_at=world.library.clock())
    world.add(Acts.USER, "deactivated", gone.user_id or 0, name=gone.name)
    trusted = add_person(world.library, "trusted", is_verified=True)
    world.add(Acts.USER, "verified", trusted.user_id or 0, name=trusted.name)
    deleted = add_person(world.library, "deleted user 0", deleted_at=world.library.clock())
    world.add(Acts.USER, "deleted", deleted.user_id or 0, unseen_by=frozenset(ROLES), name=deleted.name)
    with world.library.work() as work:
        work.execute(update(users).values(password_hash=hash_password(PASSWORD)))
    world.add(Acts.USER, MISSING, MISSING_ID, name="nobody")


def add_tokens(world: World) -> None:
    now = world.library.clock()
    states = {
        "of a user": (OWNER, NOT_STAFF),
        "of an admin": (ADMIN, ALL_BUT_STAFF | {MODERATOR}),
    }
    with world.library.work() as work:
        for number, (state, (role, unseen_by)) in enumerate(states.items()):
            row = {"user_id": world.user_id(role), "name": state, "scopes": "", "hint": "abcdef"}
            token_id = put(work, tokens, **row, sha256=bytes([number]) * 32, created_at=now)
            own = world.same_person(role)
            world.add(Acts.TOKEN, state, token_id, unseen_by=unseen_by, own_of=own)
        row = {"user_id": world.user_id(OWNER), "name": "refused", "scopes": "", "hint": "abcdef"}
        row |= {"is_disabled": True, "disabled_reason": "noise", "sha256": b"x" * 32, "created_at": now}
        own = world.same_person(OWNER)
        world.add(Acts.TOKEN, "refused", put(work, tokens, **row), unseen_by=NOT_STAFF, own_of=own)
    world.add(Acts.TOKEN, MISSING, MISSING_ID)


def add_grants(world: World) -> None:
    """Moderators have nothing to do with them."""
    unseen_by = NOT_STAFF | {MODERATOR}
    with world.library.work() as work:
        one = {"permission": "view_favorites", "created_at": work.now}
        other_id, owner_id = world.id(Acts.USER, "verified"), world.user_id(OWNER)
        over = put(work, grants, **one, holder_id=other_id, target_id=owner_id)
        by = put(work, grants, **one, holder_id=owner_id, target_id=other_id)
        of_others = put(work, grants, **one, holder_id=other_id)
    world.add(Acts.GRANT, "over the owner", over, unseen_by=unseen_by)
    world.add(Acts.GRANT, "held by the owner", by, unseen_by=unseen_by)
    world.add(Acts.GRANT, "of others", of_others, unseen_by=unseen_by | THE_OWNER)
    world.add(Acts.GRANT, MISSING, MISSING_ID)


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
