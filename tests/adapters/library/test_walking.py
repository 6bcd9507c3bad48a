"""Walks by cursor through a library that changes meanwhile, on both databases."""

import math
import random
from collections.abc import Callable, Iterator
from itertools import count, product

import pytest
from sqlalchemy import delete, update
from tests.libraries import NOON, add_image, add_person, put_gallery

from polybooru.db.tables import image_tags, images
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.cursors import Cursor, write_cursor
from polybooru.library.errors import InvalidValue
from polybooru.library.image_search import Deleted, ImageSearch, Step
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.interactions import fave, hide, vote
from polybooru.library.library import Library
from polybooru.library.tags import ensure_tags
from polybooru.search.index import Position
from polybooru.search.language.limits import Limits

EVERYTHING = 2
STEADY = ["id", "", "created_at", "random:7", "random", "gallery_id:5", "gallery_id:6"]


@pytest.fixture
def search(library: Library) -> ImageSearch:
    return ImageSearch(library, Limits())


@pytest.fixture
def mod(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def step(search: ImageSearch, cursor: str, *, text: str = "*", actor: Actor = ANONYMOUS, **asked) -> Step:
    asked = {"sort": "id", "descending": True, "limit": 3, **asked}
    filter_id = asked.pop("filter_id", EVERYTHING)
    query = search.parse(actor, text)
    return search.walk(
        actor, query, text=text, cursor=cursor, hidden_by=search.filter_for(actor, filter_id), **asked
    )


def walk(search: ImageSearch, between: Callable[[], None] = lambda: None, **asked) -> Iterator[int]:
    cursor: str | None = ""
    for _ in range(1_000):
        found = step(search, cursor, **asked)
        yield from found.ids
        cursor = found.cursor
        if cursor is None:
            return
        between()
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize("sort", [*STEADY, "_score", "score", "width", "faves", "aspect_ratio", "duration"])
@pytest.mark.parametrize("limit", [3, 50])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_walk_meets_what_pages_show_in_the_same_order(
    library: Library, search: ImageSearch, mod: Actor, sort: str, limit: int
) -> None:
    ids = [
        add_image(
            library, ["safe", *(["x"] if n % 3 else [])], width_px=n % 4 + 1, faves=n % 2, upvotes=n % 5
        )
        for n in range(13)
    ]
    put_gallery(library, 5, [*ids[3:10:2], *ids[2:8:2]], mod)
    text = "safe || x^2"
    for descending in (True, False):
        met = list(walk(search, sort=sort, descending=descending, limit=limit, text=text))
        assert sorted(met) == ids
        if sort != "random":
            page = search.find(
                ANONYMOUS,
                search.parse(ANONYMOUS, text),
                order=search.order(sort, descending=descending),
                offset=0,
                limit=100,
                hidden_by=search.filter_for(ANONYMOUS, EVERYTHING),
            )
            assert met == page.ids


class Changes:
    """Uploads, hides, tags, votes: at random, a few at a time."""

    def __init__(self, library: Library, mod: Actor, ids: list[int], seed: int) -> None:
        self.library = library
        self.mod = mod
        self.people = [mod, add_person(library, "voter")]
        self.stays, self.goes = set(ids[::2]), ids[1::2]
        self.chance = random.Random(seed)
        self.numbers = count(1)

    def __call__(self) -> None:
        for _ in range(2):
            self.chance.choice([self.upload, self.hide, self.touch, self.touch])()

    def upload(self) -> None:
        added = add_image(self.library, ["safe", f"new{next(self.numbers)}"], first_seen_at=NOON)
        self.goes.append(added)

    def hide(self) -> None:
        image_id = self.chance.choice(self.goes)
        with self.library.work() as work:
            change = self.chance.choice([hide_image, unhide_image, self.erase])
            if change is hide_image:
                hide_image(work, self.mod, image_id, reason="x")
            else:
                unhide_image(work, self.mod, image_id)

    def erase(self) -> None:
        """Stands for `unhide_image`, so that as much comes back as goes."""

    def touch(self) -> None:
        image_id = self.chance.choice(sorted(self.stays))
        with self.library.work() as work:
            vote(work, self.chance.choice(self.people), image_id, is_up=self.chance.random() < 0.5)
            fave(work, self.mod, image_id)
            hide(work, self.mod, image_id)
            work.execute(update(images).where(images.c.id == image_id).values(updated_at=NOON, width_px=77))
            work.execute(delete(image_tags).where(image_tags.c.image_id == image_id))
            for tag in ensure_tags(work, [f"touched{next(self.numbers)}"]).values():
                work.execute(image_tags.insert().values(image_id=image_id, tag_id=tag.id))
            work.changed("image", image_id)


@pytest.mark.parametrize(
    ("sort", "descending"),
    [(sort, descending) for sort in ("id", "", "gallery_id:5") for descending in (True, False)]
    + [(sort, True) for sort in ("random:7", "random", "gallery_id:6")],
)
def test_a_walk_loses_and_repeats_nothing_while_the_library_changes(
    library: Library, search: ImageSearch, mod: Actor, sort: str, *, descending: bool
) -> None:
    ids = [add_image(library) for _ in range(16)]
    put_gallery(library, 5, ids[4:14:3], mod)
    changes = Changes(library, mod, ids, seed=len(sort))
    met = list(walk(search, changes, sort=sort, descending=descending, limit=2))
    assert len(met) == len(set(met))
    assert changes.stays <= set(met)


def test_an_image_that_goes_and_comes_back_behind_the_cursor_is_not_met_again(
    library: Library, search: ImageSearch, mod: Actor
) -> None:
    ids = [add_image(library) for _ in range(6)]
    first = step(search, "", descending=False)
    assert first.ids == ids[:3]
    for verb in (
        lambda work: hide_image(work, mod, ids[2], reason="x"),
        lambda w: unhide_image(w, mod, ids[2]),
    ):
        with library.work() as work:
            verb(work)
        found = step(search, first.cursor or "", descending=False)
        assert found.ids == ids[3:]
    assert first.total == found.total == 6
    last = step(search, found.cursor or "", descending=False)
    assert (last.ids, last.cursor, last.total) == ([], None, 6)


def test_a_cursor_belongs_to_one_search_of_one_caller(
    library: Library, search: ImageSearch, mod: Actor
) -> None:
    for _ in range(9):
        add_image(library)
    alice, bob = add_person(library, "alice"), add_person(library, "bob")
    cursor = step(search, "", actor=alice).cursor
    assert cursor is not None
    assert len(step(search, cursor, actor=alice, limit=5).ids) == 5
    for other in (
        {"text": "safe"},
        {"sort": "score"},
        {"descending": False},
        {"filter_id": 1},
        {"with_own_hidden": True},
        {"actor": bob},
        {"actor": ANONYMOUS},
        {"actor": mod},
    ):
        with pytest.raises(InvalidValue, match="another search"):
            step(search, cursor, **({"actor": alice} | other))
    assert step(
        search, cursor, actor=alice, deleted=Deleted.TOO
    ).ids  # which means nothing for others than staff
    cursor = step(search, "", actor=mod).cursor or ""
    with pytest.raises(InvalidValue, match="another search"):
        step(search, cursor, actor=mod, deleted=Deleted.TOO)


def test_a_cursor_of_nothing_ends_at_once(search: ImageSearch) -> None:
    for text in ("", "nothing", "*"):
        assert step(search, "", text=text) == Step(ids=[], total=0, cursor=None)


def test_two_walks_at_random_go_two_ways(library: Library, search: ImageSearch) -> None:
    for _ in range(30):
        add_image(library)
    ways = {tuple(walk(search, sort="random", limit=10)) for _ in range(4)}
    assert len(ways) == 4
    assert {len(set(way)) for way in ways} == {30}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_place_that_somebody_made_up_is_only_another_place(
    library: Library, search: ImageSearch, mod: Actor
) -> None:
    ids = [add_image(library, width_px=n + 1) for n in range(6)]
    put_gallery(library, 5, ids[::2], mod)
    numbers = [
        None,
        0,
        1,
        -1,
        5,
        2**31,
        2**32,
        2**63 - 1,
        -(2**63),
        0.5,
        -0.0,
        1e300,
        math.inf,
        -math.inf,
        math.nan,
    ]
    everything = search.filter_for(ANONYMOUS, EVERYTHING)
    for sort in [*STEADY, "_score", "width", "aspect_ratio", "wilson_score", "created_at", "size"]:
        for image_id, value, seed in product([0, 3, 2**31, 2**32 - 1], numbers, [None, 0, -7, 2**63 - 1]):
            for descending in (True, False):
                switches = (everything.id, "NOT", False, None, False)
                place = Cursor(after=Position(image_id, value), seed=seed)
                cursor = write_cursor(place, ("*", sort, descending, *switches))
                try:
                    found = step(search, cursor, sort=sort, descending=descending, limit=2)
                except InvalidValue:
                    continue
                assert set(found.ids) <= set(ids), (sort, place)
