"""Sessions that make the same tags at once: none is refused by the database, on both."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from polybooru.db.tables import tags
from polybooru.library.library import Library
from polybooru.library.tags import ensure_tags

AT_ONCE = 4
ROUNDS = 40


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
