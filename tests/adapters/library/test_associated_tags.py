"""The tags used most, and what goes with them."""

from tests.libraries import add_image, add_person

from polybooru.library.actors import Actor, Role
from polybooru.library.associated_tags import associated_tags, most_used_tags
from polybooru.library.images import hide_image
from polybooru.library.library import Library
from polybooru.library.tag_relations import alias_tag


def add_hidden(library: Library, staff: Actor, tags: list[str]) -> None:
    image_id = add_image(library, tags)
    with library.work() as work:
        hide_image(work, staff, image_id, reason="blurry")


def test_the_most_used_come_first_then_their_other_names(library: Library) -> None:
    for tags in (["safe", "bird"], ["safe", "bird"], ["safe", "fox"]):
        add_image(library, tags)
    staff = add_person(library, "mod", Role.MODERATOR)
    add_hidden(library, staff, ["safe", "owl"])
    with library.work() as work:
        alias_tag(work, staff, "avian", "bird")
        alias_tag(work, staff, "vulpine", "fox")
    with library.reading() as reading:
        found = most_used_tags(reading, 2)
    assert [(tag.name, tag.image_count) for tag in found] == [("safe", 3), ("bird", 2), ("avian", 0)]
    assert found[2].alias_of == found[1].id


def test_what_is_on_over_half_of_its_images_and_more_common_goes_with_a_tag(library: Library) -> None:
    for tags in (["safe", "bird", "tit"], ["safe", "bird", "tit"], ["safe", "tit", "snow"], ["safe", "bird"]):
        add_image(library, tags)
    add_hidden(library, add_person(library, "mod", Role.MODERATOR), ["safe", "tit", "bird"])
    with library.reading() as reading:
        found = most_used_tags(reading, 50)
    ids, uses = {tag.name: tag.id for tag in found}, {tag.id: tag.image_count for tag in found}
    assert associated_tags(library, ids["tit"], uses, 8) == [ids["safe"]]  # bird is no commoner
    assert associated_tags(library, ids["snow"], uses, 8) == [ids["safe"], ids["tit"]]
    assert associated_tags(library, ids["snow"], uses, 1) == [ids["safe"]]
    assert associated_tags(library, ids["safe"], uses, 8) == []
