"""Suggested tags follow the rows: made, used, aliased, hidden, by this process or another."""

import random

import pytest
from sqlalchemy import delete, update
from tests.libraries import Place, add_image, add_person

from polybooru.db.tables import image_tags, tags
from polybooru.library import suggested_names
from polybooru.library.actors import Role
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.library import Library
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tag_suggestions import suggest_tags
from polybooru.search.suggest import Suggestion


def told(library: Library, term: str, limit: int = 10) -> list[tuple[str | None, str, int]]:
    return [(found.alias, found.text, found.uses) for found in suggest_tags(library, term, limit)]


def test_a_tag_is_suggested_with_its_first_image_and_counts_with_each(library: Library) -> None:
    assert told(library, "cat") == []
    add_image(library, ["safe", "cat", "artist:cathy", "black cat"])
    assert told(library, "cat") == [(None, "cat", 1), (None, "artist:cathy", 1), (None, "black cat", 1)]
    add_image(library, ["safe", "cat"])
    assert told(library, "Cat ", 1) == [(None, "cat", 2)]
    assert told(library, "artist:c") == [(None, "artist:cathy", 1)]


def test_hidden_images_neither_count_nor_tell_of_their_tags(library: Library) -> None:
    moderator = add_person(library, "mo", Role.MODERATOR)
    seen = add_image(library, ["safe", "cat"])
    before = [told(library, term) for term in ("cat", "saf", "sec")]
    hidden = add_image(library, ["safe", "cat", "secret"])
    with library.work() as work:
        hide_image(work, moderator, hidden, reason="test")
    assert [told(library, term) for term in ("cat", "saf", "sec")] == before
    with library.work() as work:
        unhide_image(work, moderator, hidden)
        hide_image(work, moderator, seen, reason="test")
    assert told(library, "sec") == [(None, "secret", 1)]
    assert told(library, "cat") == [(None, "cat", 1)]


def test_an_alias_leads_to_its_target(library: Library) -> None:
    moderator = add_person(library, "mo", Role.MODERATOR)
    add_image(library, ["safe", "cat"])
    with library.work() as work:
        alias_tag(work, moderator, "kitty", "cat")
    assert told(library, "kit") == [("kitty", "cat", 1)]
    with library.work() as work:
        alias_tag(work, moderator, "catfish", "trout")  # nothing has it
    assert told(library, "cat") == [(None, "cat", 1)]


def test_a_tag_taken_off_or_renamed_is_followed(library: Library) -> None:
    image_id = add_image(library, ["safe", "cat", "dog"])
    [dog] = suggest_tags(library, "dog", 1)
    with library.work() as work:
        work.execute(
            delete(image_tags).where(image_tags.c.image_id == image_id, image_tags.c.tag_id == dog.key)
        )
        work.changed("image", image_id)
    assert told(library, "dog") == []
    [cat] = suggest_tags(library, "cat", 1)
    with library.work() as work:
        work.execute(
            update(tags)
            .where(tags.c.id == cat.key)
            .values(name="big feline", slug="big+feline", name_in_namespace="big feline")
        )
        work.changed("tag", cat.key)
    assert told(library, "cat") == []
    assert suggest_tags(library, "fel", 1) == [Suggestion(key=cat.key, text="big feline", alias=None, uses=1)]


@pytest.mark.parametrize("seed", [1, 2])
def test_processes_that_followed_loaded_or_read_the_rows_agree(place: Place, seed: int) -> None:
    rng = random.Random(seed)
    words = ["red cat", "cat", "artist:cat", "a cat-o", "caterpillar", "safe", "c a t", "catalogue"]
    with place.library() as here, place.library() as there:
        moderator = add_person(here, "mo", Role.MODERATOR)
        images: list[int] = []
        for _ in range(25):
            images.append(add_image(here, rng.sample(words, rng.randint(1, 5))))
            with here.work() as work:
                verb = rng.choice([hide_image, unhide_image])
                reason = {"reason": "test"} if verb is hide_image else {}
                verb(work, moderator, rng.choice(images), **reason)
        with here.work() as work:
            alias_tag(work, moderator, "gato", "cat")
        there.replica.catch_up()
        assert there.replica.save()
        with place.library() as later, later.reading() as reading:
            rows = suggested_names.build(reading.connection)
            for term in ("cat", "c", "art", "gat", "red", "o", "safe"):
                wanted = rows.suggest(term, 10)
                for library in (here, there, later):
                    assert suggest_tags(library, term, 10) == wanted, term
            assert rows.suggest("cat", 10)
