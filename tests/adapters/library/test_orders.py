"""The orders that are more than a column: by gallery, by relevance; on both databases."""

import pytest
from tests.databases import uses
from tests.libraries import Place, add_image, add_person, put_gallery

from polybooru.library.actors import ANONYMOUS, Actor
from polybooru.library.galleries import (
    GalleryText,
    add_images,
    create_gallery,
    delete_gallery,
    reorder_images,
)
from polybooru.library.image_search import ImageSearch
from polybooru.library.library import Library
from polybooru.search.language.limits import Limits

EVERYTHING = 2


@pytest.fixture
def search(library: Library) -> ImageSearch:
    return ImageSearch(library, Limits())


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


def found(
    search: ImageSearch,
    sort: str,
    *,
    text: str = "*",
    descending: bool = False,
    offset: int = 0,
    limit: int = 100,
) -> list[int]:
    return search.find(
        ANONYMOUS,
        search.parse(ANONYMOUS, text),
        order=search.order(sort, descending=descending),
        offset=offset,
        limit=limit,
        hidden_by=search.filter_for(ANONYMOUS, EVERYTHING),
    ).ids


# --- by gallery


def test_a_gallery_comes_first_in_its_order_and_the_rest_newest_first(
    library: Library, search: ImageSearch, alice: Actor
) -> None:
    a, b, c, d, e = (add_image(library, ["safe", name]) for name in "abcde")
    put_gallery(library, 7, [d, a, c], alice)
    assert found(search, "gallery_id:7") == [d, a, c, e, b]
    assert found(search, "gallery_id:7", descending=True) == [c, a, d, e, b]
    assert found(search, "gallery_id:7", text="-a") == [d, c, e, b]
    assert found(search, "gallery_id:7", text="gallery_id:7", descending=True) == [c, a, d]
    assert [found(search, "gallery_id:7", offset=n, limit=2) for n in (0, 2, 4)] == [[d, a], [c, e], [b]]


@pytest.mark.parametrize("name", ["6", "0", "-7", "+6", "2147483648", "9" * 40, "9" * 5_000])
def test_images_come_newest_first_by_a_gallery_that_is_not_there(
    library: Library, search: ImageSearch, alice: Actor, name: str
) -> None:
    a, b = add_image(library), add_image(library)
    put_gallery(library, 7, [a, b], alice)
    for descending in (True, False):
        assert found(search, f"gallery_id:{name}", descending=descending) == [b, a]


@pytest.mark.parametrize("name", ["", "x", "7x", " 7", "7.0", "\u0667", "1~2"])
def test_what_is_no_integer_is_no_gallery_but_the_default_order(
    library: Library, search: ImageSearch, alice: Actor, name: str
) -> None:
    a, b, c = (add_image(library) for _ in range(3))
    put_gallery(library, 7, [b, a], alice)
    assert found(search, f"gallery_id:{name}") == [a, b, c]


def test_a_changed_gallery_is_followed_here_and_elsewhere(place: Place) -> None:
    with place.library() as here, place.library() as there:
        alice = add_person(here, "alice")
        a, b, c = (add_image(here) for _ in range(3))
        searches = [ImageSearch(library, Limits()) for library in (here, there)]

        def both(sort: str) -> list[int]:
            there.replica.catch_up()
            one, other = (found(search, sort) for search in searches)
            assert one == other
            return one

        with here.work() as work:
            gallery = create_gallery(work, alice, GalleryText(title="mine"))
            sort = f"gallery_id:{gallery}"
        assert both(sort) == [c, b, a]
        with here.work() as work:
            add_images(work, alice, gallery, [a, b, c])
        assert both(sort) == [a, b, c]
        with here.work() as work:
            reorder_images(work, alice, gallery, [b, c, a])
        assert both(sort) == [b, c, a]
        with here.work() as work:
            delete_gallery(work, alice, gallery)
        assert both(sort) == [c, b, a]


def test_a_gallery_is_read_once(library: Library, search: ImageSearch, alice: Actor) -> None:
    a, b = add_image(library), add_image(library)
    put_gallery(library, 7, [a, b], alice)
    tree, everything = search.parse(ANONYMOUS, "*"), search.filter_for(ANONYMOUS, EVERYTHING)
    assert not search.is_quick(tree, everything, "gallery_id:7")
    assert found(search, "gallery_id:7") == [a, b]
    with uses(library.database) as asked:
        assert found(search, "gallery_id:7", descending=True) == [b, a]
    assert not asked
    assert search.is_quick(tree, everything, "gallery_id:7")


# --- by relevance


def test_relevance_is_the_sum_of_the_boosts_that_match(library: Library, search: ImageSearch) -> None:
    a, b, ab, c, none = (add_image(library, names) for names in (["a"], ["b"], ["a", "b"], ["c"], ["d"]))
    boosted = "a^2 || b^3 || c^0.5 || d^0"
    assert found(search, "_score", text=boosted, descending=True) == [ab, b, a, c, none]
    assert found(search, "_score", text=boosted) == [none, c, a, b, ab]
    assert found(search, "_score", text="a || b", descending=True) == [ab, b, a]
    assert found(search, "_score", text="(a || b)^2 || c^3", descending=True) == [ab, c, b, a]
    assert found(search, "_score", text="-a", descending=True) == [none, c, b]
    assert found(search, "_score", text="a, -b^9 || c^2", descending=True) == [c, a]
    assert found(search, "_score", text="id.gt:0 || c", descending=True)[0] == c
    assert found(search, "_score", text="", descending=True) == []
