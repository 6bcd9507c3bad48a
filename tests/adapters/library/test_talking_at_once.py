"""Writing, moving, voting, subscribing, reading notices and merging at once: nothing waits in a circle."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

from tests.libraries import NOON, add_image, add_person, wrong_counters

from polybooru.library.actors import Actor, Role
from polybooru.library.comments import approve_comment, edit_comment, hide_comment, post_comment
from polybooru.library.errors import InvalidValue, NotAllowed, NotFound, Unavailable
from polybooru.library.galleries import GalleryText, add_images, create_gallery, remove_images
from polybooru.library.library import Library
from polybooru.library.merges import merge_image, unmerge_image
from polybooru.library.notices import mark_all_notices_read
from polybooru.library.polls import PollText, create_poll, find_poll, vote_in_poll, withdraw_poll_votes
from polybooru.library.posts import reply
from polybooru.library.subscriptions import (
    subscribe_forum,
    subscribe_gallery,
    subscribe_image,
    subscribe_topic,
    unsubscribe_image,
)
from polybooru.library.topics import TopicText, create_topic, hide_topic, move_topic, unhide_topic
from polybooru.library.work import Work

OPERATIONS = 240
AT_ONCE = 6
LINK = "https://elsewhere.example"
Operation = Callable[[Work], object]


def test_talking_at_once_leaves_every_counter_right(library: Library) -> None:
    chance = random.Random(21)
    people = [add_person(library, f"p{n}") for n in range(3)]
    mod = add_person(library, "mod", Role.MODERATOR)
    pictures = [add_image(library, ["safe", f"t{n % 2}"]) for n in range(4)]
    poll = PollText(title="a", options=["a", "b"], ends_at=NOON + timedelta(days=1), is_multiple=True)
    with library.work() as work:
        comments = [
            post_comment(work, people[0], picture, text) for picture in pictures for text in ("a", LINK)
        ]
        gallery_id = create_gallery(work, people[0], GalleryText(title="g"))
        topics = [
            create_topic(work, mod, name, TopicText(title="topic", body="x")) for name in ("dis", "art")
        ]
        polls = [(create_poll(work, mod, topic_id, poll), topic_id) for topic_id in topics]
        options = {poll_id: [o.id for o in _options(work, mod, topic_id)] for poll_id, topic_id in polls}

    def planned(number: int) -> Operation:
        someone, picture = chance.choice(people), chance.choice(pictures)
        other, comment_id = chance.choice(pictures), chance.choice(comments)
        topic_id, (poll_id, _), name = (
            chance.choice(topics),
            chance.choice(polls),
            chance.choice(["dis", "art"]),
        )
        chosen = chance.sample(options[poll_id], 1 + number % 2)
        kinds: tuple[Operation, ...] = (
            lambda work: post_comment(work, someone, picture, f"words {number}"),
            lambda work: post_comment(work, someone, picture, f"{LINK}/{number}"),
            lambda work: edit_comment(work, people[0], comment_id, f"{LINK}/{number}"),
            lambda work: approve_comment(work, mod, comment_id),
            lambda work: hide_comment(work, mod, comment_id, reason="x"),
            lambda work: merge_image(work, mod, picture, other),
            lambda work: unmerge_image(work, mod, picture),
            lambda work: subscribe_image(work, someone, picture),
            lambda work: unsubscribe_image(work, someone, picture),
            lambda work: subscribe_topic(work, someone, topic_id),
            lambda work: subscribe_forum(work, someone, name),
            lambda work: subscribe_gallery(work, someone, gallery_id),
            lambda work: mark_all_notices_read(work, someone),
            lambda work: add_images(work, people[0], gallery_id, [picture, other]),
            lambda work: remove_images(work, people[0], gallery_id, [other]),
            lambda work: reply(work, someone, topic_id, f"words {number}"),
            lambda work: create_topic(
                work, someone, name, TopicText(title="another", body=f"words {number}")
            ),
            lambda work: move_topic(work, mod, topic_id, name),
            lambda work: hide_topic(work, mod, topic_id, reason="x"),
            lambda work: unhide_topic(work, mod, topic_id),
            lambda work: vote_in_poll(work, someone, poll_id, chosen),
            lambda work: withdraw_poll_votes(work, someone, poll_id),
        )
        return kinds[number % len(kinds)]

    def run(operation: Operation) -> None:
        # Another has just hidden or merged it, or a merge has just taken the comment along.
        with suppress(NotFound, NotAllowed, InvalidValue), library.work() as work:
            try:
                operation(work)
            except Unavailable as error:  # said by a verb: what the database says comes behind the block
                raise InvalidValue("comment", "has come to another image") from error

    todo = [planned(number) for number in range(OPERATIONS)]
    chance.shuffle(todo)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(run, todo))
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def _options(work: Work, actor: Actor, topic_id: int) -> tuple[object, ...]:
    poll = find_poll(work, actor, topic_id)
    assert poll is not None
    return poll.options
