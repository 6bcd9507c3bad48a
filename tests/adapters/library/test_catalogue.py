"""Artists, characters and categories: which tags are one, in which order, and found by which pattern."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.libraries import Clock, add_image, add_person

from polybooru.library import catalogue as catalogue_module
from polybooru.library.actors import OPERATOR, Role
from polybooru.library.artist_links import request_artist_link, verify_artist_link
from polybooru.library.catalogue import Catalogue
from polybooru.library.errors import InvalidQuery, QueryTooExpensive
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.library import Library
from polybooru.library.listed_tags import list_tag, unlist_tag
from polybooru.library.shelves import CategoryType, Shelf
from polybooru.library.tag_descriptions import describe_tag, rename_tag
from polybooru.library.tag_relations import alias_tag, imply_tag
from polybooru.search.pattern import Names, Percent

ARTISTS, CHARACTERS, CATEGORIES = Shelf.ARTISTS, Shelf.CHARACTERS, Shelf.CATEGORIES


@pytest.fixture
def catalogue(library: Library) -> Catalogue:
    return Catalogue(library, percent=Percent.ONE_OR_MORE, pattern_seconds=10)


def do(library: Library, verb: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **more)


def describe(
    library: Library, name: str, text: str = "", *, short: str = "", category: str | None = None
) -> None:
    do(library, describe_tag, OPERATOR, name, description=text, short_description=short, category=category)


def names(
    catalogue: Catalogue, shelf: Shelf, pattern: str = "", *, offset: int = 0, limit: int = 25
) -> list[str]:
    page = catalogue.page(shelf, offset=offset, limit=limit, pattern=pattern)
    return [one.name for one in catalogue.shown(shelf, page.tag_ids)]


def total(catalogue: Catalogue, shelf: Shelf, pattern: str = "") -> int:
    return catalogue.page(shelf, offset=0, limit=1, pattern=pattern).total


def test_artists_are_those_with_an_image_in_sight(library: Library, catalogue: Catalogue) -> None:
    moderator = add_person(library, "mod", Role.MODERATOR)
    add_image(library, ["safe", "artist:zoe", "photographer:pat", "artist"])
    hidden = add_image(library, ["safe", "artist:adam"])
    assert names(catalogue, ARTISTS) == ["zoe", "adam"]
    do(library, hide_image, moderator, hidden, reason="Rule #1")
    assert names(catalogue, ARTISTS) == ["zoe"]
    assert total(catalogue, ARTISTS) == 1
    do(library, unhide_image, moderator, hidden)
    assert names(catalogue, ARTISTS) == ["zoe", "adam"]
    add_image(library, ["safe", "artist:secret"], is_approved=False)
    assert names(catalogue, ARTISTS) == ["zoe", "adam"]


def test_aliases_and_renamed_tags_are_followed(library: Library, catalogue: Catalogue) -> None:
    add_image(library, ["safe", "artist:one"])
    add_image(library, ["safe", "artist:two"])
    assert names(catalogue, ARTISTS, "t%") == ["two"]
    do(library, rename_tag, OPERATOR, "artist:two", "artist:deux")
    assert names(catalogue, ARTISTS) == ["one", "deux"]
    assert names(catalogue, ARTISTS, "t%") == []
    assert names(catalogue, ARTISTS, "d%") == ["deux"]
    do(library, alias_tag, OPERATOR, "artist:one", "artist:deux")
    assert names(catalogue, ARTISTS) == ["deux"]
    assert names(catalogue, ARTISTS, "%?") == ["deux"]


def test_an_artist_has_the_oldest_verified_public_page(library: Library, catalogue: Catalogue) -> None:
    alice = add_person(library, "alice")
    add_image(library, ["safe", "artist:alice"])
    [tag_id] = catalogue.page(ARTISTS, offset=0, limit=25).tag_ids

    def url() -> str | None:
        return catalogue.shown(ARTISTS, [tag_id])[0].url

    made = [
        do(library, request_artist_link, alice, tag_id, address, is_public=is_public)
        for address, is_public in (
            ("https://private.example/", False),
            ("https://first.example/", True),
            ("https://second.example/", True),
        )
    ]
    assert url() is None
    for link in reversed(made):
        do(library, verify_artist_link, OPERATOR, link.id)
    assert url() == "https://first.example/"


def test_characters_come_from_their_category_with_where_they_are_from(
    library: Library, catalogue: Catalogue
) -> None:
    describe(library, "old thistle", "A well-read owl.", category="character")
    describe(library, "oc", "An own character.", category="oc")
    describe(library, "series:lantern tales", category="content-fanmade")
    add_image(library, ["safe", "old thistle", "oc", "oc:fluffy"])
    assert names(catalogue, CHARACTERS) == ["old thistle", "fluffy"]
    assert names(catalogue, CHARACTERS, "%?tales") == []
    do(library, imply_tag, OPERATOR, "old thistle", "series:lantern tales")
    page = catalogue.page(CHARACTERS, offset=0, limit=25, pattern="%?tales")
    [thistle] = catalogue.shown(CHARACTERS, page.tag_ids)
    assert (thistle.name, thistle.description, thistle.source) == (
        "old thistle",
        "A well-read owl.",
        "lantern tales",
    )
    assert names(catalogue, CHARACTERS, "a well%") == ["old thistle"]
    assert names(catalogue, CHARACTERS, "OLD _____le") == ["old thistle"]
    do(library, rename_tag, OPERATOR, "series:lantern tales", "series:paper stories")
    assert names(catalogue, CHARACTERS, "%?tales") == []
    assert names(catalogue, CHARACTERS, "paper%") == ["old thistle"]


def test_categories_are_described_content_tags_until_some_are_listed(
    library: Library, catalogue: Catalogue
) -> None:
    admin = add_person(library, "admin", Role.ADMIN)
    describe(library, "scenery", "Land and sea.", short="Landscapes")
    describe(library, "fox", "Foxes.", category="species")
    describe(library, "safe", "For all.", category="rating")
    describe(library, "somebody", "A person.", category="character")
    describe(library, "unused", "Nothing has it.")
    add_image(library, ["safe", "scenery", "fox", "night", "somebody", "artist:a"])
    assert names(catalogue, CATEGORIES) == ["scenery", "fox"]
    assert names(catalogue, CATEGORIES, "land%") == ["scenery"]
    assert catalogue.named(CATEGORIES, ["scenery", "night"]).keys() == {"scenery"}
    do(library, list_tag, admin, "night", description="It is dark.", is_nsfw=True)
    assert names(catalogue, CATEGORIES) == ["night"]
    [night] = catalogue.shown(CATEGORIES, catalogue.all_in_use(CATEGORIES))
    assert (night.description, night.is_nsfw, night.type) == ("It is dark.", True, CategoryType.SETTING)
    do(library, unlist_tag, admin, "night")
    assert names(catalogue, CATEGORIES) == ["scenery", "fox"]
    types = [one.type for one in catalogue.shown(CATEGORIES, catalogue.all_in_use(CATEGORIES))]
    assert types == [CategoryType.SETTING, CategoryType.CHARACTER]


def test_the_order_is_that_of_coming(library: Library, catalogue: Catalogue, clock: Clock) -> None:
    for number in (3, 1, 2):
        clock.go_on(1)
        add_image(library, ["safe", f"artist:a{number}"])
    assert names(catalogue, ARTISTS) == ["a3", "a1", "a2"]
    assert names(catalogue, ARTISTS, "a%", offset=1, limit=1) == ["a1"]
    assert names(catalogue, ARTISTS, offset=2**62) == []
    assert total(catalogue, ARTISTS, "a1") == 3


def test_many_changed_tags_are_put_in_order_again(
    library: Library, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_module, "_ASIDE", 3)
    assert names(catalogue, ARTISTS, "%") == []
    for number in range(12):
        add_image(library, ["safe", f"artist:a{number}"])
        assert names(catalogue, ARTISTS, f"a{number}") == [f"a{number}"]
        assert len(names(catalogue, ARTISTS, "a%")) == number + 1


def test_a_reader_that_fails_looks_again(
    library: Library, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_image(library, ["safe", "artist:a"])

    def broken(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(catalogue_module, "cards", broken)
        with pytest.raises(OSError):
            catalogue.page(ARTISTS, offset=0, limit=1)
    assert names(catalogue, ARTISTS) == ["a"]


def test_what_is_no_pattern_is_told(library: Library, catalogue: Catalogue) -> None:
    with pytest.raises(InvalidQuery, match="never closed"):
        catalogue.page(ARTISTS, offset=0, limit=1, pattern="(")
    hasty = Catalogue(library, percent=Percent.ONE_OR_MORE, pattern_seconds=-1)
    describe(library, "somebody", "ab" * 2_000, category="character")
    add_image(library, ["safe", "somebody"])
    with pytest.raises(QueryTooExpensive):
        hasty.page(CHARACTERS, offset=0, limit=1, pattern="(((_{1,9}b?){9}c?){9}d?){9}")


def test_who_matches_keeps_nobody_waiting(
    library: Library, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_image(library, ["safe", "artist:a"])
    seen = []
    find = Names.find

    def look_meanwhile(self: Names, *arguments: Any) -> Any:
        seen.append((catalogue.is_at_hand(ARTISTS), names(catalogue, ARTISTS)))
        add_image(library, ["safe", f"artist:b{len(seen)}"])
        seen.append((catalogue.is_at_hand(ARTISTS), len(names(catalogue, ARTISTS))))
        return find(self, *arguments)

    monkeypatch.setattr(Names, "find", look_meanwhile)
    assert names(catalogue, ARTISTS, "%?") == ["a"]
    assert seen == [(True, ["a"]), (False, 2)]
    monkeypatch.setattr(Names, "find", find)
    assert names(catalogue, ARTISTS, "b%") == ["b1"]


def test_a_name_that_nobody_has_stands_on_no_shelf(library: Library, catalogue: Catalogue) -> None:
    add_image(library, ["safe", "artist:a"])
    [tag_id] = catalogue.page(ARTISTS, offset=0, limit=1).tag_ids
    assert catalogue.holds(ARTISTS, tag_id)
    assert not catalogue.holds(CHARACTERS, tag_id)
    assert not catalogue.holds(ARTISTS, 999)
    assert catalogue.shown(CHARACTERS, [tag_id]) == []
