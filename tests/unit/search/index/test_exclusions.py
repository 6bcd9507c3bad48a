"""What is left out again and again is kept, and stays right."""

from hypothesis import given
from hypothesis import strategies as st
from tests.indexes import (
    NOW,
    Library,
    Picture,
    image_ids,
    libraries,
    pictures,
    queries,
    thresholds,
    unhurried,
    wide,
)

from polybooru.search.index import ById, How, LeftOut
from polybooru.search.language.tree import And, Equals, Everything, Not, Or

DELETED = Equals("deleted", True)


def asked(index, library, query, left_out):
    found = index.search(
        query, order=ById(), offset=0, limit=100, now=NOW, outside=library.outside, without=left_out
    )
    whole = And((query, *map(Not, left_out.trees)))
    assert found.ids == sorted(library.matching(whole), reverse=True)
    assert found.total == len(found.ids)


@unhurried
@given(libraries, queries, queries, st.lists(st.tuples(image_ids, st.none() | pictures), max_size=6), wide)
def test_what_is_left_out_follows_every_change(library, query, hides, changes, images):
    index = library.put_singly()
    left_out, flag, none = LeftOut(DELETED, hides), LeftOut(DELETED), LeftOut()
    with thresholds(images):
        for image_id, picture in [*changes, (0, None)]:
            for _ in range(2):
                asked(index, library, query, left_out)
            asked(index, library, query, flag)
            asked(index, library, query, none)
            if picture is None:
                library.pictures.pop(image_id, None)
                index.discard(image_id)
            else:
                library.pictures[image_id] = picture
                index.put(image_id, picture.entry())
        asked(index, library, query, left_out)
        index.name("tag", 1, ["é"])
        library.tag_names[1] = ("é",)
        asked(index, library, query, left_out)


def test_many_changes_make_what_is_left_out_anew(monkeypatch):
    monkeypatch.setattr("polybooru.search.index.exclusions.MOST_CHANGES", 4)
    library = Library(pictures={i: Picture(tags=frozenset({i % 3})) for i in range(30)})
    index = library.put_singly()
    left_out = LeftOut(DELETED, Or((Equals("tag_id", 1), Equals("tag_id", 2))))
    for image_id in range(0, 30, 3):
        asked(index, library, Everything(), left_out)
        for changed in range(image_id, image_id + 3):
            library.pictures[changed] = Picture(tags=frozenset({(changed + 1) % 3}))
            index.put(changed, library.pictures[changed].entry())
    asked(index, library, Everything(), left_out)


def test_more_sets_than_are_kept_are_all_right():
    library = Library(pictures={i: Picture(tags=frozenset({i % 10})) for i in range(30)})
    index = library.put_singly()
    all_of_them = [LeftOut(DELETED, Equals("tag_id", tag)) for tag in range(10)] * 4
    for left_out in all_of_them:
        asked(index, library, Everything(), left_out)


def test_what_is_left_out_is_one_set_from_the_second_time_on():
    library = Library(pictures={i: Picture(tags=frozenset({i % 3})) for i in range(30)})
    index = library.put_singly()
    left_out = LeftOut(DELETED, Or((Equals("tag_id", 1), Equals("tag_id", 2))))

    def ways():
        plan = index.plan(Equals("tag_id", 0), order=ById(), offset=0, limit=5, now=NOW, without=left_out)
        return [step.how for step in plan.steps]

    assert How.KEPT not in ways()
    asked(index, library, Equals("tag_id", 0), left_out)
    assert ways() == [How.ARRAY, How.INTERSECT, How.KEPT, How.SUBTRACT, How.SLICE]
