from hypothesis import given
from hypothesis import strategies as st

from polybooru.search.index import Entry, ImageIndex, NumberKind, Shape, block_of

SHAPE = Shape(
    numbers={"score": NumberKind.INTEGER, "ratio": NumberKind.FLOAT, "made": NumberKind.DATE},
    flags=frozenset({"deleted", "animated"}),
    postings=frozenset({"tag", "faved_by"}),
    texts=frozenset({"kind"}),
)
keys = st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 5), unique=True, max_size=6)
entries = st.builds(
    Entry,
    numbers=st.fixed_dictionaries(
        {},
        optional={
            "score": st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-200, 200),
            "ratio": st.floats(allow_nan=False, allow_infinity=False),
            "made": st.integers(-(2**33), 2**33),
        },
    ),
    flags=st.sets(st.sampled_from(["deleted", "animated"])),
    postings=st.fixed_dictionaries({}, optional={"tag": keys, "faved_by": keys}),
    texts=st.fixed_dictionaries({}, optional={"kind": st.sampled_from(["png", "gif"])}),
)
libraries = st.dictionaries(st.integers(0, 5_000), entries, max_size=12)


@given(libraries, st.integers(1, 12))
def test_a_block_of_entries_says_what_they_say(library, portion):
    index = ImageIndex(SHAPE)
    ascending = sorted(library.items())

    for first in range(0, len(ascending), portion):
        index.load(block_of(SHAPE, ascending[first : first + portion]))

    assert [*index.ids] == [image_id for image_id, _ in ascending]
    assert all(index.holds(image_id, entry) for image_id, entry in ascending)


@given(libraries)
def test_an_entry_can_be_replaced_after_it_came_in_a_block(library):
    index = ImageIndex(SHAPE)
    index.load(block_of(SHAPE, sorted(library.items())))

    for image_id in library:
        index.put(image_id, Entry(postings={"tag": [7]}))

    assert all(index.holds(image_id, Entry(postings={"tag": [7]})) for image_id in library)
