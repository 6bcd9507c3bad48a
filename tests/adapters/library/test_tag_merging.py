"""Tags that become aliases while images have them, tags that go, and races for both, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, select
from tests.libraries import Clock, Place, add_image, add_person, wrong_counters

from polybooru.db.tables import filter_tags, filters, image_tags, tag_implications, tags, watched_tags
from polybooru.library import jobs, tag_moves
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.errors import InvalidValue, NameTaken, TagNotFound
from polybooru.library.image_orders import order_named
from polybooru.library.image_search import ImageSearch
from polybooru.library.images import find_image, hide_image
from polybooru.library.library import Library
from polybooru.library.moderation_log import list_actions
from polybooru.library.tag_deletion import delete_tag, purge_unused_tags
from polybooru.library.tag_descriptions import describe_tag, rename_tag
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.tag_jobs import bring_to_end, go_on
from polybooru.library.tag_relations import alias_tag, imply_tag, unalias_tag, unimply_tag
from polybooru.library.taggings import Retagging, hold_images, retag
from polybooru.library.tags import ensure_tags, find_tag_by_slug, find_tags
from polybooru.library.work import Work
from polybooru.search.language.limits import Limits
from polybooru.worker.loop import Worker

EVERYTHING = 2


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_moves, "IMAGES_AT_ONCE", 2)


def found(library: Library, text: str) -> list[int]:
    search = ImageSearch(library, Limits())
    return search.find(
        ANONYMOUS,
        search.parse(ANONYMOUS, text),
        order=order_named("id", descending=False),
        offset=0,
        limit=1_000,
        hidden_by=search.filter_for(ANONYMOUS, EVERYTHING),
    ).ids


def names_of(library: Library, image_id: int) -> set[str]:
    with library.reading() as reading:
        return {tag.name for tag in find_image(reading, image_id).tags}


def tag_id(library: Library, name: str) -> int:
    with library.reading() as reading:
        return reading.execute(select(tags.c.id).where(tags.c.name == name)).scalar_one()


def assert_sound(library: Library) -> None:
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_images_of_a_new_alias_get_its_target_in_steps(library: Library, staff: Actor) -> None:
    both = add_image(library, ["safe", "cat", "kitty"])
    ids = [add_image(library, ["safe", "kitty"]) for _ in range(4)]
    hidden = add_image(library, ["safe", "kitty"], hidden_from_users=True)
    target_only = add_image(library, ["safe", "cat"])
    with library.work() as work:
        alias_tag(work, staff, "kitty", "cat")
    assert found(library, "kitty") == found(library, "cat") == [both, target_only]  # at once
    with library.reading() as reading:
        assert find_tag_by_slug(reading, "kitty").image_count == 0
    assert_sound(library)  # also half way

    said: list[None] = []
    source = tag_id(library, "kitty")
    bring_to_end(library, jobs.MOVE_TAGGINGS, source, after_each=lambda: said.append(None))
    assert said
    assert found(library, "kitty") == sorted([both, *ids, target_only])
    assert names_of(library, hidden) == names_of(library, both) == {"safe", "cat"}
    with library.reading() as reading:
        left = select(image_tags.c.image_id).where(image_tags.c.tag_id == source)
        assert reading.execute(left).all() == []
        assert find_tag_by_slug(reading, "cat").image_count == 6
        [*_, action] = list_actions(reading, staff, before_id=None, limit=9)
    assert (action.action, action.user_id, action.details) == (
        "tag.alias",
        staff.user_id,
        {"name": "kitty", "target": "cat"},
    )
    assert_sound(library)


def test_lists_keep_the_alias_until_no_image_has_it(library: Library, staff: Actor) -> None:
    """Else a filter would show its images meanwhile."""
    for _ in range(3):
        add_image(library, ["safe", "kitty"])
    with library.work() as work:
        known = ensure_tags(work, ["kitty", "cat"])
        row = {"id": 10, "name": "f", "user_id": staff.user_id, "created_at": work.now}
        work.execute(insert(filters).values(row))
        listed = {"filter_id": 10, "tag_id": known["kitty"].id, "effect": "hide"}
        work.execute(insert(filter_tags).values(listed))
        work.execute(insert(watched_tags).values(user_id=staff.user_id, tag_id=known["kitty"].id))
        alias_tag(work, staff, "kitty", "cat")

    def lists() -> tuple[set[int], set[int]]:
        with library.reading() as reading:
            hiding = reading.execute(select(filter_tags.c.tag_id).where(filter_tags.c.filter_id == 10))
            return set(hiding.scalars()), set(reading.execute(select(watched_tags.c.tag_id)).scalars())

    source, target = known["kitty"].id, known["cat"].id
    assert lists() == ({source, target}, {source, target})
    bring_to_end(library, jobs.MOVE_TAGGINGS, source)
    assert lists() == ({target}, {target})


def test_the_worker_goes_on_with_it_slice_by_slice(place: Place, library: Library, staff: Actor) -> None:
    ids = [add_image(library, ["safe", "kitty"]) for _ in range(5)]
    with library.work() as work:
        alias_tag(work, staff, "kitty", "cat")
        [job] = jobs.take(work, jobs.MOVE_TAGGINGS, limit=9, lease_seconds=60)
    assert not go_on(library, job, seconds=0)  # one step, then it is given back
    with library.reading() as reading:
        assert jobs.free_kinds(reading, (jobs.MOVE_TAGGINGS,))
    Worker(library, at_once=1, lock=place.folder / "worker.lock").run(until_idle=True)
    assert found(library, "cat") == ids
    with library.reading() as reading:
        assert not jobs.is_waiting(reading, jobs.MOVE_TAGGINGS, job.object_id)
    assert_sound(library)


def test_whoever_read_the_name_before_the_alias_was_made_is_followed_up(
    library: Library, staff: Actor
) -> None:
    image_id = add_image(library, ["safe", "cat"])
    with library.work() as work:
        early = find_tags(work, ["kitty"]) | ensure_tags(work, ["kitty"])
    with library.work() as work:
        alias_tag(work, staff, "kitty", "cat")
    with library.work() as work:
        hold_images(work, [image_id])
        late = Retagging(image_id=image_id, added=frozenset({early["kitty"].id}), removed=frozenset())
        retag(work, [late], hidden=(), user_id=staff.user_id)
    bring_to_end(library, jobs.MOVE_TAGGINGS, early["kitty"].id)
    assert names_of(library, image_id) == {"safe", "cat"}
    assert_sound(library)


def test_what_is_asked_for_again_while_under_way_stays_to_be_done(library: Library, staff: Actor) -> None:
    add_image(library, ["safe", "kitty"])
    with library.work() as work:
        alias_tag(work, staff, "kitty", "cat")
        [job] = jobs.take(work, jobs.MOVE_TAGGINGS, limit=1, lease_seconds=60)
    with library.work() as work:
        jobs.enqueue(work, job.kind, job.object_id)
    with library.work() as work:
        jobs.finish_unless_asked_again(work, job)
        assert jobs.is_waiting(work, job.kind, job.object_id)


def test_an_alias_that_is_one_no_more_keeps_the_images_it_gets_from_then_on(
    library: Library, staff: Actor
) -> None:
    image_id = add_image(library, ["safe", "kitty", "forest"])
    with library.work() as work:
        alias_tag(work, staff, "kitty", "cat")
    bring_to_end(library, jobs.MOVE_TAGGINGS, tag_id(library, "kitty"))
    with library.work() as work:
        unalias_tag(work, staff, "kitty")
        edit_image_tags(work, staff, image_id, [], ["kitty"])
    assert names_of(library, image_id) == {"safe", "forest", "cat", "kitty"}
    assert found(library, "kitty") == [image_id]
    with library.work() as work:
        with pytest.raises(InvalidValue, match="not an alias"):
            unalias_tag(work, staff, "kitty")
        with pytest.raises(TagNotFound):
            unalias_tag(work, staff, "none")
    assert_sound(library)


def at_once(library: Library, *verbs: Callable[[Work], None]) -> list[InvalidValue | None]:
    """What each verb was refused with, all begun together."""
    start = Barrier(len(verbs))

    def one(verb: Callable[[Work], None]) -> InvalidValue | None:
        start.wait()
        try:
            with library.work() as work:
                verb(work)
        except InvalidValue as error:
            return error
        return None

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(one, verbs))


@pytest.mark.parametrize("are_there", [True, False])
def test_of_two_aliases_that_cross_one_wins(library: Library, staff: Actor, are_there: bool) -> None:
    for number in range(5):
        a, b = f"a{number}", f"b{number}"
        if are_there:
            add_image(library, ["safe", a, b])
        ends = at_once(
            library,
            lambda work, a=a, b=b: alias_tag(work, staff, a, b),
            lambda work, a=a, b=b: alias_tag(work, staff, b, a),
        )
        assert [error is None for error in ends].count(True) == 1
        with library.reading() as reading:
            rows = reading.execute(select(tags.c.aliased_tag_id).where(tags.c.name.in_([a, b])))
            assert sorted(row.aliased_tag_id is None for row in rows) == [False, True]


def test_implications_never_lead_back_over_any_number_of_tags(library: Library, staff: Actor) -> None:
    with library.work() as work:
        for tag, implied in (("a", "b"), ("b", "c"), ("c", "d")):
            imply_tag(work, staff, tag, implied)
        for tag, implied in (("d", "a"), ("c", "a"), ("d", "b"), ("a", "a")):
            with pytest.raises(InvalidValue):
                imply_tag(work, staff, tag, implied)
        imply_tag(work, staff, "a", "d")
        unimply_tag(work, staff, "b", "c")
        imply_tag(work, staff, "c", "b")
        with pytest.raises(InvalidValue, match="not implied"):
            unimply_tag(work, staff, "b", "c")
        with pytest.raises(TagNotFound):
            unimply_tag(work, staff, "b", "none")


def test_implications_made_at_once_close_no_circle(library: Library, staff: Actor) -> None:
    for number in range(4):
        names = [f"{letter}{number}" for letter in "abc"]
        pairs = list(zip(names, [*names[1:], names[0]], strict=True))
        ends = at_once(library, *(lambda work, pair=pair: imply_tag(work, staff, *pair) for pair in pairs))
        assert [error is None for error in ends].count(True) == 2
    with library.reading() as reading:
        assert len(reading.execute(select(tag_implications)).all()) == 8


def test_a_deleted_tag_leaves_nothing_behind(library: Library, staff: Actor) -> None:
    ids = [add_image(library, ["safe", "forest", "cat", "spam"]) for _ in range(3)]
    with library.work() as work:
        hide_image(work, staff, ids[0], reason="x")
        edit_image_tags(work, staff, ids[1], ["spam"], [])
        edit_image_tags(work, staff, ids[1], [], ["spam"])
        alias_tag(work, staff, "spamm", "spam")
        imply_tag(work, staff, "ham", "spam")
        imply_tag(work, staff, "spam", "meat")
        work.execute(
            insert(watched_tags).values(user_id=staff.user_id, tag_id=find_tags(work, ["spam"])["spam"].id)
        )
        describe_tag(work, staff, "spam", description="x", short_description="", category="error")
    gone = tag_id(library, "spam")
    with library.work() as work:
        delete_tag(work, OPERATOR, "Spam")
    bring_to_end(library, jobs.DELETE_TAG, gone)
    for image_id in ids:
        assert names_of(library, image_id) == {"safe", "forest", "cat"}
    assert found(library, "spam") == found(library, "spamm") == found(library, "error_tag_count:1") == []
    with library.reading() as reading:
        with pytest.raises(TagNotFound):
            find_tag_by_slug(reading, "spam")
        assert find_tag_by_slug(reading, "spamm").aliased_to is None
        assert find_tag_by_slug(reading, "ham").implied == ()
        assert find_tag_by_slug(reading, "meat").implied_by == ()
        assert reading.execute(select(watched_tags)).all() == []
    assert_sound(library)
    with library.work() as work:
        edit_image_tags(work, staff, ids[1], [], ["spam"])  # the name is free again
    assert found(library, "spam") == [ids[1]]


def test_what_the_rules_know_by_name_keeps_it(library: Library, staff: Actor) -> None:
    for verb in (
        lambda work: alias_tag(work, staff, "safe", "sfw"),
        lambda work: rename_tag(work, staff, "explicit", "nsfw"),
        lambda work: delete_tag(work, staff, "grimdark"),
    ):
        with library.work() as work, pytest.raises(InvalidValue, match="rating"):
            verb(work)


def test_a_renamed_tag_is_found_by_its_new_name_alone(library: Library, staff: Actor) -> None:
    image_id = add_image(library, ["safe", "kat", "forest"])
    add_image(library, ["safe", "dog"])
    with library.work() as work:
        alias_tag(work, staff, "kitty", "kat")
    with library.work() as work:
        rename_tag(work, staff, "Kat", "artist:Cat")
        rename_tag(work, staff, "artist:cat", "artist: cat")
        for name, error in (("dog", NameTaken), ("", InvalidValue), ("a,b", InvalidValue)):
            with pytest.raises(error):
                rename_tag(work, staff, "artist:cat", name)
        with pytest.raises(TagNotFound):
            rename_tag(work, staff, "kat", "x")
    assert found(library, "artist:cat") == found(library, "kitty") == [image_id]
    assert found(library, "kat") == []
    with library.reading() as reading:
        detail = find_tag_by_slug(reading, "artist-colon-cat")
    assert (detail.tag.namespace, detail.tag.name_in_namespace, detail.aliases) == (
        "artist",
        "cat",
        ("kitty",),
    )
    assert_sound(library)


def test_over_long_descriptions_are_refused(library: Library, staff: Actor) -> None:
    for description, short in (("é" * 25_001, ""), ("", "x" * 256)):
        with library.work() as work, pytest.raises(InvalidValue, match="at most"):
            describe_tag(work, staff, "cat", description=description, short_description=short, category=None)
    with library.work() as work:
        describe_tag(work, staff, "cat", description="a\0b", short_description="\0", category=None)
        assert find_tag_by_slug(work, "cat").description == "ab"


def test_only_tags_that_nothing_needs_are_purged_and_not_on_their_first_day(
    library: Library, staff: Actor, clock: Clock
) -> None:
    image_id = add_image(library, ["safe", "forest", "cat", "on an image"])
    add_image(library, ["safe", "on a hidden one"], hidden_from_users=True)
    with library.work() as work:
        ensure_tags(work, ["unused", "oc", "watched"])
        alias_tag(work, staff, "alias", "with an alias")
        imply_tag(work, staff, "implying", "implied")
        describe_tag(work, staff, "described", description="", short_description="x", category=None)
        edit_image_tags(work, staff, image_id, [], ["in the history"])
        edit_image_tags(work, staff, image_id, ["in the history"], [])
        watched = find_tags(work, ["watched"])["watched"].id
        work.execute(insert(watched_tags).values(user_id=staff.user_id, tag_id=watched))
        assert purge_unused_tags(work) == 0
    clock.now += timedelta(days=1, seconds=1)
    with library.work() as work:
        ensure_tags(work, ["young"])
        assert purge_unused_tags(work) == 1
    with library.reading() as reading:
        left = set(reading.execute(select(tags.c.name)).scalars())
    assert "unused" not in left
    assert {
        "young",
        "oc",
        "watched",
        "alias",
        "with an alias",
        "implying",
        "implied",
        "described",
        "in the history",
        "on an image",
        "on a hidden one",
        "grimdark",
    } <= left
    assert_sound(library)
