"""Sessions that make, use, relate and remove the same tags at once, on both databases."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

from sqlalchemy import select
from tests.libraries import Clock, add_image, add_person, wrong_counters

from polybooru.db.tables import tags
from polybooru.library import jobs
from polybooru.library.actors import Role
from polybooru.library.errors import InvalidValue, NameTaken, TagNotFound
from polybooru.library.filter_edits import FilterText, create_filter, edit_filter
from polybooru.library.image_locks import set_locked_tags
from polybooru.library.library import Library
from polybooru.library.tag_deletion import delete_tag, purge_unused_tags
from polybooru.library.tag_descriptions import describe_tag, rename_tag
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.tag_jobs import go_on
from polybooru.library.tag_relations import alias_tag, imply_tag, unalias_tag, unimply_tag
from polybooru.library.tags import ensure_tags
from polybooru.library.watched_lists import watch_tag
from polybooru.library.work import Work

AT_ONCE = 4
ROUNDS = 40
OPERATIONS = 150
Operation = Callable[[Work], object]


def test_all_who_make_the_same_new_tags_at_once_get_them(library: Library) -> None:
    chance = random.Random(5)
    together = Barrier(AT_ONCE)

    def make(names: list[str]) -> set[str]:
        together.wait()
        with library.work() as work:
            return set(ensure_tags(work, names))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            names = [f"tag {number} {letter}" for letter in "abcdef"]
            lists = [chance.sample(names, 4) for _ in range(AT_ONCE)]
            assert list(pool.map(make, lists)) == [set(listed) for listed in lists]
    with library.reading() as reading:
        made = reading.execute(select(tags.c.name).where(tags.c.name.startswith("tag "))).scalars().all()
    assert len(made) == len(set(made))
    assert library.replica.differences() == []


def test_who_uses_and_relates_the_same_tags_never_waits_in_a_circle(library: Library) -> None:
    hustle = Hustle(library, random.Random(7))
    hustle.run(lambda: hustle.chance.choice([*hustle.uses(), *hustle.relations()]))
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_who_uses_tags_that_just_go_or_change_their_name_loses_at_most_the_race(
    library: Library, clock: Clock
) -> None:
    """Never is a row missed that something points at, and never do all wait for one another."""
    hustle = Hustle(library, random.Random(0))

    def planned() -> Operation:
        clock.go_on(3 * 3_600)  # a tag that nothing needs goes after a day
        return hustle.chance.choice([*hustle.uses(), *hustle.relations(), *hustle.removals() * 2])

    hustle.run(planned, at_once=2 * AT_ONCE, operations=6 * OPERATIONS)
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


class Hustle:
    """People and staff at once on six tags and four images."""

    expected = (InvalidValue, NameTaken, TagNotFound)
    """Another was faster."""

    def __init__(self, library: Library, chance: random.Random) -> None:
        self.library, self.chance = library, chance
        self.names = [f"tag {number}" for number in range(6)]
        self.person, self.mod = add_person(library, "p"), add_person(library, "mod", Role.MODERATOR)
        self.pictures = [add_image(library) for _ in range(4)]
        with library.work() as work:
            texts = [FilterText(name=f"filter {number}") for number in range(2)]
            self.filters = [create_filter(work, self.person, text) for text in texts]

    def uses(self) -> tuple[Operation, ...]:
        person, mod, picture = self.person, self.mod, self.chance.choice(self.pictures)
        one, *some = self.chance.sample(self.names, 4)
        filter_id = self.chance.choice(self.filters)
        listing = FilterText(name=f"filter {filter_id}", hidden_tags=some, spoilered_tags=[one])
        return (
            lambda work: edit_image_tags(work, person, picture, [], some),
            lambda work: edit_image_tags(work, person, picture, some, []),
            lambda work: set_locked_tags(work, mod, picture, some[:1]),
            lambda work: edit_filter(work, person, filter_id, listing),
            lambda work: watch_tag(work, person, one),
        )

    def relations(self) -> tuple[Operation, ...]:
        mod, (one, other) = self.mod, self.chance.sample(self.names, 2)
        texts = {"description": other, "short_description": ""}
        return (
            lambda work: alias_tag(work, mod, one, other),
            lambda work: unalias_tag(work, mod, one),
            lambda work: imply_tag(work, mod, one, other),
            lambda work: unimply_tag(work, mod, one, other),
            lambda work: describe_tag(work, mod, one, **texts, category=None),
        )

    def removals(self) -> tuple[Operation, ...]:
        mod, (one, other) = self.mod, self.chance.sample(self.names, 2)
        return (
            purge_unused_tags,
            lambda work: rename_tag(work, mod, one, other),
            lambda work: delete_tag(work, mod, one),
        )

    def run(
        self, plan: Callable[[], Operation], *, at_once: int = AT_ONCE, operations: int = OPERATIONS
    ) -> None:
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self._do, [plan() for _ in range(operations)]))

    def _do(self, operation: Operation) -> None:
        with suppress(*self.expected), self.library.work() as work:
            operation(work)
        for kind in (jobs.MOVE_TAGGINGS, jobs.DELETE_TAG):
            with suppress(*self.expected):
                with self.library.work() as work:
                    taken = jobs.take(work, kind, limit=1, lease_seconds=60)
                for job in taken:
                    go_on(self.library, job, seconds=0)
