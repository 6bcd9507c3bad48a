"""Images in every state."""

from sqlalchemy import insert
from tests.adapters.verbs.roles import MODERATOR, NOT_STAFF, OWNER, PEOPLE
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put
from tests.libraries import add_image

from polybooru.db.tables import faves, hides, image_sources, source_changes, votes
from polybooru.library.verbs import Acts


def add_images(world: World) -> None:
    owner_id = world.user_id(OWNER)

    def add(state: str, *, unseen_by: frozenset[str] = frozenset(), **values: object) -> int:
        image_id = add_image(world.library, ["safe", "used", state], uploader_id=owner_id, **values)
        world.add(Acts.IMAGE, state, image_id, unseen_by=unseen_by)
        return image_id

    seen = add("in sight", description="a forest")
    by_all = dict.fromkeys(("faves", "upvotes", "hides"), len(PEOPLE))
    add("faved", **by_all)
    add("uploaded anonymously", is_anonymous=True)
    add("awaiting approval", unseen_by=NOT_STAFF, is_approved=False)
    add("locked", are_comments_locked=True, is_description_locked=True, are_tags_locked=True)
    gone = {"hidden_from_users": True, "deleted_by_user_id": world.user_id(MODERATOR)}
    add("hidden", deletion_reason="blurry", **gone, **by_all)
    add("destroyed", deletion_reason="forbidden", is_destroyed=True, **gone)
    add("merged", deletion_reason="duplicate", duplicate_id=seen, **gone)
    world.add(Acts.IMAGE, MISSING, MISSING_ID)
    _interact(world)
    _change_sources(world, seen)


def _change_sources(world: World, image_id: int) -> None:
    """The owner has added one source of an image and removed another."""
    common = {"image_id": image_id, "user_id": world.user_id(OWNER), "changed_at": world.library.clock()}
    added, removed = "https://example.org/added", "https://example.org/removed"
    with world.library.work() as work:
        row = {"image_id": image_id, "position": 0, "url": added, "folded_url": added}
        work.execute(insert(image_sources).values(row))
        for state, url in (("added", added), ("removed", removed)):
            is_added = state == "added"
            change_id = put(work, source_changes, url=url, is_added=is_added, **common)
            world.add(Acts.SOURCE_CHANGE, state, change_id)
        work.changed("image", image_id)
    world.add(Acts.SOURCE_CHANGE, MISSING, MISSING_ID)


def _interact(world: World) -> None:
    """Everybody has faved, upvoted and hidden two images, before one was hidden by staff."""
    now = world.library.clock()
    done = [(world.id(Acts.IMAGE, state), role) for state in ("faved", "hidden") for role in PEOPLE]
    with world.library.work() as work:
        for image_id, role in done:
            one = {"image_id": image_id, "user_id": world.user_id(role)}
            work.execute(insert(faves).values(**one, liked_at=now))
            work.execute(insert(votes).values(**one, is_up=True, voted_at=now))
            work.execute(insert(hides).values(**one, hidden_at=now))
