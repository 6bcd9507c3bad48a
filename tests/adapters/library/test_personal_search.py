"""What a person's own hides, watch list and forced filter make of searches, on both databases."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update
from tests.libraries import add_image, add_person, hide

from polybooru.db.tables import filter_tags, filters, users, watched_tags
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import InvalidQuery, QueryTooExpensive
from polybooru.library.image_orders import order_named
from polybooru.library.image_search import Budget, Deleted, ImageSearch
from polybooru.library.interactions import fave
from polybooru.library.library import Library
from polybooru.library.tags import ensure_tags
from polybooru.search.language.limits import Limits

EVERYTHING = 2


@pytest.fixture
def search(library: Library) -> ImageSearch:
    return ImageSearch(library, Limits())


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


def found(
    search: ImageSearch, actor: Actor, text: str = "*", filter_id: int | None = EVERYTHING, **switches
) -> list[int]:
    page = search.find(
        actor,
        search.parse(actor, text),
        order=order_named("id", descending=False),
        offset=0,
        limit=100,
        hidden_by=search.filter_for(actor, filter_id),
        **switches,
    )
    assert page.total == len(page.ids)
    return page.ids


def add_filter(library: Library, filter_id: int, *, hides: Sequence[str] = (), **values) -> None:
    with library.work() as work:
        row = {"id": filter_id, "name": f"filter {filter_id}", "created_at": work.now, **values}
        work.execute(insert(filters).values(row))
        for tag in ensure_tags(work, hides).values():
            work.execute(insert(filter_tags).values(filter_id=filter_id, tag_id=tag.id, effect="hide"))
        work.changed("filter", filter_id)


def change(library: Library, person: Actor, **values) -> Actor:
    with library.work() as work:
        work.execute(update(users).where(users.c.id == person.user_id).values(values))
        work.changed("user", person.user_id or 0)
    return replace(person, current_filter_id=values.get("current_filter_id", person.current_filter_id))


def watch(library: Library, person: Actor, *names: str) -> None:
    with library.work() as work:
        for tag in ensure_tags(work, names).values():
            work.execute(insert(watched_tags).values(user_id=person.user_id, tag_id=tag.id))
        work.changed("user", person.user_id or 0)


# --- hides


def test_what_somebody_hid_is_left_out_for_that_person_alone(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    one, two, three = (add_image(library) for _ in range(3))
    hide(library, alice, two)
    assert found(search, alice) == [one, three]
    assert found(search, alice, with_own_hidden=True) == [one, two, three]
    assert found(search, ANONYMOUS) == found(search, add_person(library, "bob")) == [one, two, three]


def test_ones_own_hides_are_found_only_with_the_switch(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    add_image(library)
    two = add_image(library)
    hide(library, alice, two)
    assert found(search, alice, "my:hidden") == []
    assert found(search, alice, "my:hidden", with_own_hidden=True) == [two]
    assert found(search, alice, "hides:1", with_own_hidden=True) == [two]


def test_staff_see_who_hid_what(library: Library, search: ImageSearch, alice: Actor) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    one = add_image(library)
    hide(library, alice, one)
    assert found(search, mod, "hidden_by:alice") == [one]
    assert found(search, mod, f"hidden_by_id:{alice.user_id}") == [one]
    assert found(search, mod, "deleted:true || hides:1") == [one]
    assert found(search, alice, "hidden_by:alice", with_own_hidden=True) == []


def test_a_staff_field_finds_what_is_deleted_only_with_the_switch(
    library: Library, search: ImageSearch
) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    gone = add_image(library, hidden_from_users=True)
    assert found(search, mod, "deleted:true") == []
    assert found(search, mod, "deleted:true", deleted=Deleted.TOO) == [gone]
    assert found(search, mod, "deleted:true", deleted=Deleted.ONLY) == [gone]


# --- what a search may cost


def test_a_search_over_the_callers_budget_is_refused(library: Library, alice: Actor) -> None:
    image_id = add_image(library, ["a"])
    search = ImageSearch(library, Limits(), Budget(anonymous_ms=0))
    dear = " || ".join(f"width.gt:{n}" for n in range(5))
    assert found(search, alice, dear) == [image_id]
    assert found(search, ANONYMOUS, "a, width.gt:5") == [image_id]  # plain enough not to be estimated
    with pytest.raises(QueryTooExpensive, match="would take more than 0 ms"):
        found(search, ANONYMOUS, dear)


def test_a_dear_filter_keeps_nobody_from_searching_but_is_not_quick(library: Library) -> None:
    image_id = add_image(library)
    add_filter(library, 10, is_public=True, hidden_complex=" || ".join(f"x{n}*" for n in range(5)))
    search = ImageSearch(library, Limits(), Budget(anonymous_ms=0))
    assert found(search, ANONYMOUS, "*", 10) == [image_id]
    everything, dear = (search.filter_for(ANONYMOUS, filter_id) for filter_id in (EVERYTHING, 10))
    tree = search.parse(ANONYMOUS, "*")
    assert search.is_quick(tree, everything, "")
    assert not search.is_quick(tree, dear, "")


@pytest.mark.parametrize("text", ["file_name:*a*", "description:a*", "source_url:abc~1", "description:abc"])
def test_the_database_has_little_time_for_a_search(library: Library, alice: Actor, text: str) -> None:
    add_image(library)
    search = ImageSearch(library, Limits(), Budget(statement_seconds=0))
    with pytest.raises(QueryTooExpensive, match=f"takes too long at `{text.partition(':')[0]}'"):
        found(search, alice, text)


# --- filters that ask the rows


@pytest.mark.parametrize(
    "text",
    ["description:red fox", "description:fo*", "file_name:*fox*", "file_name:fux~1", "-(description:owl*)"],
)
def test_a_filter_may_ask_for_what_only_the_rows_tell(
    library: Library, search: ImageSearch, text: str
) -> None:
    owls = add_image(library, description="owls and oaks", file_name="owl")
    foxes = [add_image(library, description="red foxes, foals", file_name="fox") for _ in range(2)]
    add_filter(library, 10, is_public=True, hidden_complex=text)
    add_filter(library, 11, is_public=True, spoilered_complex=text)
    assert found(search, ANONYMOUS, "*", 10) == [owls]
    assert found(search, ANONYMOUS, "*", 11) == [owls, *foxes]
    for filter_id in (10, 11):
        applied = search.filter_for(ANONYMOUS, filter_id)
        assert search.hit_by(applied, [owls, *foxes]) == set(foxes)
        assert search.hit_by(applied, [foxes[1], owls]) == {foxes[1]}
        assert search.hit_by(applied, [owls]) == set()
        assert not search.is_quick(search.parse(ANONYMOUS, "*"), applied, "")


# --- a forced filter


def test_a_forced_filter_hides_in_addition_and_covers(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    a, b, c, d = (add_image(library, [name]) for name in "abcd")
    add_filter(
        library, 10, hides=["a"], hidden_complex="b"
    )  # nobody's and private: the person need not see it
    add_filter(library, 11, user_id=alice.user_id, hides=["c"])
    assert found(search, alice, "*", 11) == [a, b, d]
    alice = change(library, alice, forced_filter_id=10)
    assert found(search, alice, "*", 11) == [d]
    assert found(search, alice, "*", EVERYTHING) == [c, d]
    assert found(search, alice, "*", 10) == [c, d]
    assert search.hit_by(search.filter_for(alice, EVERYTHING), [a, b, c, d]) == {a, b}
    assert found(search, alice, "-filter_id:11", EVERYTHING) == [c]
    assert found(search, ANONYMOUS) == [a, b, c, d]
    alice = change(library, alice, forced_filter_id=None)
    assert found(search, alice) == [a, b, c, d]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_forced_filter_that_no_longer_parses_hides_everything(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    add_image(library)
    add_filter(library, 10, hidden_complex="(a")
    assert found(search, change(library, alice, forced_filter_id=10)) == []


# --- watch lists


def test_watched_is_a_tag_or_a_query_and_not_an_exclusion(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    tagged, first, second, both = (
        add_image(library, names) for names in (["a"], ["b", "x"], ["c"], ["a", "no"])
    )
    add_image(library, ["b"])
    assert found(search, alice, "my:watched") == []
    watch(library, alice, "a")
    assert found(search, alice, "my:watched") == [tagged, both]
    change(library, alice, watched_query="b, x\n\n  \nc")
    assert found(search, alice, "my:watched") == [tagged, first, second, both]
    change(library, alice, watched_exclude="no\nx")
    assert found(search, alice, "my:watched") == [tagged, second]
    assert found(search, alice, "my:watched, c") == [second]
    assert found(search, alice, "-my:watched, c") == []


def test_whoever_so_chose_does_not_watch_what_the_own_filter_covers(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    plain, covered, hidden = (add_image(library, names) for names in (["a"], ["a", "s"], ["a", "h"]))
    add_filter(library, 10, user_id=alice.user_id, hides=["h"], spoilered_complex="s")
    watch(library, alice, "a")
    alice = change(library, alice, current_filter_id=10)
    assert found(search, alice, "my:watched", EVERYTHING) == [plain, covered, hidden]
    alice = change(library, alice, watched_hides_spoilered=True)
    assert found(search, alice, "my:watched", EVERYTHING) == [plain]
    alice = change(library, alice, current_filter_id=None)
    assert found(search, alice, "my:watched", EVERYTHING) == [plain, covered, hidden]


def test_a_watch_query_may_name_a_filter_but_not_the_watch_list(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    a, b = add_image(library, ["a"]), add_image(library, ["b"])
    add_filter(library, 10, user_id=alice.user_id, hides=["a"])
    change(library, alice, watched_query="filter_id:10")
    assert found(search, alice, "my:watched") == [b]
    change(library, alice, watched_query="my:watched\na")
    assert found(search, alice, "my:watched") == [a]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", ["(a", "my:watched", "filter_id:4711", "width:x"])
def test_a_stored_watch_query_that_no_longer_parses_shows_less(
    library: Library, search: ImageSearch, alice: Actor, broken: str
) -> None:
    a = add_image(library, ["a"])
    change(library, alice, watched_query=f"{broken}\na")
    assert found(search, alice, "my:watched") == [a]
    change(library, alice, watched_exclude=broken)
    assert found(search, alice, "my:watched") == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_filters_and_watch_lists_inside_each_other_come_to_an_end(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    a, b = add_image(library, ["a"]), add_image(library, ["b"])
    add_filter(library, 10, user_id=alice.user_id, hidden_complex="my:watched")
    watch(library, alice, "a")
    alice = change(library, alice, current_filter_id=10, watched_hides_spoilered=True)
    assert found(search, alice, "*", None) == [b]
    assert found(search, alice, "my:watched", EVERYTHING) == []
    alice = change(library, alice, watched_query="filter_id:10\n-filter_id:10")
    assert found(search, alice, "*", None) == [b]
    assert found(search, alice, "my:watched", EVERYTHING) == [b]
    assert found(search, alice, f"filter_id:10, id:{a}", EVERYTHING) == []


def test_my_watched_is_for_people(library: Library, search: ImageSearch, alice: Actor) -> None:
    add_image(library)
    assert found(search, ANONYMOUS, "my:watched") == []
    with pytest.raises(InvalidQuery, match="Unknown `my' value"):
        search.parse(alice, "my:subs")


def test_a_new_watch_list_applies_at_once(library: Library, search: ImageSearch, alice: Actor) -> None:
    a = add_image(library, ["a"])
    assert found(search, alice, "my:watched") == []
    watch(library, alice, "a")
    assert found(search, alice, "my:watched") == [a]
    with library.work() as work:
        fave(work, alice, a)
    assert found(search, alice, "my:watched, my:faves") == [a]
    with library.reading() as reading:
        assert len(reading.execute(select(watched_tags)).all()) == 1
