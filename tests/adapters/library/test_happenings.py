"""What verbs tell those who listen: in the order of commits, and nothing that nobody was to know of."""

from typing import Any

import pytest
from sqlalchemy import select, update
from tests.libraries import Clock, add_image, add_person, add_upload

from polybooru.db.change_log import trim_changes
from polybooru.db.tables import happenings, images, tags
from polybooru.library.actors import Actor, Role
from polybooru.library.approval import approve_image
from polybooru.library.comments import approve_comment, edit_comment, hide_comment, post_comment
from polybooru.library.heard import heard_after, images_to_know, span, tag_names
from polybooru.library.image_edits import edit_alt_text, edit_description, edit_scratchpad, set_anonymous
from polybooru.library.image_sources import edit_sources
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.interactions import fave
from polybooru.library.library import Library
from polybooru.library.merges import merge_image, unmerge_image
from polybooru.library.posts import approve_post, reply
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.taggings import Retagging, hold_images, retag
from polybooru.library.topics import TopicText, create_topic
from polybooru.library.work import Work


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def mod(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def told(library: Library, after: int = 0) -> list[tuple[str, int, dict[str, Any]]]:
    library.replica.poll()
    with library.reading() as reading:
        heard = heard_after(reading, after, until=library.replica.applied, at_most=1_000)
    assert [one.id for one in heard] == sorted(one.id for one in heard)
    return [(one.kind.value, one.object_id, dict(one.details)) for one in heard]


def names(library: Library, *wanted: str) -> list[int]:
    with library.reading() as reading:
        return sorted(reading.execute(select(tags.c.id).where(tags.c.name.in_(wanted))).scalars())


def test_what_becomes_of_an_image_is_told_as_it_happens(library: Library, alice: Actor, mod: Actor) -> None:
    image = add_upload(library, alice)
    copy = add_image(library)
    with library.work() as work:
        edit_image_tags(work, alice, image, ["forest"], ["wood", "lake"])
    with library.work() as work:
        edit_sources(work, alice, image, ["https://example.org/1"])
    with library.work() as work:
        edit_sources(work, alice, image, ["https://example.org/2"])
    with library.work() as work:
        edit_description(work, alice, image, "A cat.")
    with library.work() as work:
        edit_alt_text(work, alice, image, "A cat")
        set_anonymous(work, alice, image, is_anonymous=True)
    with library.work() as work:
        merge_image(work, mod, copy, image)
    with library.work() as work:
        unmerge_image(work, mod, copy)
    with library.work() as work:
        hide_image(work, mod, copy, reason="spam")
    with library.work() as work:
        unhide_image(work, mod, copy)
    with library.work() as work:
        fave(work, alice, image)
        edit_scratchpad(work, mod, image, "notes")
    changed = ("image.changed", image, {})
    assert told(library) == [
        ("image.created", image, {}),
        (
            "image.tagged",
            image,
            {"added": names(library, "wood", "lake"), "removed": names(library, "forest")},
        ),
        changed,
        ("image.sourced", image, {"added": ["https://example.org/1"], "removed": []}),
        changed,
        ("image.sourced", image, {"added": ["https://example.org/2"], "removed": ["https://example.org/1"]}),
        changed,
        ("image.described", image, {"before": "", "after": "A cat."}),
        changed,
        changed,
        changed,
        ("image.merged", copy, {"target_id": image}),
        changed,
        ("image.changed", copy, {}),
        changed,
        ("image.changed", copy, {}),
    ]


def test_an_image_that_waits_is_told_of_when_it_is_approved_and_not_before(
    library: Library, alice: Actor, mod: Actor
) -> None:
    image = add_image(library, uploader_id=alice.user_id, is_approved=False)
    other = add_image(library)
    with library.work() as work:
        edit_description(work, alice, image, "not for all")
        edit_sources(work, alice, image, ["https://example.org/not-for-all"])
        edit_image_tags(work, alice, image, ["forest"], ["wood"])
    with library.work() as work:
        merge_image(work, mod, image, other)
    with library.work() as work:
        unmerge_image(work, mod, image)
    of_it = [(kind, details) for kind, key, details in told(library) if key == image]
    assert of_it == [("image.changed", {})] * 2
    with library.work() as work:
        approve_image(work, mod, image)
        approve_image(work, mod, image)
    assert told(library)[-1] == ("image.created", image, {})
    assert [kind for kind, _, _ in told(library)].count("image.created") == 1


def test_many_images_are_told_of_together_where_they_change_alike(library: Library, alice: Actor) -> None:
    found = [add_image(library) for _ in range(4)]
    wood, lake = names_made(library, "wood"), names_made(library, "lake")
    with library.work() as work:
        work.execute(update(images).where(images.c.id == found[3]).values(is_approved=False))
        hidden = hold_images(work, found)
        wanted = [
            Retagging(
                image_id=image, added=frozenset([lake if image == found[2] else wood]), removed=frozenset()
            )
            for image in found
        ]
        retag(work, wanted, hidden=hidden, user_id=alice.user_id)
    assert told(library) == [
        ("images.tagged", found[0], {"image_ids": found[:2], "added": [wood], "removed": []}),
        ("images.tagged", found[2], {"image_ids": found[2:3], "added": [lake], "removed": []}),
    ]


def names_made(library: Library, name: str) -> int:
    from polybooru.library.tags import make_tags

    with library.work() as work:
        make_tags(work, [name])
    return names(library, name)[0]


def test_texts_are_told_of_when_everybody_may_read_them(
    library: Library, alice: Actor, mod: Actor, clock: Clock
) -> None:
    image = add_image(library)
    link = "https://elsewhere.example/"
    with library.work() as work:
        comment = post_comment(work, alice, image, "hello")
        waiting = post_comment(work, alice, image, link)
        topic = create_topic(work, alice, "dis", TopicText(title="A topic", body="first"))
        post = reply(work, alice, topic, link)
    with library.work() as work:
        edit_comment(work, alice, comment, "hello again")
    with library.work() as work:
        edit_comment(work, alice, comment, "hello again")  # the same text again
    assert [(kind, key) for kind, key, _ in told(library)] == [
        ("comment.created", comment),
        ("post.created", post - 1),
        ("comment.changed", comment),
    ]
    _, last = last_span(library)
    with library.work() as work:
        approve_comment(work, mod, waiting)
        approve_post(work, mod, post)
    with library.work() as work:
        hide_comment(work, mod, comment, reason="rude")
    assert [(kind, key) for kind, key, _ in told(library, last)] == [
        ("comment.created", waiting),
        ("post.created", post),
    ]
    assert "hello" not in str(told(library))


def last_span(library: Library) -> tuple[int, int]:
    with library.reading() as reading:
        return span(reading)


def test_what_was_rolled_back_is_not_told(library: Library, alice: Actor) -> None:
    image = add_image(library, uploader_id=alice.user_id)

    def fail(work: Work) -> None:
        edit_description(work, alice, image, "never")
        raise RuntimeError

    with pytest.raises(RuntimeError), library.work() as work:
        fail(work)
    assert told(library) == []
    assert last_span(library) == (1, 0)


def test_nothing_is_told_that_this_process_has_not_applied(library: Library, alice: Actor) -> None:
    image = add_image(library, uploader_id=alice.user_id)
    with library.work() as work:
        edit_description(work, alice, image, "now")
    applied = library.replica.applied
    with library.reading() as reading:
        assert heard_after(reading, 0, until=applied - 1, at_most=10) == []
        assert len(heard_after(reading, 0, until=applied, at_most=10)) == 2
        assert len(heard_after(reading, 0, until=applied, at_most=1)) == 1


def test_what_is_told_goes_with_the_changes(library: Library, alice: Actor, clock: Clock) -> None:
    image = add_image(library, uploader_id=alice.user_id)
    with library.work() as work:
        edit_description(work, alice, image, "old")
    clock.go_on(7_200)
    with library.work() as work:
        edit_description(work, alice, image, "new")
    while trim_changes(library.database, below=library.replica.applied, made_before=clock.now, now=clock.now):
        pass
    with library.reading() as reading:
        kept = reading.execute(select(happenings.c.details)).scalars().all()
    assert [details for details in kept if "old" in details] == ['{"before":"old","after":"new"}']
    assert len(kept) == 2


def test_who_listens_is_told_which_images_everybody_may_find(library: Library, mod: Actor) -> None:
    seen, unseen = add_image(library), add_image(library)
    with library.work() as work:
        hide_image(work, mod, unseen, reason="spam")
        unhide_image(work, mod, unseen)
        unhide_image(work, mod, seen)
    with library.work() as work:
        hide_image(work, mod, unseen, reason="spam")
    library.replica.poll()
    with library.reading() as reading:
        heard = heard_after(reading, 0, until=library.replica.applied, at_most=10)
        assert {one.object_id for one in heard} == {unseen}
        assert images_to_know(reading, heard) == set()
        assert tag_names(reading, names(library, "safe", "cat")) == ["cat", "safe"]
