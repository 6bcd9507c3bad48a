"""The whole world, room by room."""

from collections.abc import Callable

from tests.adapters.verbs.objects.categories import add_categories
from tests.adapters.verbs.objects.images import add_images
from tests.adapters.verbs.objects.moderation import add_bans
from tests.adapters.verbs.objects.people import add_filters, add_grants, add_people, add_tokens
from tests.adapters.verbs.objects.reports import add_blocks, add_credits, add_duplicates, add_reports
from tests.adapters.verbs.objects.shortlinks import add_shortlinks
from tests.adapters.verbs.objects.social import (
    add_comments,
    add_forums,
    add_galleries,
    add_polls,
    add_subscriptions,
    add_topics,
)
from tests.adapters.verbs.objects.tags import add_tags
from tests.adapters.verbs.rehearsal import Rehearsal
from tests.adapters.verbs.roles import add_actors
from tests.adapters.verbs.world import Target, World

from polybooru.library.library import Library
from polybooru.library.verbs import Acts

ROOMS: tuple[Callable[[World], None], ...] = (
    add_people,
    add_tokens,
    add_grants,
    add_images,
    add_tags,
    add_filters,
    add_categories,
    add_comments,
    add_galleries,
    add_forums,
    add_topics,
    add_polls,
    add_subscriptions,
    add_bans,
    add_reports,
    add_duplicates,
    add_blocks,
    add_credits,
    add_shortlinks,
)


def build_world(library: Library, rehearsal: Rehearsal) -> World:
    world = World(library, rehearsal, add_actors(library))
    world.objects[Acts.THE_LIBRARY] = {"": Target(keys={})}
    for add_room in ROOMS:
        add_room(world)
    return world
