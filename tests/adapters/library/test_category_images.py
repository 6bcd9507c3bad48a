"""Which images a category has, followed through every change, on both databases."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from tests.libraries import NOON, Clock, Place, add_image, add_person, add_sources

from polybooru.library.actors import OPERATOR, Actor, Role
from polybooru.library.approval import approve_image
from polybooru.library.categories import (
    CategoryText,
    add_category,
    disable_category,
    find_category,
    remove_category,
)
from polybooru.library.category_images import MOST_CHANGED, CategoryImages
from polybooru.library.errors import CategoryNotFound
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.interactions import fave
from polybooru.library.library import Library
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.tag_relations import alias_tag

READY = {"is_processed": True}


def do(library: Library, verb: Any, *arguments: Any, **more: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **more)


def category(library: Library, path: str, query: str, *, is_safe: bool = False) -> None:
    do(library, add_category, OPERATOR, CategoryText(path=path, query=query, is_safe=is_safe))


def images(kept: CategoryImages, path: str) -> list[int]:
    return sorted(kept.find(path).images)


@pytest.fixture
def kept(library: Library) -> CategoryImages:
    return CategoryImages(library)


@pytest.fixture
def admin(library: Library) -> Actor:
    return add_person(library, "admin", Role.ADMIN)


def test_it_shows_what_everybody_may_find_and_what_can_be_served(
    library: Library, kept: CategoryImages
) -> None:
    category(library, "animals.birb", "bird")
    shown = add_image(library, ["safe", "bird"], **READY)
    add_image(library, ["safe", "cat"], **READY)
    add_image(library, ["safe", "bird"])
    add_image(library, ["safe", "bird"], hidden_from_users=True, **READY)
    add_image(library, ["safe", "bird"], is_approved=False, **READY)
    assert images(kept, "animals.birb") == [shown]
    for path in ("animals", "animals.birb.small", "Animals.birb", ""):
        with pytest.raises(CategoryNotFound):
            kept.find(path)


def test_a_safe_one_never_shows_what_is_not(library: Library, kept: CategoryImages) -> None:
    category(library, "all", "*")
    category(library, "fine", "*", is_safe=True)
    category(library, "tame", "safe")
    safe = {add_image(library, [rating, "bird"], **READY) for rating in ("safe", "suggestive", "unrated")}
    others = {
        add_image(library, [rating, "bird"], **READY)
        for rating in ("questionable", "explicit", "semi-grimdark", "grimdark", "grotesque")
    }
    assert set(images(kept, "all")) == safe | others
    assert set(images(kept, "fine")) == safe
    assert [kept.find(path).is_safe for path in ("all", "fine", "tame")] == [False, True, True]


def test_every_change_is_seen_at_the_next_look(library: Library, kept: CategoryImages, admin: Actor) -> None:
    category(library, "birds", "bird || dodo")
    category(library, "liked", "faves.gte:1")
    category(library, "auks", "great auk")
    image_id = add_image(library, ["safe", "bird", "tree"], **READY)
    assert (images(kept, "birds"), images(kept, "liked")) == ([image_id], [])
    assert kept.are_at_hand(["birds", "liked", "unknown"])
    do(library, fave, admin, image_id)
    assert not kept.are_at_hand(["birds"])
    assert images(kept, "liked") == [image_id]
    do(library, hide_image, admin, image_id, reason="blurred")
    assert (images(kept, "birds"), images(kept, "liked")) == ([], [])
    do(library, unhide_image, admin, image_id)
    assert images(kept, "birds") == [image_id]
    do(library, edit_image_tags, admin, image_id, ["safe", "bird", "tree"], ["safe", "tree", "lake"])
    assert images(kept, "birds") == []
    assert images(kept, "auks") == []
    do(library, alias_tag, admin, "great auk", "lake")
    assert images(kept, "auks") == [image_id]
    waiting = add_image(library, ["safe", "bird"], is_approved=False, **READY)
    assert waiting not in images(kept, "birds")
    do(library, approve_image, admin, waiting)
    assert set(images(kept, "birds")) >= {waiting}


def test_categories_come_and_go(library: Library, kept: CategoryImages) -> None:
    add_image(library, ["safe", "bird"], **READY)
    category(library, "b", "bird")
    category(library, "a", "nothing such")
    assert [(shelf.category.path, shelf.is_open) for shelf in kept.listed()] == [("a", False), ("b", True)]
    with library.reading() as reading:
        b = find_category(reading, "b").id
    do(library, disable_category, OPERATOR, b, comment="Resting")
    shelf = kept.find("b")
    assert (shelf.is_open, shelf.category.comment) == (False, "Resting")
    do(library, remove_category, OPERATOR, b)
    with pytest.raises(CategoryNotFound):
        kept.find("b")
    category(library, "b", "cat")
    assert images(kept, "b") == []


def test_what_is_read_from_the_rows_is_followed_too(library: Library, kept: CategoryImages) -> None:
    category(library, "nests", "source_url:*nests.example*")
    first = add_image(library, ["safe", "bird"], **READY)
    assert images(kept, "nests") == []
    add_sources(library, first, ["https://nests.example/1"])
    assert images(kept, "nests") == [first]


def test_another_process_sees_it_once_it_has_caught_up(place: Place) -> None:
    with place.library() as here, place.library() as there:
        kept = CategoryImages(there)
        category(here, "birds", "bird")
        there.replica.catch_up()
        assert images(kept, "birds") == []
        image_id = add_image(here, ["safe", "bird"], **READY)
        there.replica.catch_up()
        assert images(kept, "birds") == [image_id]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_query_that_names_a_time_before_now_is_asked_again_after_a_minute(
    library: Library, kept: CategoryImages, clock: Clock
) -> None:
    category(library, "fresh", "created_at.gt:1 hour ago")
    image_id = add_image(library, ["safe", "bird"], created_at=NOON, **READY)
    assert images(kept, "fresh") == [image_id]
    clock.now += timedelta(hours=2)
    assert not kept.are_at_hand(["fresh"])
    assert images(kept, "fresh") == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_more_changes_than_are_remembered_have_all_made_anew(library: Library, kept: CategoryImages) -> None:
    category(library, "birds", "bird")
    first = add_image(library, ["safe", "bird"], **READY)
    assert images(kept, "birds") == [first]
    with library.work() as work:
        for image_id in range(10, MOST_CHANGED + 20):
            work.changed("image", image_id)
    second = add_image(library, ["safe", "bird"], **READY)
    assert images(kept, "birds") == [first, second]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_says_how_many_of_which_kind_and_size(library: Library, kept: CategoryImages) -> None:
    category(library, "birds", "bird")
    for size, mime in ((10, "image/png"), (30, "image/png"), (5, "image/gif")):
        add_image(library, ["safe", "bird"], size_bytes=size, mime_type=mime, **READY)
    add_image(library, ["safe", "cat"], size_bytes=1_000, **READY)
    facts = kept.facts(kept.find("birds"))
    assert (facts.total_bytes, facts.types) == (45, {"image/png": 2, "image/gif": 1})
    category(library, "none", "dodo")
    empty = kept.facts(kept.find("none"))
    assert (empty.total_bytes, empty.types) == (0, {})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_drawn_is_different_and_evenly_likely(library: Library, kept: CategoryImages) -> None:
    category(library, "birds", "bird")
    ids = [add_image(library, ["safe", "bird"], size_bytes=100 * n, **READY) for n in range(1, 11)]
    shelf, rng = kept.find("birds"), Random(7)
    drawn = Counter(image_id for _ in range(2_000) for image_id in kept.draw(shelf, 3, rng))
    assert set(drawn) == set(ids)
    assert all(500 < times < 700 for times in drawn.values())
    assert sorted(kept.draw(shelf, 50, rng)) == ids
    for _ in range(20):
        some = kept.draw(shelf, 5, rng)
        assert len(set(some)) == 5
    assert set(kept.draw(shelf, 50, rng, max_bytes=300)) == set(ids[:3])
    assert kept.draw(shelf, 1, rng, max_bytes=99) == []
    assert kept.draw(shelf, 1, rng, max_bytes=-5) == []
    assert len(kept.draw(shelf, 50, rng, max_bytes=10**30)) == 10
    assert kept.path_of(ids[0]) == "birds"
    assert kept.path_of(4711) == ""
