"""Comments, galleries, forums, topics and posts in every state."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from tests.adapters.verbs.roles import (
    ALL_BUT_STAFF,
    ANYBODY,
    MODERATOR,
    NOT_STAFF,
    OWNER,
    ROLES,
    STRANGER,
    THE_OWNER,
)
from tests.adapters.verbs.world import MISSING, MISSING_ID, World, put

from polybooru.db.full_text import COMMENT_WORDS, GALLERY_WORDS, POST_WORDS, TOPIC_WORDS
from polybooru.db.tables import (
    comments,
    forum_subscriptions,
    forums,
    galleries,
    gallery_images,
    gallery_subscriptions,
    image_subscriptions,
    images,
    notices,
    poll_options,
    poll_votes,
    polls,
    posts,
    topic_subscriptions,
    topics,
)
from polybooru.library.forums import count_in_forum
from polybooru.library.verbs import Acts
from polybooru.library.words import put_words
from polybooru.library.work import Work

OUT_OF_ASSISTANTS = THE_OWNER | {ANYBODY, STRANGER}


def add_comments(world: World) -> None:
    gone = _gone(world)
    with world.library.work() as work:

        def add(state: str, image: str, *unseen_by: str, **values: Any) -> None:
            image_id = world.id(Acts.IMAGE, image)
            row = {"image_id": image_id, "body": "a comment", **_written(world), **values}
            comment_id = put(work, comments, **row)
            put_words(work, COMMENT_WORDS, comment_id, body=row["body"])
            if row.get("is_approved", True):
                count = images.c.comment_count + 1
                work.execute(update(images).where(images.c.id == image_id).values(comment_count=count))
            world.add(Acts.COMMENT, state, comment_id, unseen_by=frozenset(unseen_by))

        add("in sight", "in sight")
        add("hidden", "in sight", *ALL_BUT_STAFF, **gone)
        add("destroyed", "in sight", *ALL_BUT_STAFF, is_destroyed=True, **gone | {"body": ""})
        add("on a hidden image", "hidden", *ALL_BUT_STAFF)
        add("awaiting approval", "in sight", *NOT_STAFF, is_approved=False)
    world.add(Acts.COMMENT, MISSING, MISSING_ID)


def add_galleries(world: World) -> None:
    texts = {"title": "Woods", "folded_title": "woods", "description": "trees"}
    chosen = [world.id(Acts.IMAGE, state) for state in ("in sight", "faved", "hidden")]
    with world.library.work() as work:
        row = {"user_id": world.user_id(OWNER), "image_count": 2, **texts, **_moments(world)}
        gallery_id = put(work, galleries, **row)
        put_words(work, GALLERY_WORDS, gallery_id, title="Woods", description="trees", spoiler_warning="")
        listed = [
            {"gallery_id": gallery_id, "image_id": image_id, "position": position}
            for position, image_id in enumerate(chosen)
        ]
        work.execute(insert(gallery_images), listed)
    world.add(Acts.GALLERY, "in sight", gallery_id)
    world.add(Acts.GALLERY, MISSING, MISSING_ID)


def add_forums(world: World) -> None:
    names = {"open": "dis", "assistants'": "helper", "staff's": "mod"}
    unseen_by = {"open": frozenset(), "assistants'": OUT_OF_ASSISTANTS, "staff's": ALL_BUT_STAFF}
    with world.library.reading() as reading:
        for state, name in names.items():
            forum_id = reading.execute(select(forums.c.id).where(forums.c.short_name == name)).scalar_one()
            world.add(Acts.FORUM, state, forum_id, unseen_by=unseen_by[state], short_name=name)
    world.add(Acts.FORUM, MISSING, MISSING_ID, short_name="none")


def add_topics(world: World) -> None:
    gone = _gone(world)
    with world.library.work() as work:
        places = (
            ("in sight", "open", frozenset(), {}),
            ("locked", "open", frozenset(), {"is_locked": True}),
            ("stuck", "open", frozenset(), {"is_sticky": True}),
            ("hidden", "open", ALL_BUT_STAFF, gone),
            ("in the assistants' forum", "assistants'", OUT_OF_ASSISTANTS, {}),
            ("in the staff's forum", "staff's", ALL_BUT_STAFF, {}),
        )
        for state, forum, unseen_by, values in places:
            topic_id = _put_topic(world, work, world.id(Acts.FORUM, forum), state, values)
            world.add(Acts.TOPIC, state, topic_id, unseen_by=unseen_by)
            post_id = _put_post(world, work, topic_id, {"topic_position": 0})
            where = state
            name = {"locked": "in a locked topic", "hidden": "in a hidden topic"}.get(state, where)
            world.add(Acts.POST, name, post_id, unseen_by=unseen_by)
        topic_id = world.id(Acts.TOPIC, "in sight")
        for position, (state, unseen_by, values) in enumerate(
            (
                ("hidden", ALL_BUT_STAFF, gone),
                ("destroyed", ALL_BUT_STAFF, gone | {"is_destroyed": True, "body": ""}),
                ("awaiting approval", NOT_STAFF, {"is_approved": False}),
            ),
            1,
        ):
            post_id = _put_post(world, work, topic_id, {"topic_position": position, **values})
            world.add(Acts.POST, state, post_id, unseen_by=unseen_by)
            work.execute(update(topics).where(topics.c.id == topic_id).values(post_count=position + 1))
            count_in_forum(work, world.id(Acts.FORUM, "open"), topics=0, posts=1)
    world.add(Acts.TOPIC, MISSING, MISSING_ID)
    world.add(Acts.POST, MISSING, MISSING_ID)


def add_polls(world: World) -> None:
    places = (
        ("open", "in sight", frozenset(), 1),
        ("ended", "stuck", frozenset(), -1),
        ("in a locked topic", "locked", frozenset(), 1),
        ("in a hidden topic", "hidden", ALL_BUT_STAFF, 1),
        ("in the staff's forum", "in the staff's forum", ALL_BUT_STAFF, 1),
    )
    now = world.library.clock()
    with world.library.work() as work:
        for state, topic, unseen_by, days in places:
            about = {"topic_id": world.id(Acts.TOPIC, topic), "title": "Which?", "is_multiple": True}
            times = {"created_at": now, "ends_at": now + timedelta(days=days)}
            poll_id = put(work, polls, **about, **times, voter_count=1)
            options = [
                put(work, poll_options, poll_id=poll_id, position=place, label=label, vote_count=place)
                for place, label in enumerate(("one", "two"))
            ]
            vote = {"poll_id": poll_id, "user_id": world.user_id(OWNER), "voted_at": now}
            work.execute(insert(poll_votes).values(option_id=options[1], **vote))
            world.add(Acts.POLL, state, poll_id, unseen_by=unseen_by, option=options[0])
    world.add(Acts.POLL, MISSING, MISSING_ID, option=MISSING_ID)


def add_subscriptions(world: World) -> None:
    """The owner hears of one thing of each kind; the notice is of a comment."""
    subjects = (
        (image_subscriptions, Acts.IMAGE, "in sight"),
        (topic_subscriptions, Acts.TOPIC, "in sight"),
        (forum_subscriptions, Acts.FORUM, "open"),
        (gallery_subscriptions, Acts.GALLERY, "in sight"),
    )
    with world.library.work() as work:
        for table, kind, state in subjects:
            row = {table.c[0]: world.id(kind, state), table.c.user_id: world.user_id(OWNER)}
            work.execute(insert(table).values(row))
        notice_id = put(
            work,
            notices,
            kind="image_comment",
            subject_id=world.id(Acts.IMAGE, "in sight"),
            object_id=world.id(Acts.COMMENT, "in sight"),
            user_id=world.user_id(STRANGER),
            number=1,
            happened_at=world.library.clock(),
        )
    everybody_else = frozenset(ROLES) - THE_OWNER
    world.add(Acts.NOTIFICATION, "the owner's", notice_id, unseen_by=everybody_else)
    world.add(Acts.NOTIFICATION, MISSING, MISSING_ID)


def _put_topic(world: World, work: Work, forum_id: int, title: str, values: dict[str, Any]) -> int:
    row = {"forum_id": forum_id, "slug": title.replace(" ", "-"), "title": title, "post_count": 1}
    topic_id = put(work, topics, user_id=world.user_id(OWNER), **row, **_moments(world), **values)
    put_words(work, TOPIC_WORDS, topic_id, title=title)
    if not values.get("hidden_from_users"):
        count_in_forum(work, forum_id, topics=1, posts=1)
    return topic_id


def _put_post(world: World, work: Work, topic_id: int, values: dict[str, Any]) -> int:
    row = {"topic_id": topic_id, "body": "a post", **_written(world), **values}
    post_id = put(work, posts, **row)
    put_words(work, POST_WORDS, post_id, body=row["body"])
    return post_id


def _written(world: World) -> dict[str, Any]:
    return {"user_id": world.user_id(OWNER), **_moments(world)}


def _moments(world: World) -> dict[str, Any]:
    return {"created_at": world.library.clock(), "updated_at": world.library.clock()}


def _gone(world: World) -> dict[str, Any]:
    staff_id = world.user_id(MODERATOR)
    return {"hidden_from_users": True, "deletion_reason": "rude", "deleted_by_user_id": staff_id}
