"""Packed lists against a plain dictionary."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from polybooru.search.index.packed import PackedLists

COUNTS = some.sampled_from([0, 1, 2, 33, 255, 256, 300])  # of the last more than a byte can count


def spaced(first: int, step: int, count: int) -> list[int]:
    return [*range(first, first + step * count, step)]


LISTS = some.builds(spaced, some.integers(0, 2**20), some.integers(1, 200), COUNTS)
IMAGES = some.integers(0, 130)


@given(some.lists(some.tuples(IMAGES, LISTS), max_size=30))
def test_the_list_set_last_is_read(changes: list[tuple[int, list[int]]]) -> None:
    lists, model = PackedLists(), dict[int, list[int]]()

    for image_id, keys in changes:
        lists.set(image_id, keys)
        model[image_id] = keys
        assert {i: lists.keys(i) for i in model} == model


def test_lists_of_any_length_stand_beside_each_other_and_go() -> None:
    lists, lengths = PackedLists(), [1, 255, 256, 65_535, 70_000, 3]

    for image_id, length in enumerate(lengths):
        lists.set(image_id, range(length))
    assert [len(lists.keys(image_id)) for image_id in range(len(lengths))] == lengths
    for image_id in range(len(lengths)):
        lists.set(image_id, ())

    assert lists.memory_bytes() == 0


def test_a_loaded_list_can_be_replaced() -> None:
    lists = PackedLists()
    lists.load(np.array([3, 3, 4], np.uint32), np.array([7, 9, 1], np.uint32))

    lists.set(3, [9, 2**32 - 1])

    assert [lists.keys(3), lists.keys(4), lists.keys(5)] == [[9, 2**32 - 1], [1], []]
