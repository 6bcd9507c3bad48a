"""What the index does besides finding the right images: refusals, bulk loads, growth."""

import random
from datetime import UTC, datetime

import numpy as np
import pytest

from polybooru.search.index import (
    MAX_IMAGE_ID,
    AtRandom,
    Block,
    ById,
    ByNumber,
    Entry,
    FlagField,
    IdField,
    ImageIdOutOfRange,
    ImageIndex,
    ImageNotIndexed,
    NameField,
    NumberField,
    NumberKind,
    Shape,
    UnknownName,
    UnsupportedLeaf,
)
from polybooru.search.language.tree import (
    And,
    Bound,
    Equals,
    Everything,
    Fuzzy,
    InGallery,
    Not,
    Or,
    Phrase,
    Range,
    Wildcard,
)

NOW = datetime(2025, 6, 1, tzinfo=UTC)
SHAPE = Shape(
    numbers={"score": NumberKind.INTEGER, "ratio": NumberKind.FLOAT},
    flags=frozenset({"deleted"}),
    postings=frozenset({"tag"}),
    vocabularies=frozenset({"tag"}),
    fields={
        "score": NumberField("score"),
        "deleted": FlagField("deleted"),
        "tag": NameField("tag", "tag"),
        "tag_id": IdField("tag"),
    },
)


def nowhere(leaf):
    raise AssertionError(leaf)


def library(*scores):
    index = ImageIndex(SHAPE)
    for image_id, score in enumerate(scores, 1):
        index.put(image_id, Entry(numbers={"score": score}, postings={"tag": [image_id % 3]}))
    return index


def ids(index, query):
    return list(index.select(query, now=NOW, outside=nowhere))


def search(index, query=Everything(), *, order=ById(), offset=0, limit=25):  # noqa: B008 — frozen values
    return index.search(query, order=order, offset=offset, limit=limit, now=NOW, outside=nowhere)


@pytest.mark.parametrize(
    "query",
    [Equals("colour", "red"), Range("colour"), Wildcard("colour", "r*"), Not(Equals("colour", "red"))],
)
def test_an_unknown_field_is_refused(query):
    with pytest.raises(UnknownName, match="colour"):
        ids(library(1), query)


@pytest.mark.parametrize(
    "query",
    [
        Range("tag", Bound(1, inclusive=True)),
        Range("deleted"),
        Wildcard("score", "1*"),
        Wildcard("tag_id", "1*"),
        Fuzzy("score", "1", "1"),
        Phrase("tag", "a b"),
        Equals("score", "one"),
        Equals("deleted", "yes"),
    ],
)
def test_a_leaf_that_its_field_cannot_answer_is_refused(query):
    with pytest.raises(UnsupportedLeaf):
        ids(library(1), query)


def test_galleries_need_postings_in_the_shape():
    with pytest.raises(UnknownName, match="galleries"):
        ids(library(1), InGallery(1))


def test_a_shape_whose_field_reads_a_missing_part_is_refused():
    with pytest.raises(UnknownName, match="'user'"):
        Shape(postings=frozenset({"tag"}), fields={"tag": NameField("tag", "user")})


def test_an_order_by_an_unknown_column_is_refused():
    with pytest.raises(UnknownName, match="colour"):
        search(library(1), order=ByNumber("colour"))


@pytest.mark.parametrize("image_id", [-1, MAX_IMAGE_ID + 1, 2**40])
def test_an_id_that_would_need_gigabytes_of_empty_slots_is_refused(image_id):
    index = library(1)
    with pytest.raises(ImageIdOutOfRange):
        index.put(image_id, Entry())
    with pytest.raises(ImageIdOutOfRange):
        index.load(Block(ids=np.array([image_id])))
    assert len(index) == 1


def test_one_value_of_an_image_that_is_not_there_cannot_be_changed():
    with pytest.raises(ImageNotIndexed):
        library(1).set_number("score", 2, 5)
    with pytest.raises(ImageNotIndexed):
        library(1).set_member("tag", 1, 2, present=True)


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**63, float("inf")])
def test_a_refused_number_leaves_the_image_as_it_was(value):
    index = library(7)
    with pytest.raises(ValueError, match="does not fit"):
        index.put(1, Entry(numbers={"score": value}))
    assert ids(index, Equals("score", 7)) == [1]


def test_ids_loaded_twice_or_out_of_order_are_refused():
    index = library(1, 2)
    for again in ([2, 3], [5, 4], [6, 6]):
        with pytest.raises(ValueError, match="ascend"):
            index.load(Block(ids=np.array(again)))
    assert ids(index, Everything()) == [1, 2]


def test_a_block_without_a_column_leaves_its_images_without_a_value():
    index = library(5, 3)
    index.warm()
    index.load(Block(ids=np.array([10, 11])))
    assert search(index, order=ByNumber("score")).ids == [1, 2, 11, 10]


def test_a_column_widens_without_losing_values_or_gaps():
    index = library(-127, 127, 128, -32_768, 40_000, -(2**31), 2**40)
    index.put(8, Entry())
    assert search(index, order=ByNumber("score", descending=False)).ids == [6, 4, 1, 2, 3, 5, 7, 8]
    assert ids(index, Not(Range("score", lower=Bound(-(2**63), inclusive=True)))) == [8]


def test_a_selection_may_be_changed_without_changing_the_index():
    index = library(1, 2, 3)
    index.select(Equals("tag_id", 1), now=NOW, outside=nowhere).clear()
    index.select(Everything(), now=NOW, outside=nowhere).clear()
    index.ids.clear()
    assert ids(index, Equals("tag_id", 1)) == [1]
    assert len(index) == 3


def test_a_page_past_the_end_is_empty_and_knows_the_total():
    for order in (ById(), ByNumber("score"), AtRandom(7)):
        page = search(library(1, 2, 3), order=order, offset=10**12)
        assert (page.ids, page.total) == ([], 3)


@pytest.mark.parametrize(("offset", "limit"), [(-1, 1), (0, -1)])
def test_a_page_before_the_beginning_is_refused(offset, limit):
    with pytest.raises(ValueError, match="a page begins"):
        search(library(1), offset=offset, limit=limit)


def test_what_is_answered_outside_comes_last_and_only_when_something_is_left():
    asked = []
    index = library(1, 2)
    query = And((Equals("tag_id", 99), Equals("tag_id", 1)))
    index.select(query, now=NOW, outside=asked.append)
    assert asked == []


def test_different_seeds_shuffle_differently():
    index = library(*range(200))
    shuffles = {tuple(search(index, order=AtRandom(seed), limit=200).ids) for seed in range(20)}
    assert len(shuffles) == 20


def test_each_image_comes_first_about_as_often_as_any_other():
    index = library(*range(16))
    first = [search(index, order=AtRandom(seed), limit=1).ids[0] for seed in range(3_200)]
    counts = np.bincount(first, minlength=17)[1:]
    assert counts.min() > 130  # 200 expected, deviation 14
    assert counts.max() < 270


def test_many_votes_keep_the_buckets_few_and_right():
    index = library(*([0] * 3_000))
    index.warm()
    rng = np.random.default_rng(1)
    scores = dict.fromkeys(range(1, 3_001), 0)
    for step in range(9_000):
        image_id = int(rng.integers(1, 3_001))
        scores[image_id] = step
        index.set_number("score", image_id, step)
    wanted = sorted(scores, key=lambda image_id: (scores[image_id], image_id), reverse=True)
    assert search(index, order=ByNumber("score"), offset=2_000, limit=50).ids == wanted[2_000:2_050]
    over = [image_id for image_id in scores if scores[image_id] > 4_000]
    assert ids(index, Range("score", lower=Bound(4_000, inclusive=False))) == sorted(over)


def test_a_kept_union_follows_pairs_that_come_and_go():
    index = library(0, 0, 0, 0)
    for key in range(3):
        index.name("tag", key, [f"artist:{key}"])
    several = Or(tuple(Equals("tag_id", key) for key in [1, 2, *range(10, 20)]))
    for query in (Wildcard("tag", "artist:?"), several):
        assert 1 in ids(index, query)
        index.set_member("tag", 1, 1, present=False)
        assert 1 not in ids(index, query)
        index.set_member("tag", 1, 1, present=True)
        assert 1 in ids(index, query)
        index.put(1, Entry())
        assert 1 not in ids(index, query)
        index.put(1, Entry(postings={"tag": [1]}))
        assert 1 in ids(index, query)
        index.discard(1)
        assert 1 not in ids(index, query)
        index.put(1, Entry(postings={"tag": [1]}))


def test_a_new_name_is_found_by_a_pattern_that_was_asked_before():
    index = library(0)
    assert ids(index, Wildcard("tag", "fox*")) == []
    index.name("tag", 1, ["fox ears"])
    assert ids(index, Wildcard("tag", "fox*")) == [1]
    index.name("tag", 1, [])
    assert ids(index, Wildcard("tag", "fox*")) == []


def test_an_image_put_again_with_other_keys_loses_the_old_ones():
    index = ImageIndex(SHAPE)
    index.put(1, Entry(postings={"tag": [1, 2]}))
    index.put(1, Entry(postings={"tag": [3, 4]}))
    assert [key for key in range(6) if ids(index, Equals("tag_id", key))] == [3, 4]


def test_a_name_asked_before_follows_its_images_and_its_keys(monkeypatch):
    monkeypatch.setattr("polybooru.search.index.postings.MOST_FEW", 3)  # sets change their form often
    chance, index = random.Random(1), library(*range(20))
    names = {key: {f"tag {key}"} for key in range(4)}
    tagged = {key: {image_id for image_id in range(1, 21) if image_id % 3 == key} for key in names}
    for key, texts in names.items():
        index.name("tag", key, texts)
    for _ in range(3_000):
        key, image_id, text = chance.randrange(4), chance.randrange(1, 21), f"tag {chance.randrange(4)}"
        step = chance.random()
        if step < 0.9:
            present = (len(tagged[key]) < 5) is (chance.random() < 0.8)
            index.set_member("tag", key, image_id, present=present)
            (tagged[key].add if present else tagged[key].discard)(image_id)
        elif step < 0.95:
            names[key] ^= {text}
            index.name("tag", key, sorted(names[key]))
        else:
            index.warm()
        wanted = set().union(*(tagged[key] for key, texts in names.items() if text in texts))
        assert set(index.select(Equals("tag", text), now=NOW, outside=nowhere)) == wanted
