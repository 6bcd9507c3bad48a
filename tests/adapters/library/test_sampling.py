"""Random images of a query: only what the caller may find, and each as likely as any other."""

from collections import Counter
from itertools import permutations
from random import Random

import pytest
from tests.libraries import add_image, add_person

from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.image_orders import order_named
from polybooru.library.image_search import ImageSearch
from polybooru.library.images import hide_image
from polybooru.library.interactions import hide
from polybooru.library.library import Library
from polybooru.search.language.limits import Limits

DEFAULT, EVERYTHING = 1, 2
DRAWS = 3_000


@pytest.fixture
def search(library: Library) -> ImageSearch:
    return ImageSearch(library, Limits())


def sampled(
    search: ImageSearch,
    text: str,
    count: int,
    rng: Random,
    actor: Actor = ANONYMOUS,
    applied: int = EVERYTHING,
) -> list[int]:
    filter_ = search.filter_for(actor, applied)
    return search.sample(actor, search.parse(actor, text), count, rng=rng, hidden_by=filter_)


def found(search: ImageSearch, text: str, actor: Actor = ANONYMOUS, applied: int = EVERYTHING) -> set[int]:
    page = search.find(
        actor,
        search.parse(actor, text),
        order=order_named("id", descending=True),
        offset=0,
        limit=1_000,
        hidden_by=search.filter_for(actor, applied),
    )
    return set(page.ids)


def surprise(counts: Counter, outcomes: int) -> float:
    """Chi-squared of equally likely outcomes, less its mean, in standard deviations."""
    expected = counts.total() / outcomes
    chi_squared = sum((count - expected) ** 2 / expected for count in counts.values())
    chi_squared += expected * (outcomes - len(counts))
    degrees = outcomes - 1
    return (chi_squared - degrees) / (2 * degrees) ** 0.5


@pytest.fixture
def images(library: Library) -> list[int]:
    return [add_image(library, ["safe", "cat" if at % 4 else "dog"]) for at in range(24)]


def test_each_image_is_as_likely_as_any_other(search: ImageSearch, images) -> None:
    rng = Random(7)
    for text, count in (("safe", 1), ("cat", 1), ("dog", 1), ("safe", 5), ("cat", 12), ("*", 3)):
        wanted = found(search, text)
        drawn = [sampled(search, text, count, rng) for _ in range(DRAWS // count)]
        counts = Counter(image_id for one in drawn for image_id in one)
        assert all(len(set(one)) == count for one in drawn)
        assert counts.keys() == wanted
        assert abs(surprise(counts, len(wanted))) < 3
        assert abs(surprise(Counter(one[0] for one in drawn), len(wanted))) < 3


def test_each_order_is_as_likely_as_any_other(library: Library, search: ImageSearch) -> None:
    ids = [add_image(library, ["cat"]) for _ in range(3)]
    rng = Random(8)
    counts = Counter(tuple(sampled(search, "cat", 5, rng)) for _ in range(DRAWS))
    assert counts.keys() == set(permutations(ids))
    assert abs(surprise(counts, 6)) < 3


def test_a_seed_draws_the_same_again(search: ImageSearch, images) -> None:
    first, second, other = (sampled(search, "safe", 8, Random(seed)) for seed in (1, 1, 2))
    assert first == second != other
    assert sampled(search, "safe", 0, Random(1)) == []
    assert sampled(search, "", 3, Random(1)) == sampled(search, "nothing", 3, Random(1)) == []
    assert sorted(sampled(search, "safe", 99, Random(1))) == images


def test_only_what_the_caller_finds_is_drawn(library: Library, search: ImageSearch, images) -> None:
    moderator, alice = add_person(library, "mo", Role.MODERATOR), add_person(library, "alice")
    explicit = add_image(library, ["explicit", "cat"])
    with library.work() as work:
        hide_image(work, moderator, images[1], reason="test")
        hide(work, alice, images[2])
    rng = Random(9)
    for actor in (ANONYMOUS, alice, moderator):
        for applied in (DEFAULT, EVERYTHING):
            wanted = found(search, "cat", actor, applied)
            assert set(sampled(search, "cat", 99, rng, actor, applied)) == wanted
            drawn = {one for _ in range(300) for one in sampled(search, "cat", 2, rng, actor, applied)}
            assert drawn == wanted
            assert images[1] not in drawn
            assert (explicit in drawn) is (applied == EVERYTHING)
            assert (images[2] in drawn) is (actor is not alice)
