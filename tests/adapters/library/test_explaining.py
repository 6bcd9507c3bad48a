"""A search taken apart: its steps, and what their parts find."""

import pytest
from tests.libraries import add_image

from polybooru.library.actors import ANONYMOUS
from polybooru.library.explained import Explained, Found, explained
from polybooru.library.image_search import Budget, ImageSearch
from polybooru.library.library import Library
from polybooru.search.language.canonical import show
from polybooru.search.language.limits import Limits

USUAL = Budget()


def explain(library: Library, text: str, budget: Budget = USUAL) -> Explained:
    search = ImageSearch(library, Limits(), budget)
    return explained(library, search, ANONYMOUS, search.parse(ANONYMOUS, text))


def images_by_part(found: Explained) -> dict[str, int]:
    return {
        show(part.step.query): part.found.images
        for part in found.parts
        if part.step.query is not None and part.found is not None
    }


def test_every_part_tells_what_it_finds(library: Library) -> None:
    for names in (["a", "b"], ["a", "c"], ["b", "d"], ["a"]):
        add_image(library, names)
    found = explain(library, "a, (b OR c*), -d, file_name:*x")
    images = images_by_part(found)
    assert images['(tag "a")'] == 3
    assert images['(wildcard tag "c*")'] == 1
    assert images['(or (tag "b") (wildcard tag "c*"))'] == 3
    assert images['(wildcard file_name "*x")'] == 0
    assert isinstance(found.found, Found)
    assert found.found.images == 0
    assert found.parts[-1].step.query is None  # the page
    assert 0 < found.estimated_us < found.budget_us == 100_000


def test_the_last_step_of_the_whole_finds_what_the_search_finds(library: Library) -> None:
    for names in (["a", "b"], ["a", "c"], ["b"]):
        add_image(library, names)
    found = explain(library, "a, -c")
    assert isinstance(found.found, Found)
    whole = [part.found for part in found.parts if part.step.depth == 0 and part.found is not None][-1]
    assert whole.images == found.found.images == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_too_expensive_is_estimated_and_not_searched(library: Library) -> None:
    add_image(library)
    found = explain(library, "a*, b*, c*", Budget(anonymous_ms=0))
    assert found.found == "The query would take more than 0 ms. Ask with fewer patterns and alternatives."
    assert found.estimated_us > found.budget_us == 0
    assert images_by_part(found) == {}
    assert any(part.step.query is not None and "a*" in show(part.step.query) for part in found.parts)
