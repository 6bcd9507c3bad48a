"""Verbs of all parts at once, on the same few things: nothing waits in a circle, counters stay right."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.libraries import add_image, add_person, wrong_counters

from polybooru.library.actors import Actor, Role
from polybooru.library.comments import hide_comment, post_comment, unhide_comment
from polybooru.library.errors import ImageNotFound, InvalidValue, TopicNotFound
from polybooru.library.filter_edits import FilterText, create_filter, edit_filter, set_current_filter
from polybooru.library.galleries import GalleryText, add_images, create_gallery, remove_images, reorder_images
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.interactions import fave, hide, unhide, vote
from polybooru.library.library import Library
from polybooru.library.posts import reply
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tags import ensure_tags
from polybooru.library.topics import TopicText, create_topic, hide_topic, unhide_topic
from polybooru.library.watched_lists import set_watch_queries, unwatch_tag, watch_tag
from polybooru.library.work import Work

OPERATIONS = 240
AT_ONCE = 6
Operation = Callable[[Work], object]


def test_all_verbs_at_once_leave_every_counter_right(library: Library) -> None:
    chance = random.Random(11)
    people = [add_person(library, f"p{n}") for n in range(3)]
    mod = add_person(library, "mod", Role.MODERATOR)
    pictures = [add_image(library, ["safe", "cat", f"t{n % 2}"]) for n in range(4)]
    with library.work() as work:
        comments = [post_comment(work, people[0], picture, "first words") for picture in pictures]
        galleries = [create_gallery(work, people[0], GalleryText(title=f"g{n}")) for n in range(2)]
        filters = [create_filter(work, people[0], FilterText(name=f"f{n}", is_public=True)) for n in range(2)]
        topics = [create_topic(work, mod, "dis", TopicText(title=f"topic {n}", body="x")) for n in range(2)]
        ensure_tags(work, ["a0", "a1", "a2", "watched"])

    def planned(number: int) -> Operation:
        someone, picture = chance.choice(people), chance.choice(pictures)
        words = " ".join(chance.sample([f"word{n}" for n in range(number, number + 9)], 5))
        kinds = (
            *_about_images(someone, mod, picture, chance.choice(comments), words),
            *_about_collections(
                people[0], chance.choice(galleries), chance.sample(pictures, 3), chance.choice(filters), words
            ),
            *_about_talk(someone, mod, chance.choice(topics), words),
            lambda work: describe_tag(
                work, mod, f"t{number % 2}", description=words, short_description="", category=None
            ),
            lambda work: ensure_tags(work, words.split()),
            lambda work: alias_tag(work, mod, f"a{number % 3}", "watched"),
            lambda work: watch_tag(work, someone, f"a{number % 3}"),
            lambda work: unwatch_tag(work, someone, "watched"),
            lambda work: set_watch_queries(work, someone, watched="cat", excluded="", hides_spoilered=False),
            lambda work: set_current_filter(work, someone, chance.choice(filters)),
        )
        return kinds[number % len(kinds)]

    def run(operation: Operation) -> None:
        try:
            with library.work() as work:
                operation(work)
        except (ImageNotFound, TopicNotFound, InvalidValue):
            pass  # another has just hidden it, or made the alias

    todo = [planned(number) for number in range(OPERATIONS)]
    chance.shuffle(todo)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(run, todo))
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def _about_images(
    someone: Actor, mod: Actor, picture: int, comment: int, words: str
) -> tuple[Operation, ...]:
    return (
        lambda work: post_comment(work, someone, picture, words),
        lambda work: hide_comment(work, mod, comment, reason=words),
        lambda work: unhide_comment(work, mod, comment),
        lambda work: hide_image(work, mod, picture, reason=words),
        lambda work: unhide_image(work, mod, picture),
        lambda work: fave(work, someone, picture),
        lambda work: vote(work, someone, picture, is_up=False),
        lambda work: hide(work, someone, picture),
        lambda work: unhide(work, someone, picture),
    )


def _about_collections(
    owner: Actor, gallery_id: int, chosen: list[int], filter_id: int, words: str
) -> tuple[Operation, ...]:
    text = FilterText(name=f"f{filter_id}", description=words, is_public=True, hidden_tags=["cat", "a0"])
    return (
        lambda work: add_images(work, owner, gallery_id, chosen),
        lambda work: remove_images(work, owner, gallery_id, chosen[:2]),
        lambda work: reorder_images(work, owner, gallery_id, chosen),
        lambda work: edit_filter(work, owner, filter_id, text),
    )


def _about_talk(someone: Actor, mod: Actor, topic_id: int, words: str) -> tuple[Operation, ...]:
    return (
        lambda work: create_topic(work, someone, "dis", TopicText(title=words[:40], body=words)),
        lambda work: reply(work, someone, topic_id, words),
        lambda work: hide_topic(work, mod, topic_id, reason=words),
        lambda work: unhide_topic(work, mod, topic_id),
    )
