"""UUIDs are made from ids and read back, and nobody makes them up."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as some

from polybooru.library.image_visibility import MAX_ID
from polybooru.library.uuids import Thing, Uuids, is_uuid

OURS, OTHERS = Uuids(b"k" * 32), Uuids(b"o" * 32)
THINGS = some.sampled_from(Thing)
IDS = some.integers(1, MAX_ID)


@given(thing=THINGS, object_id=IDS)
def test_an_id_comes_back_from_its_uuid(thing: Thing, object_id: int) -> None:
    text = OURS.of(thing, object_id)
    parsed = uuid.UUID(text)
    assert (str(parsed), parsed.version, parsed.variant) == (text, 8, uuid.RFC_4122)
    assert OURS.read(thing, text) == OURS.read(thing, text.upper()) == object_id
    assert OTHERS.read(thing, text) is None
    assert all(OURS.read(other, text) is None for other in Thing if other is not thing)


@given(thing=THINGS, ids=some.tuples(IDS, IDS))
def test_uuids_of_one_kind_are_in_the_order_of_the_ids(thing: Thing, ids: tuple[int, int]) -> None:
    first, second = sorted(ids)
    assert (OURS.of(thing, first) < OURS.of(thing, second)) is (first < second)


@given(thing=THINGS, object_id=IDS, place=some.integers(0, 35), letter=some.sampled_from("0123456789abcdef"))
def test_one_letter_that_is_changed_is_found_out(
    thing: Thing, object_id: int, place: int, letter: str
) -> None:
    text = OURS.of(thing, object_id)
    changed = text[:place] + (letter if text[place] != "-" else "-") + text[place + 1 :]
    assert OURS.read(thing, changed) == (object_id if changed == text else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not-a-uuid",
        "0" * 32,
        f"{{{OURS.of(Thing.IMAGE, 1)}}}",
        OURS.of(Thing.IMAGE, 1) + "\n",
        "\u0661" * 36,
    ],
)
def test_what_has_another_form_is_no_uuid(text: str) -> None:
    assert not is_uuid(text)
    assert OURS.read(Thing.IMAGE, text) is None


def test_versions_do_not_count_for_the_form() -> None:
    assert is_uuid("00000000-0000-0000-0000-000000000000")
    assert OURS.read(Thing.IMAGE, "00000000-0000-0000-0000-000000000000") is None
