"""The replica: sees every change in time, and always equals one built anew, on both databases."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from tests.libraries import (
    NOON,
    Place,
    add_image,
    add_person,
    add_sources,
    add_upload,
    hide,
    png,
    put_gallery,
    wrong_counters,
)

from polybooru.db import Change
from polybooru.db.tables import image_tags, images, tags, users
from polybooru.library import image_blocks, image_index, interactions
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import BooruError
from polybooru.library.galleries import (
    GalleryText,
    add_images,
    create_gallery,
    delete_gallery,
    remove_images,
)
from polybooru.library.image_orders import order_named
from polybooru.library.image_search import ImageSearch
from polybooru.library.images import find_image, hide_image, unhide_image
from polybooru.library.interactions import fave, unfave, unvote, vote
from polybooru.library.jobs import take
from polybooru.library.library import Library
from polybooru.library.representations import process_again, represent
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.search.index import Entry, ImageIndex
from polybooru.search.language.limits import Limits

EVERYTHING = 2


LATER = NOON + timedelta(microseconds=1_999_999)


def found(library: Library, text: str, actor: Actor = ANONYMOUS) -> list[int]:
    search = ImageSearch(library, Limits())
    page = search.find(
        actor,
        search.parse(actor, text),
        order=order_named("id", descending=False),
        offset=0,
        limit=1_000,
        hidden_by=search.filter_for(actor, EVERYTHING),
    )
    return page.ids


def test_a_change_is_seen_by_its_own_process_before_the_work_returns(library: Library) -> None:
    alice = add_person(library, "Alice")
    image_id = add_image(library, ["cat"])
    assert found(library, "cat") == [image_id]
    with library.work() as work:
        fave(work, alice, image_id)
        assert found(library, "faved_by:alice") == []
    assert found(library, "faved_by:alice") == [image_id]
    assert not library.replica.is_behind


def test_a_change_undone_is_never_seen(library: Library) -> None:
    alice = add_person(library, "alice")
    image_id = add_image(library, ["cat"])
    applied = library.replica.applied

    def fail() -> None:
        with library.work() as work:
            fave(work, alice, image_id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert found(library, "faved_by:alice") == []
    assert library.replica.applied == applied
    assert wrong_counters(library) == []


def test_another_process_of_the_machine_sees_it_at_its_next_request(place: Place) -> None:
    with place.library() as here, place.library() as there:
        image_id = add_image(here, ["cat"])
        assert there.replica.is_behind
        assert found(there, "cat") == []
        there.replica.catch_up()
        assert found(there, "cat") == [image_id]
        assert not there.replica.is_behind
        assert there.replica.applied == here.replica.applied


def test_what_a_killed_writer_did_not_announce_is_found_by_the_poll(place: Place) -> None:
    with place.library() as library:
        image_id = add_image(library, ["cat"])
        with library.database.write(NOON) as transaction:  # ends here: committed, never announced
            transaction.connection.execute(update(images).values(width_px=77))
            transaction.changes[Change("image", image_id)] = None
        assert not library.replica.is_behind
        assert found(library, "width:77") == []
        library.replica.poll()
        assert found(library, "width:77") == [image_id]
        library.replica.poll()


def test_without_an_index_numbers_are_only_passed_on(place: Place) -> None:
    with place.library(is_loaded=False) as worker, place.library() as web:
        image_id = add_image(worker, ["cat"])
        assert not worker.replica.is_loaded
        assert not worker.replica.is_behind
        worker.replica.poll()
        assert worker.replica.applied == -1
        web.replica.catch_up()
        assert found(web, "cat") == [image_id]


def test_listeners_hear_of_changes_once_the_index_has_them(library: Library) -> None:
    heard: list[Change] = []
    seen: list[list[int]] = []

    def listen(batch) -> None:
        heard.extend(batch)
        seen.append(found(library, "cat"))

    library.replica.listen(listen)
    image_id = add_image(library, ["cat"])
    assert Change("image", image_id) in heard
    assert seen == [[image_id]]


def test_the_number_is_raised_once_all_have_heard_of_a_change(library: Library) -> None:
    alice, image_id = add_person(library, "Alice"), add_image(library, ["cat"])
    replica, told = library.replica, list[int]()
    replica.listen(lambda _: told.append(replica.applied))
    before = replica.applied
    with library.work() as work:
        fave(work, alice, image_id)
    assert told == [before]
    assert replica.applied > before


def test_an_image_whose_row_is_gone_leaves_the_index(library: Library) -> None:
    image_id = add_image(library, ["cat"])
    with library.work() as work:
        work.execute(delete(image_tags).where(image_tags.c.image_id == image_id))
        work.execute(delete(images).where(images.c.id == image_id))
        work.changed("image", image_id)
    assert found(library, "*") == []
    assert library.replica.differences() == []


def test_a_new_name_of_a_tag_is_searched_at_once(library: Library) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    image_id = add_image(library, ["cat"])
    with library.work() as work:
        alias_tag(work, mod, "kitty", "cat")
    assert found(library, "kitty") == found(library, "kit*") == [image_id]


def test_a_gallery_is_searched_as_it_is_now(place: Place) -> None:
    with place.library() as here, place.library() as there:
        alice = add_person(here, "alice")
        one, two, three = (add_image(here) for _ in range(3))
        for listed in ([one, two], [two, three], [three, one, two], [], [two]):
            put_gallery(here, 5, listed, alice)
            there.replica.catch_up()
            for library in (here, there):
                assert found(library, "gallery_id:5") == sorted(listed)
                assert found(library, "gallery_id:6") == []
                assert library.replica.differences() == []


def test_a_gallery_that_is_ahead_of_its_images_waits_for_them(place: Place) -> None:
    with place.library() as here, place.library() as there:
        alice = add_person(here, "alice")
        one = add_image(here)
        put_gallery(here, 5, [one], alice)
        with here.work() as work:
            for number in range(
                2_500
            ):  # more than one batch: the gallery's change is read before the image's
                work.changed("tag", 10_000 + number)
        two = add_image(here)
        put_gallery(here, 5, [one, two], alice)
        there.replica.catch_up()
        assert found(there, "gallery_id:5") == [one, two]
        assert there.replica.differences() == []


def test_a_new_category_of_a_tag_changes_the_counts_of_its_images(library: Library) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    image_id = add_image(library, ["safe", "cat"])
    for category, text in (("species", "species_tag_count:1"), (None, "species_tag_count:0")):
        with library.work() as work:
            describe_tag(work, mod, "cat", description="", short_description="", category=category)
        assert found(library, text) == [image_id]
    assert library.replica.differences() == []


def test_a_difference_is_found_and_named(library: Library) -> None:
    one, two, three = (add_image(library) for _ in range(3))
    index = library.replica.index
    index.discard(one)
    index.set_number("width", two, 5)
    index.set_member("tag", 4711, three, present=True)
    index.put(4711, Entry())
    assert library.replica.differences() == [one, two, three, 4711]
    library.replica.load()
    assert library.replica.differences() == []


def test_an_index_built_in_blocks_equals_one_put_image_by_image(library: Library) -> None:
    alice, mod = add_person(library, "alice"), add_person(library, "mod", Role.MODERATOR)
    ids = [
        add_image(library, ["safe", f"t{n % 3}"], is_anonymous=n % 2 == 0, uploader_id=1) for n in range(7)
    ]
    add_sources(library, ids[0], ["https://x.example/"])
    ids += [
        add_image(library, [], hidden_from_users=True, duplicate_id=ids[1], deleted_by_user_id=1),
        add_image(library, ["oc:someone", "explicit"], width_px=7, height_px=3, updated_at=LATER),
        add_image(library, mime_type="video/webm", format="webm", duration_seconds=2.5, is_animated=True),
    ]
    with library.work() as work:
        for image_id in ids[::2]:
            fave(work, alice, image_id)
            vote(work, mod, image_id, is_up=False)
    hide(library, alice, ids[1], ids[3])
    hide(library, mod, ids[3])
    put_gallery(library, 3, ids[2:5], alice)
    put_gallery(library, 9, ids[::-2], alice)
    with library.reading() as reading:
        categories = dict(reading.execute(select(tags.c.id, tags.c.category)).all())
        built = image_blocks.build(reading.connection, categories, lambda *_: None)
        entries = dict(image_index.all_entries(reading.connection))
    single = ImageIndex(image_index.SHAPE)
    for image_id, entry in entries.items():
        single.put(image_id, entry)
    assert list(built.ids) == list(single.ids) == ids
    for image_id, entry in entries.items():
        assert built.holds(image_id, entry)
        assert single.holds(image_id, entry)


def test_an_empty_library_is_built_and_searched(library: Library) -> None:
    assert found(library, "*") == []
    assert library.replica.differences() == []


QUERIES = (
    "*",
    "cat",
    "kitty || t1",
    "t*",
    "faved_by:alice",
    "upvoted_by:p1",
    "downvoted_by_id:2",
    "score.gt:0",
    "wilson_score.gt:0.1",
    "uploader:mod",
    "species_tag_count:1",
    "processed:true",
    "source_count:1",
    "tag_count.gte:3",
    "hides.gt:0",
    "hidden_by:alice",
    "gallery_id:1 || gallery_id:2",
    "gallery_id:3",
)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_verbs_the_index_equals_one_built_anew(place: Place, seed: int) -> None:
    chance = random.Random(seed)
    with place.library() as library, place.library() as follower:
        mod = add_person(library, "mod", Role.MODERATOR)
        people = [add_person(library, name) for name in ("alice", "p1")] + [mod]
        ids = [add_image(library, chance.sample(["safe", "cat", "t1", "t2", "t3"], 3)) for _ in range(4)]
        uploaded = add_upload(library, mod, content=png(3, 3, colour=seed))
        ids.append(uploaded)

        with library.work() as work:
            galleries = [create_gallery(work, people[0], GalleryText(title=title)) for title in "abc"]

        def a_tag() -> str:
            return chance.choice(["cat", "kitty", "t1", "t2", "t3", "fresh", f"n{chance.randint(0, 3)}"])

        def process(work) -> None:
            process_again(work, uploaded)

        def one_verb(image_id: int) -> None:
            person = chance.choice(people)
            verbs = [
                lambda work: fave(work, person, image_id),
                lambda work: unfave(work, person, image_id),
                lambda work: vote(work, person, image_id, is_up=chance.random() < 0.5),
                lambda work: unvote(work, person, image_id),
                lambda work: interactions.hide(work, person, image_id),
                lambda work: interactions.unhide(work, person, image_id),
                lambda work: add_images(work, people[0], chance.choice(galleries), chance.sample(ids, 2)),
                lambda work: remove_images(work, people[0], chance.choice(galleries), chance.sample(ids, 3)),
                lambda work: delete_gallery(work, people[0], galleries[2]),
                lambda work: hide_image(work, mod, image_id, reason="x"),
                lambda work: unhide_image(work, mod, image_id),
                lambda work: edit_image_tags(work, person, image_id, [a_tag(), a_tag()], [a_tag()]),
                lambda work: alias_tag(work, mod, a_tag(), a_tag()),
                lambda work: imply_tag(work, mod, a_tag(), a_tag()),
                lambda work: describe_tag(
                    work,
                    mod,
                    a_tag(),
                    description="",
                    short_description="",
                    category=chance.choice(["species", "character", None]),
                ),
                process,
            ]
            writer = chance.choice([library, follower])
            with writer.work() as work:
                for _ in range(chance.randint(1, 3)):
                    try:
                        chance.choice(verbs)(work)
                    except BooruError:
                        continue

        for step in range(60):
            one_verb(chance.choice(ids))
            if step % 15 == 7:
                ids.append(add_image(library, [a_tag(), "safe"]))
            if step % 20 == 19:
                with library.work() as work:
                    jobs = take(work, "represent", limit=1, lease_seconds=60)
                for job in jobs:
                    represent(library, job)
        for replica in (library.replica, follower.replica):
            replica.catch_up()
            assert replica.differences() == []
        assert wrong_counters(library) == []
        with place.library() as restarted:
            assert restarted.replica.applied >= library.replica.applied
            for text in QUERIES:
                expected = found(restarted, text, mod)
                assert found(library, text, mod) == found(follower, text, mod) == expected, text


def test_a_person_renamed_by_a_later_release_is_searched_by_the_new_name(library: Library) -> None:
    alice = add_person(library, "alice")
    image_id = add_image(library, uploader_id=alice.user_id)
    with library.work() as work:
        work.execute(update(users).values(name="Alicia"))
        work.changed("user", alice.user_id or 0)
    assert found(library, "uploader:alicia") == [image_id]
    assert found(library, "uploader:alice") == []
    with library.reading() as reading:
        assert find_image(reading, image_id).uploader == "Alicia"


def test_more_changes_than_one_batch_are_all_applied(place: Place) -> None:
    with place.library() as here, place.library() as there:
        image_id = add_image(here)
        with here.work() as work:
            for number in range(2_500):
                work.changed("image", image_id + number)
            work.execute(update(images).values(width_px=99))
        there.replica.catch_up()
        assert there.replica.applied == here.replica.applied
        assert found(there, "width:99") == [image_id]
