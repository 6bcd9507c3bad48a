"""Aliases, implications and what staff say about tags, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select
from tests.libraries import add_image, add_person, scoped

from polybooru.db.tables import filter_tags, filters
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import InvalidValue, NotAllowed, TagNotFound
from polybooru.library.library import Library
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.library.tags import ensure_tags, expand_tags, find_tag_by_slug, find_tags, foreseen_tags


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def detail(library: Library, slug: str):
    with library.reading() as reading:
        return find_tag_by_slug(reading, slug)


def test_relations_are_shown_by_slug_in_order(library: Library, staff: Actor) -> None:
    with library.work() as work:
        alias_tag(work, staff, "Kitty_Cat", "artist:cat-1")
        alias_tag(work, staff, "kitty", "artist:cat-1")
        for implied in ("z", "animal b", "animal b"):
            imply_tag(work, staff, "artist:cat-1", implied)
        imply_tag(work, staff, "tom", "artist:cat-1")
    found = detail(library, "artist-colon-cat-dash-1")
    assert found.tag.category == "origin"
    assert (found.tag.namespace, found.tag.name_in_namespace) == ("artist", "cat-1")
    assert found.aliases == ("kitty", "kitty+cat")
    assert found.implied == ("animal+b", "z")
    assert found.implied_by == ("tom",)
    assert found.aliased_to is None
    assert detail(library, "kitty").aliased_to == "artist-colon-cat-dash-1"


def test_an_unknown_slug_is_not_found(library: Library) -> None:
    for slug in ("", "none", "a\0b", "é" * 300, "%00"):
        with pytest.raises(TagNotFound):
            detail(library, slug)


def test_alias_of_an_alias_is_refused_from_either_end(library: Library, staff: Actor) -> None:
    with library.work() as work:
        alias_tag(work, staff, "a", "b")
    for name, target, message in (
        ("c", "a", "transitive"),
        ("b", "c", "incoming"),
        ("c", "C", "same tag"),
    ):
        with library.work() as work, pytest.raises(InvalidValue, match=message):
            alias_tag(work, staff, name, target)


def test_filters_that_list_a_tag_list_its_target_once_it_is_an_alias(library: Library, staff: Actor) -> None:
    with library.work() as work:
        known = ensure_tags(work, ["cat", "dog", "feline"])
        work.execute(
            insert(filters),
            [{"id": n, "name": f"f{n}", "user_id": staff.user_id, "created_at": work.now} for n in (10, 11)],
        )
        listed = [(10, "cat", "hide"), (10, "dog", "hide"), (11, "cat", "hide"), (11, "feline", "hide")]
        listed.append((11, "cat", "spoiler"))
        work.execute(
            insert(filter_tags),
            [{"filter_id": f, "tag_id": known[name].id, "effect": effect} for f, name, effect in listed],
        )
    with library.work() as work:
        alias_tag(work, staff, "cat", "feline")
    names = {tag.id: name for name, tag in known.items()}
    with library.reading() as reading:
        rows = reading.execute(select(filter_tags).where(filter_tags.c.filter_id >= 10)).all()
    assert sorted((r.filter_id, names[r.tag_id], r.effect) for r in rows) == [
        (10, "dog", "hide"),
        (10, "feline", "hide"),
        (11, "feline", "hide"),
        (11, "feline", "spoiler"),
    ]


def test_an_implication_is_never_a_circle_of_two(library: Library, staff: Actor) -> None:
    with library.work() as work:
        imply_tag(work, staff, "a", "b")
    for name, implied in (("b", "a"), ("c", "c")):
        with library.work() as work, pytest.raises(InvalidValue):
            imply_tag(work, staff, name, implied)


def test_what_is_no_tag_name_is_refused(library: Library, staff: Actor) -> None:
    for name in ("", "  ", "a,b", "x" * 256, "\0"):
        with library.work() as work, pytest.raises(InvalidValue):
            imply_tag(work, staff, name, "b")


def test_only_staff_change_tags(library: Library, staff: Actor) -> None:
    for actor in (ANONYMOUS, add_person(library, "alice"), scoped(staff, "write")):
        with library.work() as work:
            with pytest.raises(NotAllowed):
                alias_tag(work, actor, "a", "b")
            with pytest.raises(NotAllowed):
                imply_tag(work, actor, "a", "b")
            with pytest.raises(NotAllowed):
                describe_tag(work, actor, "a", description="", short_description="", category=None)


def test_a_described_tag_moves_its_images_counts_by_category(library: Library, staff: Actor) -> None:
    image_id = add_image(library, ["safe", "cat"])
    with library.work() as work:
        describe_tag(work, staff, "Cat", description="A cat.", short_description="Cat", category="species")
        with pytest.raises(InvalidValue):
            describe_tag(work, staff, "cat", description="", short_description="", category="nonsense")
    found = detail(library, "cat")
    assert (found.description, found.short_description, found.tag.category) == ("A cat.", "Cat", "species")
    assert library.replica.differences() == []
    assert image_id in library.replica.index.ids


def test_what_is_foreseen_is_what_comes_of_the_names(library: Library, staff: Actor) -> None:
    with library.work() as work:
        ensure_tags(work, ["oc"])
        alias_tag(work, staff, "kitty", "cat")
        imply_tag(work, staff, "cat", "animal")
        imply_tag(work, staff, "animal", "thing")
        for names in (["kitty", "cat", "new"], ["oc:me"], ["animal", "kitty"], [], ["new", "newer"]):
            foreseen = foreseen_tags(work, names)
            assert sorted(foreseen) == sorted(tag.name for tag in expand_tags(work, names))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_more_names_than_a_statement_takes_values_are_made_and_found(library: Library) -> None:
    names = [f"n{number}" for number in range(5_000)]
    with library.work() as work:
        assert len(ensure_tags(work, names)) == 5_000
        assert len(find_tags(work, names)) == 5_000


def test_the_same_new_tags_made_at_once_are_made_once(library: Library, staff: Actor) -> None:
    def make(number: int) -> None:
        with library.work() as work:
            if number % 2:
                ensure_tags(work, [f"t{n}" for n in range(9)][:: 1 if number % 4 == 1 else -1])
            else:
                imply_tag(work, staff, "t3", "t5")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make, range(12)))
    assert detail(library, "t3").implied == ("t5",)
