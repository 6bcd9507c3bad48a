"""Filters and watch lists whose queries would cost every search too much."""

from typing import Any

import pytest
from tests.libraries import Place, add_image, add_person

from polybooru.library.actors import Actor
from polybooru.library.errors import InvalidValue
from polybooru.library.filter_edits import FilterText, create_filter, edit_filter
from polybooru.library.library import Library
from polybooru.library.policy import Policy
from polybooru.library.stored_queries import SCANNED_US
from polybooru.library.watched_lists import set_watch_queries
from polybooru.search.language.tree import Wildcard

# Four misspellings of 20 ms each among so many names as `grown` makes.
DEAR = "some name~1\nother name~1\nthird name~1\nlast name~1"
OTHERS = "a name~1\nany name~1"


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


def store(library: Library, actor: Actor, hidden: str = "", spoilered: str = "") -> int:
    text = FilterText(name=f"{hidden} {spoilered}"[:99], hidden_complex=hidden, spoilered_complex=spoilered)
    with library.work() as work:
        made: int = create_filter(work, actor, text)
        return made


def watch(library: Library, actor: Actor, watched: str = "", excluded: str = "") -> None:
    with library.work() as work:
        set_watch_queries(work, actor, watched=watched, excluded=excluded, hides_spoilered=False)


def refused(field: str, verb: Any, *arguments: Any) -> None:
    with pytest.raises(InvalidValue, match="too expensive") as caught:
        verb(*arguments)
    assert caught.value.field == field


def grown(library: Library) -> None:
    """So many names that a misspelling takes 0.1 s."""
    library.replica.index.load_names("tag", {key: (f"a name {key}",) for key in range(1, 300_001)})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_filter_is_refused_for_what_its_terms_cost_here(library: Library, alice: Actor) -> None:
    add_image(library)
    made = store(library, alice, hidden=DEAR, spoilered=DEAR.swapcase())
    grown(library)
    store(library, alice, hidden=DEAR)
    for hidden, spoilered, field in (
        ("*e*", "", "hidden_complex"),
        ("nobody has this, (*e* || safe)", "", "hidden_complex"),
        (DEAR, OTHERS, "spoilered_complex"),
    ):
        refused(field, store, library, alice, hidden, spoilered)
    with pytest.raises(InvalidValue), library.work() as work:
        edit_filter(work, alice, made, FilterText(name="again", hidden_complex="*e*"))
    store(library, alice, hidden="\n".join(f"tag {n}" for n in range(500)), spoilered="zz*, score.lt:0")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_filter_with_a_watch_list_counts_the_dearest_one(library: Library, alice: Actor) -> None:
    add_image(library)
    store(library, alice, hidden="my:watched, safe")
    refused("hidden_complex", store, library, alice, "my:watched\nsafe, my:watched")
    refused("spoilered_complex", store, library, alice, "my:watched", "-my:watched, safe")
    watch(library, alice, watched=DEAR)
    grown(library)
    refused("watched_query", watch, library, alice, DEAR)
    refused("watched_exclude", watch, library, alice, "safe", DEAR)
    watch(library, alice, watched="filter_id:1\nsafe, zz*", excluded="score.lt:0")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_pattern_that_the_database_looks_for_counts_by_the_number_of_images(
    library: Library, alice: Actor
) -> None:
    for _ in range(3):
        add_image(library)
    with library.work() as work:
        appraisal = work.appraise(Wildcard("source_url", "*example*"))
    assert appraisal is not None
    assert appraisal.images == 3
    for images, is_refused in ((2, True), (4, False)):
        budget_us = appraisal.microseconds + images * SCANNED_US
        library.policy = Policy(filter_budget_ms=budget_us / 1_000)
        if is_refused:
            refused("hidden_complex", store, library, alice, "source_url:*example*")
        else:
            store(library, alice, hidden="source_url:*example*")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_longest_lists_leave_room_for_plain_queries_and_for_no_dear_ones(
    library: Library, alice: Actor
) -> None:
    add_image(library)
    grown(library)
    lists = {
        "hidden_tags": [str(number) for number in range(5_000)],
        "spoilered_tags": [str(number) for number in range(5_000)],
    }
    with library.work() as work:
        plain = FilterText(name="plain", hidden_complex="safe, score.lt:0", spoilered_complex="zz*", **lists)
        create_filter(work, alice, plain)
    dear = FilterText(name="dear", spoilered_complex=DEAR, **lists)
    with pytest.raises(InvalidValue, match="too expensive"), library.work() as work:
        create_filter(work, alice, dear)
    store(library, alice, spoilered=DEAR)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_where_there_is_no_index_only_the_text_is_judged(place: Place) -> None:
    with place.library(is_loaded=False) as library:
        alice = add_person(library, "alice")
        assert store(library, alice, hidden="my:watched", spoilered="*e*")
