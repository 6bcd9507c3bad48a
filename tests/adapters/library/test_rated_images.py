"""Images of the ratings that are let out, and how many there are of what."""

from collections.abc import Callable, Collection
from random import Random

import pytest
from tests.libraries import add_image, add_person, put_gallery
from tests.libraries import hide as hide_for_oneself

from polybooru.library.actors import ANONYMOUS, Role
from polybooru.library.errors import GalleryNotFound
from polybooru.library.gallery_list import list_galleries, look_at_gallery
from polybooru.library.image_search import ImageSearch
from polybooru.library.images import hide_image
from polybooru.library.library import Library
from polybooru.library.rated_images import Census, Fitness, RatedImages, fitness
from polybooru.search.language.limits import Limits

SFW = (Fitness.SFW,)
Rated = Callable[[Collection[Fitness]], RatedImages]


@pytest.fixture
def rated(library: Library) -> Rated:
    search = ImageSearch(library, Limits())
    return lambda allowed: RatedImages(library, search, allowed=allowed, rng=Random(1))


def add(library: Library, *tags: str, **values: object) -> int:
    return add_image(library, tags, **{"is_processed": True, **values})


def ids(images: RatedImages) -> list[int]:
    return [*images.page(ANONYMOUS, offset=0, limit=100).ids]


def test_the_most_serious_rating_counts() -> None:
    assert fitness(["cat"]) is fitness(["safe"]) is fitness(["suggestive"]) is Fitness.SFW
    assert fitness(["questionable", "cat"]) is Fitness.QUESTIONABLE
    for worse in ("explicit", "grimdark", "semi-grimdark", "grotesque"):
        assert fitness(["questionable", worse]) is Fitness.NSFW


def test_nothing_is_found_that_is_not_let_out(library: Library, rated: Rated) -> None:
    fit = [add(library, "safe"), add(library, "suggestive"), add(library, "cat")]
    questionable = [add(library, "questionable")]
    worse = [add(library, "explicit"), add(library, "questionable", "grimdark"), add(library, "grotesque")]
    assert ids(rated(SFW)) == fit
    assert ids(rated((Fitness.QUESTIONABLE,))) == questionable
    assert ids(rated((Fitness.NSFW,))) == worse
    assert ids(rated((Fitness.SFW, Fitness.NSFW))) == [*fit, *worse]
    assert ids(rated([*Fitness])) == sorted([*fit, *questionable, *worse])
    assert ids(rated(())) == []


def test_hidden_unapproved_and_unprocessed_images_are_missing(library: Library, rated: Rated) -> None:
    moderator = add_person(library, "mod", Role.MODERATOR)
    seen, hidden = add(library, "safe", "artist:a"), add(library, "safe", "artist:a")
    waiting = add(library, "safe", "artist:a", is_approved=False)
    fresh = add(library, "safe", "artist:a", is_processed=False)
    with library.work() as work:
        hide_image(work, moderator, hidden, reason="Rule #1")
    images = rated(SFW)
    for actor in (ANONYMOUS, moderator):
        assert images.page(actor, offset=0, limit=25).ids == [seen]
        assert images.among(actor, [fresh, waiting, hidden, seen, 999]) == [seen]
        assert images.sample(actor, 25) == [seen]
        assert images.count(actor) == 1


def test_what_somebody_hides_for_himself_is_found_all_the_same(library: Library, rated: Rated) -> None:
    alice, image_id = add_person(library, "alice"), add(library, "safe")
    hide_for_oneself(library, alice, image_id)
    assert rated(SFW).among(alice, [image_id]) == [image_id]


def test_pages_are_in_the_order_of_upload(library: Library, rated: Rated) -> None:
    made = [add(library, "safe", "artist:a" if n % 2 else "artist:b") for n in range(7)]
    images = rated(SFW)
    assert images.page(ANONYMOUS, offset=2, limit=3).ids == made[2:5]
    assert images.page(ANONYMOUS, offset=10**18, limit=3).ids == []
    assert images.page(ANONYMOUS, offset=0, limit=3).total == 7


def test_samples_are_of_all_tags(library: Library, rated: Rated) -> None:
    both = [add(library, "safe", "sky", "sea") for _ in range(3)]
    add(library, "safe", "sky")
    add(library, "explicit", "sky", "sea")
    index = library.replica.suggestions
    sky, sea = (found.key for name in ("sky", "sea") for found in index.suggest(name, 1))
    images = rated(SFW)
    assert sorted(images.sample(ANONYMOUS, 25, [sky, sea])) == both
    assert images.count(ANONYMOUS, [sky]) == 4
    seen = {image_id for _ in range(60) for image_id in images.sample(ANONYMOUS, 1, [sea])}
    assert seen == {*both}


def test_galleries_show_what_may_be_shown_in_their_own_order(library: Library, rated: Rated) -> None:
    owner = add_person(library, "alice")
    first, second, third = add(library, "safe"), add(library, "explicit"), add(library, "safe")
    put_gallery(library, 5, [third, second, first], owner)
    images = rated(SFW)
    assert [*images.of_gallery(ANONYMOUS, 5, most=10)] == [third, first]
    assert [*images.of_gallery(ANONYMOUS, 5, most=1)] == [third]
    assert [*images.of_gallery(ANONYMOUS, 6, most=10)] == []


def test_galleries_without_an_image_in_sight_are_missing(library: Library) -> None:
    owner = add_person(library, "alice")
    from polybooru.library.galleries import GalleryText, add_images, create_gallery

    made = []
    for number in range(3):
        library.clock.go_on(1)  # type: ignore[attr-defined] — the tests' own clock
        with library.work() as work:
            made.append(create_gallery(work, owner, GalleryText(title=f"g{number}")))
    image_id = add(library, "safe")
    with library.work() as work:
        for gallery_id in (made[2], made[0]):
            add_images(work, owner, gallery_id, [image_id])
    with library.reading() as reading:
        assert [one.id for one in list_galleries(reading, offset=0, limit=10)] == [made[0], made[2]]
        assert [one.id for one in list_galleries(reading, offset=1, limit=10)] == [made[2]]
        assert list_galleries(reading, offset=2**62, limit=10) == []
        assert look_at_gallery(reading, made[0]).id == made[0]
        for gallery_id in (made[1], 0, 999, 2**70):
            with pytest.raises(GalleryNotFound):
                look_at_gallery(reading, gallery_id)


def test_a_census_counts_each_image_once(library: Library, rated: Rated) -> None:
    sizes = (
        *((3840, 2160), (2160, 3840), (3839, 2160), (1080, 1920), (1920, 1079), (1280, 720)),
        *((720, 1279), (640, 480), (480, 640), (639, 480), (50, 50), (2000, 2000), (1000, 1001)),
    )
    for width, height in sizes:
        add(library, "safe", width_px=width, height_px=height)
    add(library, "explicit", width_px=9000, height_px=9000)
    assert rated(SFW).census(ANONYMOUS) == Census(
        images=13,
        by_fitness={Fitness.SFW: 13, Fitness.QUESTIONABLE: 0, Fitness.NSFW: 0},
        by_size={"uhd": 2, "fhd": 3, "hd": 2, "sd": 4},
        by_orientation={"portrait": 5, "landscape": 6, "square": 2},
    )
    assert rated([*Fitness]).census(ANONYMOUS).by_fitness[Fitness.NSFW] == 1
