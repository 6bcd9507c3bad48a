"""Searches that would take too long, and where those that take a while are answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from sqlalchemy import insert, update
from tests.libraries import add_image, add_person, put_gallery

from polybooru.db.tables import filter_tags, filters, users, watched_tags
from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.errors import QueryTooExpensive
from polybooru.library.image_filters import LONG
from polybooru.library.image_search import Budget, ImageSearch
from polybooru.library.library import Library
from polybooru.library.tags import ensure_tags
from polybooru.search.language.limits import Limits

EVERYTHING, LISTED = 2, 10
TAGS = tuple(f"tag {number}" for number in range(60))
WITHOUT_BOUNDS = Budget(anonymous_ms=10**9, signed_in_ms=10**9)


@pytest.fixture
def search(library: Library) -> ImageSearch:
    return ImageSearch(library, Limits())


def found(
    search: ImageSearch, text: str, actor: Actor = ANONYMOUS, *, sort: str = "id", offset: int = 0
) -> list[int]:
    return search.find(
        actor,
        search.parse(actor, text),
        order=search.order(sort, descending=False),
        offset=offset,
        limit=25,
        hidden_by=search.filter_for(actor, LISTED if actor.user_id else EVERYTHING),
    ).ids


def is_quick(search: ImageSearch, text: str, sort: str = "id", filter_id: int = EVERYTHING) -> bool:
    return search.is_quick(search.parse(ANONYMOUS, text), search.filter_for(ANONYMOUS, filter_id), sort)


def add_filter(
    library: Library, tags: tuple[str, ...] = (), query: str = "", owner: Actor = ANONYMOUS
) -> None:
    with library.work() as work:
        row = {"id": LISTED, "name": "listed", "hidden_complex": query, "created_at": work.now}
        work.execute(insert(filters).values(row | {"user_id": owner.user_id, "is_public": True}))
        for tag in ensure_tags(work, tags).values():
            work.execute(insert(filter_tags).values(filter_id=LISTED, tag_id=tag.id, effect="hide"))
        work.changed("filter", LISTED)


def watch(library: Library, person: Actor, names: tuple[str, ...], query: str = "") -> None:
    with library.work() as work:
        for tag in ensure_tags(work, names).values():
            work.execute(insert(watched_tags).values(user_id=person.user_id, tag_id=tag.id))
        work.execute(update(users).where(users.c.id == person.user_id).values(watched_query=query))
        work.changed("user", person.user_id or 0)


@contextmanager
def working_elsewhere(library: Library) -> Iterator[None]:
    """Another thread is at the index."""
    begun, done = Event(), Event()

    def work() -> None:
        with library.replica.lock:
            begun.set()
            done.wait()

    thread = Thread(target=work)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


# --- refused


@pytest.mark.parametrize("join", [", ", " || "])
@pytest.mark.parametrize("term", ["filter_id:10", "my:watched"])
def test_a_text_that_names_a_long_list_hundreds_of_times_is_refused_unseen(
    library: Library, term: str, join: str
) -> None:
    alice = add_person(library, "alice")
    add_filter(library, TAGS)
    watch(library, alice, TAGS, query="score.gt:1000")
    search = ImageSearch(library, Limits(), WITHOUT_BOUNDS)
    found(search, join.join([term] * 10), alice)
    with pytest.raises(QueryTooExpensive):
        found(search, join.join([term] * 250), alice)


def test_a_filter_that_names_a_long_list_hundreds_of_times_hides_all(library: Library) -> None:
    alice = add_person(library, "alice")
    image_id = add_image(library, ["safe"])
    watch(library, alice, TAGS)
    add_filter(library, query=", ".join(["my:watched"] * 10), owner=alice)
    search = ImageSearch(library, Limits(), WITHOUT_BOUNDS)
    assert found(search, "*", alice) == [image_id]
    with library.work() as work:
        row = {"hidden_complex": ", ".join(["my:watched"] * 250)}
        work.execute(update(filters).where(filters.c.id == LISTED).values(row))
        work.changed("filter", LISTED)
    assert found(search, "*", alice) == []


@pytest.mark.parametrize(("sort", "offset"), [("random:1", 1_000), ("_score", 0), ("gallery_id:7", 0)])
def test_an_order_that_may_be_dear_is_estimated_however_plain_the_query(
    library: Library, sort: str, offset: int
) -> None:
    alice = add_person(library, "alice")
    put_gallery(library, 7, [add_image(library)], alice)
    search = ImageSearch(library, Limits(), Budget(anonymous_ms=0))
    assert len(found(search, "*")) == len(found(search, "*", sort="random:1")) == 1
    with pytest.raises(QueryTooExpensive):
        found(search, "*", sort=sort, offset=offset)


# --- where they are answered


def test_plain_searches_are_quick(search: ImageSearch) -> None:
    for text in ("*", "cat, -dog, width.gt:5", "cat*", " || ".join(TAGS[:30])):
        assert is_quick(search, text)
    assert is_quick(search, "cat", "random:1")


def test_a_search_that_is_estimated_to_take_a_while_is_not_quick(
    library: Library, search: ImageSearch
) -> None:
    assert is_quick(search, "c~1")
    library.replica.index.load_names("tag", {key: (f"tag {key}",) for key in range(1, 100_001)})
    assert not is_quick(search, "c~1")
    assert not is_quick(search, " || ".join(TAGS))


def test_a_search_under_a_long_filter_is_not_quick(library: Library, search: ImageSearch) -> None:
    add_filter(library, tuple(f"tag {number}" for number in range(LONG + 1)))
    assert not is_quick(search, "cat", filter_id=LISTED)


def test_what_would_have_to_wait_to_be_estimated_is_not_quick(library: Library, search: ImageSearch) -> None:
    assert is_quick(search, "cat*")
    assert not library.replica.is_busy
    with working_elsewhere(library):
        assert library.replica.is_busy
        assert not is_quick(search, "cat*")
    assert is_quick(search, "cat*")
