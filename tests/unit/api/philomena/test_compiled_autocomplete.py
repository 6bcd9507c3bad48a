"""The compiled list of tags, taken apart again by the description of its format."""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import unpack_from

from hypothesis import given
from hypothesis import strategies as st

from polybooru.api.philomena.compiled_autocomplete import compiled
from polybooru.library.associated_tags import UsedTag
from polybooru.library.tag_names import split_namespace


@dataclass(frozen=True, slots=True)
class Reference:
    name: str
    associated: tuple[int, ...]
    meta: int


def tag(tag_id: int, name: str, image_count: int = 0, alias_of: int | None = None) -> UsedTag:
    own_name = split_namespace(name)[1]
    return UsedTag(
        id=tag_id, name=name, name_in_namespace=own_name, image_count=image_count, alias_of=alias_of
    )


def read(file: bytes) -> tuple[list[Reference], list[int]]:
    """All tags in their order, and their places by the names without namespaces."""
    version, start, count = unpack_from("<III", file, len(file) - 12)
    assert version == 2
    assert start % 4 == 0
    found = []
    for place in range(count):
        at, meta = unpack_from("<Ii", file, start + 8 * place)
        length = file[at]
        name = file[at + 1 : at + 1 + length].decode()
        ids = unpack_from(f"<{file[at + 1 + length]}I", file, at + 2 + length)
        found.append(Reference(name, ids, meta))
    places = unpack_from(f"<{count}I", file, start + 8 * count)
    assert start + 12 * count + 12 == len(file)
    return found, list(places)


def nothing(_: int) -> Sequence[int]:
    return ()


def test_tags_are_sorted_by_name_and_aliases_lead_to_their_tag() -> None:
    tags = [tag(7, "wing", 40), tag(3, "artist:bird painter", 5), tag(9, "pinion", alias_of=7)]
    found, places = read(compiled(tags, lambda tag_id: [7, 3] if tag_id == 3 else []))
    assert found == [
        Reference("artist:bird painter", (7, 3), 5),
        Reference("pinion", (), -3),
        Reference("wing", (), 40),
    ]
    assert places == [0, 1, 2]


def test_a_tag_has_eight_associations_at_most() -> None:
    [found], _ = read(compiled([tag(1, "wing", 1)], lambda _: range(100, 120)))
    assert found.associated == tuple(range(100, 108))


def test_a_name_too_long_for_its_byte_is_left_out_with_its_aliases() -> None:
    tags = [tag(1, "é" * 127, 3), tag(2, "é" * 127 + "a", 2), tag(3, "e", alias_of=2)]
    assert [reference.name for reference in read(compiled(tags, nothing))[0]] == ["é" * 127]


def test_without_tags_there_is_a_list_of_none() -> None:
    assert read(compiled([], nothing)) == ([], [])


names = st.sampled_from(["", "artist:", "oc:"]).flatmap(
    lambda space: st.text("abé ", min_size=1).map(space.__add__)
)


@given(st.lists(names, unique=True, max_size=30))
def test_every_name_is_found_in_both_orders(texts: list[str]) -> None:
    tags = [tag(number, name, number) for number, name in enumerate(texts)]
    found, places = read(compiled(tags, nothing))
    assert [reference.name for reference in found] == sorted(texts, key=str.encode)
    assert sorted(places) == [*range(len(texts))]
    own_names = [split_namespace(found[place].name)[1].encode() for place in places]
    assert own_names == sorted(own_names)
