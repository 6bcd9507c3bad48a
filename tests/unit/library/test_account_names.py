"""User names: which are taken, and which are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.library.errors import InvalidValue
from polybooru.library.user_names import check_user_name, fold_name


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "Alice",
        "Jean Luc",
        "Zoë",
        "лиса",
        "狐",
        "x" * 50,
        "a.b-c_d",
        "🦊",
        "やまだ タロウ mk2",
        "漢字 abc",
        "김 Kim",
        "Ελλη 7",
        "\u02bbOkina",
    ],
)
def test_ordinary_names_are_taken(name: str) -> None:
    check_user_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 51,
        " a",
        "a\nb",
        "a\tb",
        "a\0b",
        "a/b",
        "a,b",
        "a\u200bb",
        "a\u202eb",
        "a\u2066b",
        "a\ufeffb",
        "a\u00adb",
        "a\u2028b",
        "a\ud800",
        "a\ue000",
        "a\U000e0041",
        "a\x85b",
        "p\u0430ypal",
        "\u0391lice",
        "\u03bf\u043e",
        "\u0430\u304b",
        "\U0001d41a\u0430",
        "a\u13a0",
        "deleted user 7",
        "Deleted User 07",
        "Anonymous",
    ],
)
def test_names_that_cannot_be_shown_or_look_like_others_are_refused(name: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_user_name(name)
    assert caught.value.field == "name"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "aLICE"),
        ("\uff21lice", "alice"),
        ("Stra\u00dfe", "STRASSE"),
        ("e\u0301", "\u00c9"),
        ("\ufb01x", "FIX"),
        ("a\u00a0b", "a b"),
        ("\u03aa\u0301", "\u0390"),
        ("\u03c3", "\u03c2"),
    ],
)
def test_names_that_differ_by_case_or_compatible_characters_are_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)
