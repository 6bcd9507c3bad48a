"""The newest faves of people, remembered: never other than the rows say, on both databases."""

import random
from collections.abc import Callable

import pytest
from pyroaring import BitMap
from tests.libraries import Clock, Place, add_image, add_person

from polybooru.library import favourites
from polybooru.library.actors import OPERATOR, Actor
from polybooru.library.favourites import Liked, NewestFaves, newest_liked
from polybooru.library.interactions import fave, unfave
from polybooru.library.library import Library
from polybooru.library.merges import merge_image, unmerge_image

PEOPLE = 3
IMAGES = 9


@pytest.fixture(autouse=True)
def walked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were many: nothing is looked up one by one, and little is remembered of each."""
    monkeypatch.setattr(favourites, "_FEW", 0)
    monkeypatch.setattr(favourites, "_REMEMBERED", 4)
    monkeypatch.setattr(favourites, "_PEOPLE", 2)


def expected(library: Library, person: Actor, among: BitMap, most: int | None) -> list[Liked]:
    with library.reading() as reading:
        return newest_liked(reading, person.user_id or 0, among, most)


def test_what_is_remembered_is_what_the_rows_say(library: Library, clock: Clock) -> None:
    chance = random.Random(11)
    people = [add_person(library, f"person {number}") for number in range(PEOPLE)]
    made = [add_image(library) for _ in range(IMAGES)]
    newest = NewestFaves(library)
    merged: set[int] = set()

    def vote(change: Callable[..., object]) -> None:
        with library.work() as work:
            change(work, chance.choice(people), chance.choice([one for one in made if one not in merged]))

    def merge() -> None:
        if merged:
            with library.work() as work:
                unmerge_image(work, OPERATOR, merged.pop())
            return
        image_id, target_id = chance.sample(made, 2)
        with library.work() as work:
            merge_image(work, OPERATOR, image_id, target_id)
        merged.add(image_id)

    found = 0
    for _ in range(120):
        clock.go_on(chance.randrange(3))
        chance.choice((lambda: vote(fave), lambda: vote(fave), lambda: vote(unfave), merge))()
        for person in people:
            among = BitMap(chance.sample(made, chance.randrange(1, IMAGES)))
            most = chance.choice((1, 2, 4, None))
            seen = newest.among(person.user_id or 0, among, most)
            assert seen == expected(library, person, among, most)
            found += len(seen)
    assert found > 100


def test_a_fave_in_another_process_is_seen(place: Place) -> None:
    with place.library() as here, place.library() as there:
        alice = add_person(here, "alice")
        first, second = add_image(here), add_image(here)
        newest, both = NewestFaves(here), BitMap((first, second))
        assert newest.among(alice.user_id or 0, both, 2) == []
        with there.work() as work:
            fave(work, alice, first)
        here.replica.catch_up()
        assert [liked.image_id for liked in newest.among(alice.user_id or 0, both, 2)] == [first]
        with there.work() as work:
            fave(work, alice, second)
            unfave(work, alice, first)
        here.replica.catch_up()
        assert [liked.image_id for liked in newest.among(alice.user_id or 0, both, 2)] == [second]
