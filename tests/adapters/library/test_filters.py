"""Filters: the seeded ones, who may use which, and what they hide, on both databases."""

import pytest
from sqlalchemy import insert, select
from tests.libraries import Place, add_image, add_person

from polybooru.db.tables import filter_tags, filters
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import FilterNotFound, InvalidQuery, InvalidValue
from polybooru.library.filters import current_filter, find_filter
from polybooru.library.founding import found_library
from polybooru.library.image_orders import order_named
from polybooru.library.image_search import ImageSearch
from polybooru.library.library import Library
from polybooru.library.policy import Policy
from polybooru.library.tags import ensure_tags
from polybooru.search.language.limits import Limits


@pytest.fixture
def search(library: Library) -> ImageSearch:
    return ImageSearch(library, Limits())


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


def add_filter(library: Library, filter_id: int, *, hides=(), spoilers=(), **values) -> None:
    with library.work() as work:
        row = {"id": filter_id, "name": f"filter {filter_id}", "created_at": work.now, **values}
        work.execute(insert(filters).values(row))
        for names, effect in ((hides, "hide"), (spoilers, "spoiler")):
            for tag in ensure_tags(work, names).values():
                work.execute(insert(filter_tags).values(filter_id=filter_id, tag_id=tag.id, effect=effect))
        work.changed("filter", filter_id)


def found(search: ImageSearch, actor: Actor, filter_id: int | None, text: str = "*") -> list[int]:
    page = search.find(
        actor,
        search.parse(actor, text),
        order=order_named("id", descending=False),
        offset=0,
        limit=100,
        hidden_by=search.filter_for(actor, filter_id),
    )
    assert page.total == len(page.ids)
    return page.ids


def hit(search: ImageSearch, actor: Actor, filter_id: int | None, image_ids: list[int]) -> set[int]:
    return search.hit_by(search.filter_for(actor, filter_id), image_ids)


def test_a_new_library_has_the_two_system_filters(library: Library, search: ImageSearch) -> None:
    one, two = (add_image(library, [rating]) for rating in ("safe", "explicit"))
    three = add_image(library, ["questionable"])
    assert found(search, ANONYMOUS, None) == [one, three]
    assert hit(search, ANONYMOUS, None, [one, two, three]) == {two, three}
    assert found(search, ANONYMOUS, 2) == [one, two, three]
    assert hit(search, ANONYMOUS, 2, [one, two, three]) == set()
    with library.reading() as reading:
        rows = reading.execute(select(filters).order_by(filters.c.id)).all()
    assert [(r.id, r.name, r.is_system, r.is_public) for r in rows] == [
        (1, "Default", True, True),
        (2, "Everything", True, True),
    ]


def test_founding_again_changes_nothing(library: Library) -> None:
    applied = library.replica.applied
    for _ in range(2):
        with library.work() as work:
            found_library(work, library.policy)
    assert library.replica.applied == applied
    with library.reading() as reading:
        assert len(reading.execute(select(filters.c.id)).all()) == 2


def test_an_operator_chooses_the_ids_also_later(place: Place) -> None:
    place.policy = Policy(default_filter_id=100_073, everything_filter_id=56_027)
    with place.library() as library:
        alice = add_person(library, "alice")
        hidden = add_image(library, ["explicit"])
        search = ImageSearch(library, Limits())
        assert found(search, ANONYMOUS, None) == []
        assert found(search, ANONYMOUS, 56_027) == [hidden]
        with library.work() as work:
            next_id = work.execute(
                insert(filters)
                .values(name="own", user_id=alice.user_id, created_at=work.now)
                .returning(filters.c.id)
            ).scalar_one()
        assert next_id > 100_073
    place.policy = Policy(default_filter_id=3, everything_filter_id=56_027)
    with place.library() as library:
        search = ImageSearch(library, Limits())
        assert search.filter_for(ANONYMOUS, None).id == 3
        assert found(search, ANONYMOUS, None) == []
        assert search.filter_for(ANONYMOUS, 100_073).id == 100_073
    place.policy = Policy(default_filter_id=next_id)
    with pytest.raises(InvalidValue), place.library():
        pass


def test_a_private_filter_is_its_owners_and_the_staffs(library: Library, alice: Actor) -> None:
    bob, mod = add_person(library, "bob"), add_person(library, "mod", Role.MODERATOR)
    add_filter(library, 10, user_id=alice.user_id)
    add_filter(library, 11, user_id=alice.user_id, is_public=True)
    add_filter(library, 12)  # of nobody, private
    for actor, visible in (
        (alice, {1, 10, 11}),
        (bob, {1, 11}),
        (ANONYMOUS, {1, 11}),
        (mod, {1, 10, 11, 12}),
    ):
        seen: set[int] = set()
        for filter_id in (1, 10, 11, 12, 13, 0, -1, 2**31, 2**70):
            with library.reading() as reading:
                try:
                    seen.add(find_filter(reading, actor, filter_id).id)
                except FilterNotFound:
                    continue
        assert seen == visible


def test_the_filter_of_a_request_wins_over_ones_own_over_the_default(
    library: Library, search: ImageSearch
) -> None:
    carol = add_person(library, "carol", current_filter_id=10)
    add_filter(library, 10, user_id=carol.user_id, hides=["cat"])
    add_filter(library, 11, is_public=True)
    assert search.filter_for(carol, None).id == 10
    assert search.filter_for(carol, 11).id == 11
    assert search.filter_for(carol, 4711).id == 10
    assert search.filter_for(ANONYMOUS, 10).id == 1
    gone = Actor(user_id=carol.user_id, role=Role.USER, current_filter_id=4711)
    with library.reading() as reading:
        assert current_filter(reading, gone, 1).id == 1


def test_lines_of_a_complex_query_are_alternatives(library: Library, search: ImageSearch) -> None:
    a, b, c, d = (add_image(library, names) for names in (["a"], ["b"], ["c"], ["a", "keep"]))
    add_filter(library, 10, is_public=True, hidden_complex="a, -keep\n\n  \nb", spoilered_complex="c")
    assert found(search, ANONYMOUS, 10) == [c, d]
    assert hit(search, ANONYMOUS, 10, [a, b, c, d]) == {a, b, c}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", ["(a", "filter_id:1", "width:x", "a\n(b"])
def test_a_stored_query_that_no_longer_parses_hides_everything(
    library: Library, search: ImageSearch, broken: str
) -> None:
    image_id = add_image(library)
    add_filter(library, 10, is_public=True, hidden_complex=broken)
    add_filter(library, 11, is_public=True, spoilered_complex=broken)
    assert found(search, ANONYMOUS, 10) == []
    assert found(search, ANONYMOUS, 11) == [image_id]
    assert hit(search, ANONYMOUS, 11, [image_id]) == {image_id}


def test_a_staff_field_in_a_public_filter_is_text_for_others(library: Library, search: ImageSearch) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    add_image(library, uploader_id=mod.user_id)
    add_filter(library, 10, is_public=True, hidden_complex="true_uploader:mod")
    assert found(search, mod, 10) == []
    assert len(found(search, ANONYMOUS, 10)) == 1


def test_a_query_may_ask_for_what_a_filter_leaves_but_a_filter_may_not(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    a, b = add_image(library, ["a"]), add_image(library, ["b"])
    add_filter(library, 10, user_id=alice.user_id, hides=["a"])
    add_filter(library, 11, is_public=True, hidden_complex="filter_id:10")
    assert found(search, alice, 2, "filter_id:10") == [b]
    assert found(search, alice, 2, "-filter_id:10") == [a]
    for text in ("filter_id:10", "filter_id:4711", "filter_id:x"):
        with pytest.raises(InvalidQuery, match="Invalid filter"):
            search.parse(ANONYMOUS, text)
    assert found(search, alice, 2, "filter_id:11") == []


def test_a_changed_filter_applies_at_once_here_and_at_the_next_request_elsewhere(place: Place) -> None:
    with place.library() as here, place.library() as there:
        image_id = add_image(here, ["cat"])
        add_filter(here, 10, is_public=True)
        searches = [ImageSearch(library, Limits()) for library in (here, there)]
        there.replica.catch_up()
        assert [found(search, ANONYMOUS, 10) for search in searches] == [[image_id]] * 2
        with here.work() as work:
            tag = ensure_tags(work, ["cat"])["cat"]
            work.execute(insert(filter_tags).values(filter_id=10, tag_id=tag.id, effect="hide"))
            work.changed("filter", 10)
        assert found(searches[0], ANONYMOUS, 10) == []
        there.replica.catch_up()
        assert found(searches[1], ANONYMOUS, 10) == []
