"""Tags added to and removed from all that a query finds, and that undone, on both databases."""

import pytest
from pyroaring import BitMap
from sqlalchemy import insert
from tests.libraries import add_image, add_person, wrong_counters

from polybooru.db.tables import image_locked_tags
from polybooru.library import jobs, mass_retags, tag_batches
from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.errors import InvalidQuery, InvalidValue, NotAllowed, TagBatchNotFound, TagNotFound
from polybooru.library.image_search import ImageSearch
from polybooru.library.images import find_image, hide_image
from polybooru.library.interactions import hide
from polybooru.library.library import Library
from polybooru.library.mass_retags import matching_images, preview_retag
from polybooru.library.tag_batches import find_tag_batch, start_retag, undo_tag_batch
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.tag_history import list_tag_changes
from polybooru.library.tag_jobs import bring_to_end, go_on
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.library.tags import ensure_tags, find_tags
from polybooru.search.language.limits import Limits


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_batches, "IMAGES_AT_ONCE", 2)
    monkeypatch.setattr(tag_batches, "MOST_AT_ONCE", 2)


def matching(library: Library, actor: Actor, query: str) -> list[int]:
    return list(matching_images(library, ImageSearch(library, Limits()), actor, query))


def start(library: Library, staff: Actor, query: str, **tags: list[str]) -> int:
    found = matching(library, staff, query)
    with library.work() as work:
        return start_retag(work, staff, query=query, image_ids=found, **tags)


def undo(library: Library, staff: Actor, batch_id: int) -> None:
    with library.work() as work:
        undo_tag_batch(work, staff, batch_id)
    bring_to_end(library, jobs.TAG_BATCH, batch_id)


def names(library: Library, image_ids: list[int]) -> list[set[str]]:
    with library.reading() as reading:
        return [{tag.name for tag in find_image(reading, image_id).tags} for image_id in image_ids]


def test_all_that_match_are_changed_and_changed_back(library: Library, staff: Actor) -> None:
    ids = [
        add_image(library, ["safe", "cat", *more]) for more in (["old"], ["old", "new"], [], ["new"], ["old"])
    ]
    other = add_image(library, ["safe", "dog", "old"])
    before = names(library, [*ids, other])
    with library.reading() as reading:
        seen = preview_retag(reading, staff, matching(library, staff, "cat"), added=["New"], removed=["old"])
    assert (seen.images, seen.changing, seen.added, seen.removed) == (5, 4, {"new": 3}, {"old": 3})
    assert seen.sample == tuple(ids[:3] + ids[4:])
    assert names(library, [*ids, other]) == before

    batch_id = start(library, staff, "cat", added=["New"], removed=["old"])
    late = add_image(library, ["safe", "cat", "old"])  # the images were fixed at the start
    bring_to_end(library, jobs.TAG_BATCH, batch_id)
    assert names(library, ids) == [{"safe", "cat", "new"}] * 5
    assert names(library, [other, late]) == [before[-1], {"safe", "cat", "old"}]
    assert matching(library, staff, "new") == ids
    with library.reading() as reading:
        batch = find_tag_batch(reading, staff, batch_id)
        assert len(list_tag_changes(reading, staff)) == 4
    assert (batch.state, batch.done, batch.total, batch.query) == ("done", 5, 5, "cat")
    assert wrong_counters(library) == []
    assert library.replica.differences() == []

    undo(library, staff, batch_id)
    assert names(library, [*ids, other]) == before
    with library.work() as work, pytest.raises(InvalidValue, match="undone"):
        undo_tag_batch(work, staff, batch_id)
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_one_undone_half_way_changes_nothing_more(library: Library, staff: Actor) -> None:
    ids = [add_image(library, ["safe", "cat", "forest"]) for _ in range(5)]
    with library.work() as work:
        ensure_tags(work, ["new"])
    batch_id = start(library, staff, "cat", added=["new"])
    with library.work() as work:
        [job] = jobs.take(work, jobs.TAG_BATCH, limit=1, lease_seconds=60)
    assert not go_on(library, job, seconds=0)
    assert matching(library, staff, "new") == ids[:2]
    with library.work() as work:
        edit_image_tags(work, staff, ids[0], ["new"], ["moss"])
        edit_image_tags(work, staff, ids[0], [], ["new"])  # decided later, by a person: stays
    undo(library, staff, batch_id)
    assert matching(library, staff, "new") == ids[:1]


def test_implied_locked_hidden_and_what_would_break_the_rules(library: Library, staff: Actor) -> None:
    plain, locked, hidden = (add_image(library, ["safe", "cat", "forest"]) for _ in range(3))
    suggestive = add_image(library, ["suggestive", "cat", "forest"])
    with library.work() as work:
        known = ensure_tags(work, ["kitten", "young"])
        imply_tag(work, staff, "kitten", "young")
        work.execute(insert(image_locked_tags).values(image_id=locked, tag_id=known["kitten"].id))
    batch_id = start(library, staff, "cat", added=["kitten"])
    with library.work() as work:
        hide_image(work, staff, hidden, reason="x")
    bring_to_end(library, jobs.TAG_BATCH, batch_id)
    kitten = {"safe", "cat", "forest", "kitten", "young"}
    assert names(library, [plain, hidden]) == [kitten, kitten]
    assert "kitten" not in names(library, [locked])[0]
    assert wrong_counters(library) == []

    bring_to_end(library, jobs.TAG_BATCH, start(library, staff, "cat", added=["questionable"]))
    assert matching(library, staff, "questionable") == []  # each would break a rule
    bring_to_end(
        library,
        jobs.TAG_BATCH,
        start(library, staff, "suggestive", added=["explicit"], removed=["suggestive"]),
    )
    assert matching(library, staff, "explicit") == [suggestive]


def test_tags_that_became_aliases_meanwhile_mean_their_targets(library: Library, staff: Actor) -> None:
    image_id = add_image(library, ["safe", "cat", "forest"])
    with library.work() as work:
        ensure_tags(work, ["neww"])
    batch_id = start(library, staff, "cat", added=["neww"])
    with library.work() as work:
        alias_tag(work, staff, "neww", "new")
    bring_to_end(library, jobs.TAG_BATCH, batch_id)
    assert names(library, [image_id]) == [{"safe", "cat", "forest", "new"}]


def test_own_hides_do_not_count_and_images_out_of_sight_are_not_found(library: Library, staff: Actor) -> None:
    mine, gone = add_image(library, ["safe", "cat"]), add_image(library, ["safe", "cat"])
    with library.work() as work:
        hide(work, staff, mine)
        hide_image(work, staff, gone, reason="x")
    assert matching(library, staff, "cat") == matching(library, OPERATOR, "cat") == [mine]


def test_what_makes_no_sense_is_refused(library: Library, staff: Actor) -> None:
    with library.work() as work:
        ensure_tags(work, ["a", *(f"t{n}" for n in range(51))])
        alias_tag(work, staff, "b", "a")
    for added, removed, error in (
        ([], [], InvalidValue),
        ([" "], [], InvalidValue),
        (["a"], ["b"], InvalidValue),
        ([f"t{n}" for n in range(51)], [], InvalidValue),
        (["none"], [], TagNotFound),
        ([], ["none"], TagNotFound),
    ):
        with library.work() as work, pytest.raises(error):
            start_retag(work, staff, query="*", image_ids=[], added=added, removed=removed)
    with pytest.raises(InvalidQuery):
        matching(library, staff, "(")
    with pytest.raises(NotAllowed):
        matching(library, add_person(library, "alice"), "a")
    for missing in (0, -1, 99, 2**70):
        with library.work() as work, pytest.raises(TagBatchNotFound):
            undo_tag_batch(work, staff, missing)
    with library.reading() as reading:
        assert find_tags(reading, ["none"]) == {}
        assert mass_retags.preview_retag(reading, staff, BitMap(), added=["a"]).changing == 0
