"""The list of tags that some clients know: made by admins, or of what is used most; on both databases."""

from typing import Any

import pytest
from sqlalchemy import select, update
from tests.libraries import add_image, add_person

from polybooru.db.tables import images, moderation_log
from polybooru.library import jobs, listed_tags
from polybooru.library.actors import OPERATOR, Role
from polybooru.library.errors import InvalidValue, NameTaken, NotAllowed, TagNotFound
from polybooru.library.images import hide_image
from polybooru.library.library import Library
from polybooru.library.listed_tags import (
    ListedTag,
    list_listed_tags,
    list_most_used_tags,
    list_tag,
    short_name,
    unlist_tag,
)
from polybooru.library.tag_deletion import delete_tag, purge_unused_tags
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tag_jobs import bring_to_end
from polybooru.library.tag_listing import TagListing
from polybooru.library.tag_relations import alias_tag


def do(library: Library, verb: Any, *arguments: Any, **more: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **more)


def names(library: Library) -> list[str]:
    with library.reading() as reading:
        return [tag.name for tag in list_listed_tags(reading)]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("red panda", "red-panda"),
        ("series:some  thing", "series-some-thing"),
        ("c++", "c-"),
        ("already-fine-2", "already-fine-2"),
        ("\u732b \u72ac", "-"),
        ("a" * 300, "a" * 255),
    ],
)
def test_each_run_of_other_characters_is_one_hyphen(name: str, short: str) -> None:
    assert short_name(name) == short


def test_by_default_the_most_used_content_tags_are_listed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed_tags, "MOST_BY_DEFAULT", 3)
    listing = TagListing(library)
    assert names(library) == [] == [*listing.current().by_name]
    for tags in (["safe", "red panda", "artist:jane", "spoiler:end", "tree"], ["safe", "red panda", "lake"]):
        add_image(library, tags)
    add_image(library, ["safe", "red panda", "lake", "red-panda", "red-panda x"])
    moderator = add_person(library, "mod", Role.MODERATOR)
    hidden = add_image(library, ["safe", "tree", "moss", "moss 2"])
    do(library, hide_image, moderator, hidden, reason="no")
    # `red-panda` meets `red panda`, which is used more; `tree` came before `red-panda x`.
    assert names(library) == ["red-panda", "tree", "lake"]
    current = listing.current()
    assert [tag.name for tag in current.by_id.values()] == ["red-panda", "tree", "lake"]
    assert listing.current() is current
    add_image(library, ["safe", "lake"])
    assert listing.current() is current, "the same list stays, with what is kept for it"
    do(library, describe_tag, OPERATOR, "lake", description="", short_description="Wet", category=None)
    assert listing.current().by_name["lake"].description == "Wet"
    do(library, describe_tag, OPERATOR, "lake", description="", short_description="", category="spoiler")
    assert [*listing.current().by_name] == ["red-panda", "tree", "red-panda-x"] == names(library)


def test_a_list_takes_the_place_of_the_default_one(library: Library) -> None:
    listing = TagListing(library)
    admin = add_person(library, "admin", Role.ADMIN)
    add_image(library, ["safe", "red panda", "tree"])
    panda = do(library, list_tag, admin, "Red_Panda")
    assert (panda.name, panda.description, panda.is_nsfw) == ("red-panda", "", False)
    assert [*listing.current().by_name] == ["red-panda"] == names(library)
    changed = do(
        library, list_tag, OPERATOR, "red panda", name="panda", description=" A\tpanda ", is_nsfw=True
    )
    assert changed == ListedTag(tag_id=panda.tag_id, name="panda", description="A panda", is_nsfw=True)
    assert do(library, list_tag, admin, "red panda") == changed, "what is not given stays"
    assert listing.current().by_name == {"panda": changed}
    with pytest.raises(NameTaken):
        do(library, list_tag, admin, "tree", name="panda")
    for wrong in ("", "Panda", "pan da", "p\u00e4nda", "a" * 256):
        with pytest.raises(InvalidValue):
            do(library, list_tag, admin, "tree", name=wrong)
    with pytest.raises(InvalidValue):
        do(library, list_tag, admin, "tree", description="x" * 1_001)
    with pytest.raises(TagNotFound):
        do(library, list_tag, admin, "no such tag")
    do(library, unlist_tag, admin, "red panda")
    with pytest.raises(TagNotFound):
        do(library, unlist_tag, admin, "red panda")
    assert [*listing.current().by_name] == ["red-panda", "tree"]
    with library.reading() as reading:
        actions = reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars()
        assert [*actions] == ["listed_tag.put", "listed_tag.put", "listed_tag.remove"]


def test_the_default_list_can_be_written_down(library: Library) -> None:
    moderator = add_person(library, "mod", Role.MODERATOR)
    with pytest.raises(NotAllowed):
        do(library, list_most_used_tags, moderator)
    assert do(library, list_most_used_tags, OPERATOR) == 0
    add_image(library, ["safe", "red panda", "tree", "bush"])
    do(library, list_tag, OPERATOR, "bush", name="tree")
    assert do(library, list_most_used_tags, OPERATOR) == 1
    assert do(library, list_most_used_tags, OPERATOR) == 0
    add_image(library, ["safe", "lake"])
    assert sorted(names(library)) == ["red-panda", "tree"]


def test_a_listed_tag_follows_its_aliases_and_goes_with_its_tag(library: Library) -> None:
    listing = TagListing(library)
    add_image(library, ["safe", "kitty", "cat", "dog", "hound"])
    tag_ids = {
        tag: do(library, list_tag, OPERATOR, tag, name=f"my-{tag}").tag_id
        for tag in ("kitty", "dog", "hound")
    }
    do(library, alias_tag, OPERATOR, "kitty", "cat")
    do(library, alias_tag, OPERATOR, "hound", "dog")
    with library.reading() as reading:
        found = {tag.name: tag.tag_id for tag in list_listed_tags(reading)}
    assert sorted(found) == ["my-dog", "my-kitty"]
    assert {name: tag.tag_id for name, tag in listing.current().by_name.items()} == found
    with pytest.raises(InvalidValue):
        do(library, list_tag, OPERATOR, "kitty")
    for tag in ("kitty", "hound"):
        bring_to_end(library, jobs.MOVE_TAGGINGS, tag_ids[tag])
    do(library, delete_tag, OPERATOR, "dog")
    bring_to_end(library, jobs.DELETE_TAG, tag_ids["dog"])
    assert names(library) == ["my-kitty"] == [*listing.current().by_name]


def test_a_listed_tag_is_not_purged(library: Library, clock: Any) -> None:
    image_id = add_image(library, ["safe", "rare"])
    do(library, list_tag, OPERATOR, "rare")
    with library.work() as work:
        work.execute(update(images).where(images.c.id == image_id).values(hidden_from_users=True))
    clock.go_on(3 * 86_400)
    do(library, purge_unused_tags)
    assert names(library) == ["rare"]
