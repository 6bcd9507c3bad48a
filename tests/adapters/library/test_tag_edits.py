"""Edits of an image's tags by its old and a new list, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select
from tests.libraries import add_image, add_person, scoped, wrong_counters

from polybooru.db.tables import changes, image_locked_tags, tag_change_tags, tag_changes, tags
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import EditRefused, Fault, FaultCode, ImageNotFound, NotAllowed
from polybooru.library.images import find_image, hide_image
from polybooru.library.library import Library
from polybooru.library.tag_edits import EditedTags, edit_image_tags
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.library.tags import ensure_tags

START = ["safe", "cat", "forest"]


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def edit(library: Library, actor: Actor, image_id: int, old: list[str], new: list[str]) -> EditedTags:
    with library.work() as work:
        return edit_image_tags(work, actor, image_id, old, new)


def names_of(library: Library, image_id: int) -> set[str]:
    with library.reading() as reading:
        return {tag.name for tag in find_image(reading, image_id).tags}


def recorded(library: Library) -> list[tuple[int, int, dict[str, bool]]]:
    """Image, user, and what became of which tag, of each edit."""
    with library.reading() as reading:
        rows = reading.execute(
            select(tag_change_tags, tags.c.name).join(tags, tags.c.id == tag_change_tags.c.tag_id)
        ).all()
        edits = reading.execute(select(tag_changes).order_by(tag_changes.c.id)).all()
    return [
        (e.image_id, e.user_id, {r.name: r.is_added for r in rows if r.tag_change_id == e.id}) for e in edits
    ]


def test_only_the_difference_is_applied_and_recorded_as_one_edit(library: Library, alice: Actor) -> None:
    image_id = add_image(library, [*START, "unseen"])
    edited = edit(library, alice, image_id, START, ["Safe", "FOREST ", "fox", "not there", ""])
    assert names_of(library, image_id) == {"safe", "forest", "fox", "not there", "unseen"}
    assert [tag.name for tag in edited.added] == ["fox", "not there"]
    assert [tag.name for tag in edited.removed] == ["cat"]
    assert {tag.name for tag in edited.tags} == names_of(library, image_id)
    assert recorded(library) == [(image_id, alice.user_id, {"fox": True, "not there": True, "cat": False})]
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_an_edit_that_changes_nothing_leaves_no_trace(library: Library, alice: Actor) -> None:
    image_id = add_image(library, START)
    with library.reading() as reading:
        before = reading.execute(select(changes.c.number).where(changes.c.kind == "image_tags")).all()
    for old, new in ((START, START), ([], []), (["dog"], []), ([], ["cat"]), (["a"], ["safe", "a"])):
        assert edit(library, alice, image_id, old, new).change_id is None
    with library.reading() as reading:
        assert reading.execute(select(changes.c.number).where(changes.c.kind == "image_tags")).all() == before
    assert recorded(library) == []


def test_two_edits_of_the_same_list_merge(library: Library, alice: Actor) -> None:
    image_id = add_image(library, START)
    edit(library, alice, image_id, START, [*START, "fox"])
    edit(library, alice, image_id, START, ["safe", "forest", "moss"])
    assert names_of(library, image_id) == {"safe", "forest", "fox", "moss"}


def test_aliases_mean_their_target_in_either_list(library: Library, alice: Actor, staff: Actor) -> None:
    image_id = add_image(library, START)
    with library.work() as work:
        alias_tag(work, staff, "kitty", "cat")
        alias_tag(work, staff, "wood", "tree")
    assert edit(library, alice, image_id, ["cat"], ["kitty"]).change_id is None
    assert edit(library, alice, image_id, ["kitty"], ["cat"]).change_id is None
    assert [tag.name for tag in edit(library, alice, image_id, ["kitty"], ["wood"]).added] == ["tree"]
    assert names_of(library, image_id) == {"safe", "forest", "tree"}


def test_what_a_tag_implies_comes_only_with_a_tag_that_is_new(
    library: Library, alice: Actor, staff: Actor
) -> None:
    with library.work() as work:
        imply_tag(work, staff, "cat", "animal")
        imply_tag(work, staff, "kitten", "cat")
        imply_tag(work, staff, "kitten", "pet name")
        alias_tag(work, staff, "pet name", "pet")
        imply_tag(work, staff, "wood", "oc")  # makes the tag
    image_id = add_image(library, START)
    edit(library, alice, image_id, [], ["cat", "kitten"])
    assert names_of(library, image_id) == {*START, "kitten", "pet"}  # one level; cat was there
    edit(library, alice, image_id, ["pet"], [])
    assert names_of(library, image_id) == {*START, "kitten"}
    edit(library, alice, image_id, [], ["kitten", "oc:me"])
    assert names_of(library, image_id) == {*START, "kitten", "oc:me", "oc"}


def test_an_implied_tag_is_not_removed_by_the_edit_that_implies_it(
    library: Library, alice: Actor, staff: Actor
) -> None:
    image_id = add_image(library, START)
    with library.work() as work:
        imply_tag(work, staff, "kitten", "cat")
    edited = edit(library, alice, image_id, START, ["safe", "forest", "kitten"])
    assert edited.removed == ()
    assert names_of(library, image_id) == {*START, "kitten"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (["safe"], ["moss"], Fault(FaultCode.NO_RATING)),
        (["cat"], [], Fault(FaultCode.TOO_FEW_TAGS, 3)),
        ([], ["explicit"], Fault(FaultCode.SAFE_AND_OTHER_RATING)),
        (["safe"], ["explicit", "suggestive"], Fault(FaultCode.SEVERAL_SEXUAL_RATINGS)),
        (["safe"], ["grimdark", "semi-grimdark"], Fault(FaultCode.SEVERAL_GRIM_RATINGS)),
        ([], ["tagme"], Fault(FaultCode.FORBIDDEN_TAG, "tagme")),
        ([], [f"t{n}" for n in range(2_001)], Fault(FaultCode.TOO_MANY_TAGS, 2_000)),
        ([], [f"t{n}" for n in range(1_999)], Fault(FaultCode.TOO_MANY_TAGS, 2_000)),
    ],
)
def test_the_rules_of_an_upload_hold_for_an_edit_and_nothing_stays_of_a_refused_one(
    library: Library, alice: Actor, old: list[str], new: list[str], fault: Fault
) -> None:
    image_id = add_image(library, START)
    with pytest.raises(EditRefused) as refused:
        edit(library, alice, image_id, old, new)
    assert refused.value.faults == (fault,)
    assert names_of(library, image_id) == set(START)
    assert recorded(library) == []
    with library.reading() as reading:
        assert reading.execute(select(tags.c.id).where(tags.c.name.in_(["moss", "tagme", "t1"]))).all() == []


def test_hidden_and_missing_images_are_not_found_by_anybody(
    library: Library, alice: Actor, staff: Actor
) -> None:
    hidden = add_image(library, START)
    with library.work() as work:
        hide_image(work, staff, hidden, reason="spam")
    for actor in (alice, staff):
        for image_id in (hidden, 99, 0, -1, 2**31, 2**70):
            with pytest.raises(ImageNotFound):
                edit(library, actor, image_id, [], ["moss"])


def test_only_those_who_may_write_edit(library: Library, alice: Actor) -> None:
    image_id = add_image(library, START)
    for actor in (ANONYMOUS, scoped(alice, "interact"), scoped(alice, "read")):
        with pytest.raises(NotAllowed):
            edit(library, actor, image_id, [], ["moss"])
    edit(library, scoped(alice, "write"), image_id, [], ["moss"])


def test_parallel_edits_of_few_images_with_few_tags_wait_for_each_other_and_count_right(
    library: Library, alice: Actor
) -> None:
    ids = [add_image(library, START) for _ in range(3)]
    names = ["t1", "t2", "t3", "t4", "cat", "forest"]

    def one(number: int) -> None:
        old = names[number % 3 :: 2]
        edit(library, alice, ids[number % 3], old, ["safe", "a", "b", *names[number % 5 :: 3]])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(36)))
    assert wrong_counters(library) == []
    assert library.replica.differences() == []
    state = {image_id: set(START) for image_id in ids}
    for image_id, _, what in recorded(library):
        for name, is_added in what.items():
            assert (name in state[image_id]) is not is_added  # each record says what really changed
            (state[image_id].add if is_added else state[image_id].discard)(name)
    assert state == {image_id: names_of(library, image_id) for image_id in ids}


def test_locked_tags_are_left_alone(library: Library, alice: Actor) -> None:
    image_id = add_image(library, START)
    with library.work() as work:
        known = ensure_tags(work, ["cat", "fox"])
        locked = [{"image_id": image_id, "tag_id": known[name].id} for name in ("cat", "fox")]
        work.execute(insert(image_locked_tags), locked)
    edited = edit(library, alice, image_id, ["cat"], ["fox", "tree"])
    assert ([t.name for t in edited.added], edited.removed) == (["tree"], ())
    assert names_of(library, image_id) == {*START, "tree"}
