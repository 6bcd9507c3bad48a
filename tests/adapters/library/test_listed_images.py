"""Images by listed tags, files and sizes: what is found is what a plain look at every image finds."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from tests.libraries import NOON, Clock, add_image, add_person, hide

from polybooru.db.tables import faves, filter_tags, filters, images, tags, users
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor
from polybooru.library.favourites import Liked
from polybooru.library.fingerprints import signed
from polybooru.library.image_search import ImageSearch
from polybooru.library.interactions import fave, unfave
from polybooru.library.library import Library
from polybooru.library.listed_images import Comparison, ListedImages, Shape, Side, Sorted, Wanted
from polybooru.library.listed_tags import list_tag
from polybooru.library.tag_listing import TagListing
from polybooru.search.language.limits import Limits

LISTED = ("cat", "dog", "for adults", "tree")
RATINGS = ("safe", "safe", "suggestive", "questionable", "explicit", "grotesque", "grimdark")
FOR_ADULTS = {"questionable", "explicit", "grotesque", "grimdark"}
COMPARE = {
    ">=": int.__ge__,
    "<=": int.__le__,
    ">": int.__gt__,
    "<": int.__lt__,
    "=": int.__eq__,
    "!=": int.__ne__,
}
SIZES = ((30, 40), (40, 30), (40, 40), (500, 499), (499, 500), (1_000, 10))


@dataclass(frozen=True, slots=True)
class Made:
    id: int
    tags: frozenset[str]
    size: tuple[int, int]
    size_bytes: int
    is_gif: bool
    hash: int
    uploaded: int
    is_public: bool

    @property
    def signature(self) -> str:
        return f"{self.hash:016x}"


@pytest.fixture
def chance() -> random.Random:
    return random.Random(6)


@pytest.fixture
def made(library: Library, chance: random.Random) -> list[Made]:
    found: list[Made] = []
    for number in range(80):
        own = frozenset({chance.choice(RATINGS), "unlisted", *chance.sample(LISTED, chance.randrange(4))})
        width, height = chance.choice(SIZES)
        facts = {
            "hidden_from_users": number % 9 == 0,
            "is_approved": number % 10 > 0,
            "is_processed": number % 8 > 0,
        }
        uploaded, size_bytes, is_gif = chance.randrange(20), chance.randrange(5), chance.random() < 0.3
        image_hash = chance.choice([7, 2**63 + 1, number * 2**56 + 11])
        image_id = add_image(
            library,
            sorted(own),
            width_px=width,
            height_px=height,
            size_bytes=size_bytes,
            format="gif" if is_gif else "png",
            perceptual_hash=signed(image_hash),
            created_at=NOON + timedelta(seconds=uploaded),
            **facts,
        )
        is_public = not facts["hidden_from_users"] and facts["is_approved"] and facts["is_processed"]
        found.append(
            Made(image_id, own, (width, height), size_bytes, is_gif, image_hash, uploaded, is_public)
        )
    with library.work() as work:
        for name in LISTED:
            list_tag(work, OPERATOR, name, is_nsfw=name == "for adults")
    return found


@pytest.fixture
def search(library: Library) -> ImageSearch:
    return ImageSearch(library, Limits())


@pytest.fixture
def listed(library: Library, search: ImageSearch) -> ListedImages:
    return ListedImages(library, search, TagListing(library), random.Random(4))


def ids(found: Sequence[Liked]) -> list[int]:
    return [liked.image_id for liked in found]


def holds(one: Made, wanted: Wanted) -> bool:
    """Whether the image is what is wanted, by the rules as they are written."""
    names = {tag.replace(" ", "-") for tag in one.tags} & {name.replace(" ", "-") for name in LISTED}
    told = {str(one.id), one.signature}
    width, height = one.size
    values = {Side.WIDTH: width, Side.HEIGHT: height, Side.BYTES: one.size_bytes}
    return (
        one.is_public
        and bool(names)
        and set(wanted.tags) <= names
        and not set(wanted.without_tags) & names
        and (wanted.files is None or bool(told & set(wanted.files)))
        and not told & set(wanted.without_files)
        and (
            wanted.is_nsfw is None
            or "for-adults" in wanted.tags
            or wanted.is_nsfw is bool(one.tags & FOR_ADULTS)
        )
        and wanted.is_gif in (None, one.is_gif)
        and (
            wanted.shape is Shape.ANY
            or (width != height and (width > height) is (wanted.shape is Shape.LANDSCAPE))
        )
        and all(COMPARE[one.how](values[one.side], one.number) for one in wanted.comparisons)
    )


def questions(made: Sequence[Made], chance: random.Random) -> Iterator[Wanted]:
    names = ["cat", "dog", "tree", "for-adults", "no-such-tag", "unlisted"]
    weights = [5, 5, 5, 3, 1, 1]

    def some_files(count: int) -> list[str]:
        one = [chance.choice([str(image.id), image.signature]) for image in chance.choices(made, k=count)]
        return [*one, "0", "007", "999999999999999999999999", "ffffffffffffffff", "nothing"]

    for _ in range(400):
        comparisons = [
            Comparison(
                side=chance.choice([*Side]), how=chance.choice(["<=", ">=", "<", ">", "=", "!="]), number=n
            )
            for n in chance.sample([0, 1, 3, 30, 40, 499, 500, 10**400], chance.choice([0, 0, 1, 2]))
        ]
        yield Wanted(
            tags=list({*chance.choices(names, weights, k=chance.choice([0, 0, 1, 1, 2]))}),
            without_tags=chance.choices(names, weights, k=chance.choice([0, 0, 0, 1])),
            files=None if chance.random() < 0.7 else some_files(chance.choice([0, 3, 40])),
            without_files=() if chance.random() < 0.7 else some_files(6),
            is_nsfw=chance.choice([None, False, False, True]),
            is_gif=chance.choice([None, None, None, True, False]),
            shape=chance.choice([Shape.ANY, Shape.ANY, *Shape]),
            comparisons=comparisons,
            most=None,
        )


def test_found_is_what_a_look_at_every_image_finds(
    made: list[Made], listed: ListedImages, chance: random.Random
) -> None:
    found_some = 0
    for wanted in questions(made, chance):
        expected = [one.id for one in made if holds(one, wanted)]
        assert sorted(ids(listed.find(ANONYMOUS, wanted))) == expected, wanted
        found_some += bool(expected)
    assert found_some > 120


def test_favourites_come_with_their_moments_in_each_order(
    library: Library, clock: Clock, made: list[Made], listed: ListedImages, chance: random.Random
) -> None:
    alice, bob = add_person(library, "alice"), add_person(library, "bob")
    liked = {one.id: chance.randrange(30) for one in chance.sample(made, 50)}
    with library.work() as work:
        for image_id, second in liked.items():
            row = {
                "image_id": image_id,
                "user_id": alice.user_id,
                "liked_at": NOON + timedelta(seconds=second),
            }
            work.execute(insert(faves).values(row))
            count = chance.randrange(4)
            work.execute(update(images).where(images.c.id == image_id).values(faves=count))
            work.changed("image", image_id)
        counts = dict(work.execute(select(images.c.id, images.c.faves)).all())
    by_id = {one.id: one for one in made}
    for question in questions(made, chance):
        wanted = replace(question, liked_by=alice.user_id)
        expected = [one.id for one in made if one.id in liked and holds(one, wanted)]
        keys = {
            Sorted.BY_LIKE: lambda image_id: (liked[image_id], image_id),
            Sorted.BY_FAVES: lambda image_id: (counts[image_id], image_id),
            Sorted.BY_UPLOAD: lambda image_id: (by_id[image_id].uploaded, image_id),
        }
        for order, key in keys.items():
            found = listed.find(alice, replace(wanted, order=order))
            assert ids(found) == sorted(expected, key=key, reverse=True), (wanted, order)
            assert all(one.at == NOON + timedelta(seconds=liked[one.image_id]) for one in found)
            assert listed.find(alice, replace(wanted, order=order, most=3)) == found[:3]
        drawn = listed.find(alice, replace(wanted, order=Sorted.AT_RANDOM))
        assert sorted(ids(drawn)) == expected
    assert listed.find(bob, Wanted(liked_by=bob.user_id, order=Sorted.BY_LIKE)) == []


def test_many_favourites_are_walked_in_order(
    library: Library, listed: ListedImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As few are looked up and many are walked, both have to come to the same."""
    alice = add_person(library, "alice")
    made = [add_image(library, ["safe", "cat"], is_processed=True) for _ in range(90)]
    moments = {image_id: NOON + timedelta(seconds=place % 7) for place, image_id in enumerate(made)}
    with library.work() as work:
        rows = [
            {"image_id": image_id, "user_id": alice.user_id, "liked_at": moment}
            for image_id, moment in moments.items()
        ]
        work.execute(insert(faves), rows)
        for image_id in made:
            work.changed("image", image_id)
    wanted = Wanted(is_nsfw=None, liked_by=alice.user_id, order=Sorted.BY_LIKE, most=None)
    looked_up = listed.find(alice, wanted)
    for few, step, spare in ((0, 1, -7), (0, 7, 0), (0, 64, 8), (89, 90, 90)):
        monkeypatch.setattr("polybooru.library.favourites._FEW", few)
        monkeypatch.setattr("polybooru.library.favourites._LONGEST_STEP", step)
        monkeypatch.setattr("polybooru.library.favourites._SPARE", spare)
        assert listed.find(alice, wanted) == looked_up
        assert listed.find(alice, replace(wanted, most=8)) == looked_up[:8]
    assert ids(looked_up) == sorted(made, key=lambda image_id: (moments[image_id], image_id), reverse=True)


def test_each_image_is_as_likely_as_any_other(listed: ListedImages, made: list[Made]) -> None:
    wanted = Wanted(is_nsfw=None)
    expected = [one.id for one in made if holds(one, wanted)]
    draws = 400 * len(expected)
    seen = Counter(ids(listed.find(ANONYMOUS, wanted))[0] for _ in range(draws))
    assert sorted(seen) == expected
    # Chi-squared with n - 1 degrees of freedom: six deviations above its mean are never met by chance.
    chi_squared = sum((count - 400) ** 2 / 400 for count in seen.values())
    freedom = len(expected) - 1
    assert chi_squared < freedom + 6 * (2 * freedom) ** 0.5


def test_the_places_of_a_sample_are_random_too(listed: ListedImages, made: list[Made]) -> None:
    wanted = Wanted(is_nsfw=None, most=3)
    expected = [one.id for one in made if holds(one, wanted)]
    places = [Counter[int]() for _ in range(3)]
    for _ in range(200 * len(expected)):
        found = ids(listed.find(ANONYMOUS, wanted))
        assert len(set(found)) == 3
        for place, image_id in zip(places, found, strict=True):
            place[image_id] += 1
    freedom = len(expected) - 1
    for place in places:
        assert sorted(place) == expected
        assert sum((n - 200) ** 2 / 200 for n in place.values()) < freedom + 6 * (2 * freedom) ** 0.5


def test_a_fave_counts_at_once_and_own_hides_play_no_part(
    library: Library, listed: ListedImages, made: list[Made]
) -> None:
    alice = add_person(library, "alice")
    image_id = next(one.id for one in made if holds(one, Wanted(is_nsfw=None)))
    mine = Wanted(is_nsfw=None, liked_by=alice.user_id, order=Sorted.BY_LIKE)
    with library.work() as work:
        fave(work, alice, image_id)
    hide(library, alice, image_id)
    assert listed.find(alice, mine) == [Liked(image_id, NOON)]
    with library.work() as work:
        unfave(work, alice, image_id)
    assert listed.find(alice, mine) == []


def test_a_filter_that_staff_forced_hides_here_too(
    library: Library, search: ImageSearch, made: list[Made]
) -> None:
    alice = add_person(library, "alice")
    cat = next(one for one in made if "cat" in one.tags and holds(one, Wanted(is_nsfw=None)))
    with library.work() as work:
        fave(work, alice, cat.id)
        row = {"name": "no cats", "user_id": alice.user_id, "created_at": work.now}
        filter_id = work.execute(insert(filters).values(row).returning(filters.c.id)).scalar_one()
        tag_id = work.execute(select(tags.c.id).where(tags.c.name == "cat")).scalar_one()
        work.execute(insert(filter_tags).values(filter_id=filter_id, tag_id=tag_id, effect="hide"))
        work.execute(update(users).where(users.c.id == alice.user_id).values(forced_filter_id=filter_id))
        work.changed("preferences", alice.user_id or 0)
    listed = ListedImages(library, search, TagListing(library), random.Random(4))
    wanted = Wanted(is_nsfw=None, liked_by=alice.user_id, order=Sorted.BY_LIKE)
    other: Actor = add_person(library, "bob")
    assert listed.find(alice, wanted) == []
    assert ids(listed.find(other, wanted)) == [cat.id]
