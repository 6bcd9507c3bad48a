"""Queries saved under dotted paths, on both databases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.libraries import add_person

from polybooru.db.tables import changes, moderation_log
from polybooru.library.actors import ANONYMOUS, OPERATOR, Role
from polybooru.library.categories import (
    CategoryText,
    add_category,
    disable_category,
    enable_category,
    find_category,
    list_categories,
    name_of_path,
    remove_category,
)
from polybooru.library.errors import CategoryNotFound, InvalidValue, LoginRequired, NameTaken, NotAllowed
from polybooru.library.library import Library

BIRB = CategoryText(path="animals.birb", query="bird, safe", comment="Feathers", is_safe=True)


def do(library: Library, verb: Any, *arguments: Any, **more: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **more)


def test_a_category_is_added_switched_and_removed(library: Library) -> None:
    admin = add_person(library, "admin", Role.ADMIN)
    made = do(library, add_category, OPERATOR, BIRB)
    do(library, add_category, admin, replace(BIRB, path="a-b.c_d", name=" Other\tname ", is_safe=False))
    with library.reading() as reading:
        other, birb = list_categories(reading)
        assert birb == find_category(reading, "animals.birb")
    assert (birb.id, birb.name, birb.query, birb.comment) == (
        made,
        "Animals > Birb",
        "bird, safe",
        "Feathers",
    )
    assert (birb.is_safe, birb.is_enabled, other.name, other.is_safe) == (True, True, "Other name", False)
    with pytest.raises(NameTaken):
        do(library, add_category, OPERATOR, BIRB)
    do(library, enable_category, admin, made)
    do(library, disable_category, admin, made, comment="Resting")
    do(library, disable_category, admin, made)
    with library.reading() as reading:
        birb = find_category(reading, "animals.birb")
        assert (birb.is_enabled, birb.comment) == (False, "Resting")
    do(library, enable_category, OPERATOR, made)
    do(library, remove_category, admin, made)
    for verb in (enable_category, disable_category, remove_category):
        for category_id in (made, 0, -1, 2**70):
            with pytest.raises(CategoryNotFound):
                do(library, verb, admin, category_id)
    with library.reading() as reading:
        assert [category.path for category in list_categories(reading)] == ["a-b.c_d"]
        with pytest.raises(CategoryNotFound):
            find_category(reading, "animals.birb")
        actions = reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars()
        assert [*actions] == [
            "category.add", "category.add", "category.disable", "category.enable", "category.remove",
        ]  # fmt: skip
        kinds = reading.execute(select(changes.c.object_id).where(changes.c.kind == "category")).scalars()
        assert [*kinds].count(made) == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_admins_and_the_operator_make_categories(library: Library) -> None:
    made = do(library, add_category, OPERATOR, BIRB)
    verbs = ((add_category, BIRB), (enable_category, made), (disable_category, made), (remove_category, made))
    for role in (Role.USER, Role.ASSISTANT, Role.MODERATOR):
        actor = add_person(library, role.value, role)
        for verb, argument in verbs:
            with pytest.raises(NotAllowed):
                do(library, verb, actor, argument)
    for verb, argument in verbs:
        with pytest.raises(LoginRequired):
            do(library, verb, ANONYMOUS, argument)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(
            ("path", {"path": path})
            for path in ("", ".", "a.", ".a", "a..b", "A.b", "a b", "é", "a/b", "a\n")
        ),
        ("path", {"path": "a" * 256}),
        ("query", {"query": " "}),
        ("query", {"query": "(a"}),
        ("query", {"query": "width:x"}),
        ("query", {"query": "filter_id:1"}),
        ("query", {"query": "x" * 4_097}),
        ("name", {"name": "x" * 256}),
        ("comment", {"comment": "x" * 1_001}),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_breaks_a_rule_is_refused_with_its_field(
    library: Library, field: str, text: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValue) as caught:
        do(library, add_category, OPERATOR, replace(BIRB, **text))
    assert caught.value.field == field


def test_a_name_is_made_from_the_path() -> None:
    assert name_of_path("animals.red_panda.two-3") == "Animals > Red Panda > Two 3"
