"""What is left out again and again is kept, and stays right."""

from hypothesis import given
from hypothesis import strategies as st
from tests.indexes import NOW, Library, Picture, image_ids, libraries, pictures, queries, unhurried

from polybooru.search.index import ById, How
from polybooru.search.language.tree import And, Equals, Everything, Not, Or

DELETED = Equals("deleted", True)


def asked(index, library, query, hidden):
    whole = And((query, *(Not(tree) for tree in hidden)))  # a new tree each time, but for what is hidden
    page = index.search(whole, order=ById(), offset=0, limit=100, now=NOW, outside=library.outside)
    assert page.ids == sorted(library.matching(whole), reverse=True)
    assert page.total == len(page.ids)


@unhurried
@given(libraries, queries, queries, st.lists(st.tuples(image_ids, st.none() | pictures), max_size=6))
def test_what_is_hidden_follows_every_change(library, query, hides, changes):
    index = library.put_singly()
    for image_id, picture in [*changes, (0, None)]:
        for _ in range(3):
            asked(index, library, query, (DELETED, hides))
        if picture is None:
            library.pictures.pop(image_id, None)
            index.discard(image_id)
        else:
            library.pictures[image_id] = picture
            index.put(image_id, picture.entry())
    index.name("tag", 1, ["é"])
    library.tag_names[1] = ("é",)
    asked(index, library, query, (DELETED, hides))


def test_many_changes_make_what_is_hidden_anew(monkeypatch):
    monkeypatch.setattr("polybooru.search.index.exclusions.MOST_CHANGES", 4)
    library = Library(pictures={i: Picture(tags=frozenset({i % 3})) for i in range(30)})
    index = library.put_singly()
    hides = Or((Equals("tag_id", 1), Equals("tag_id", 2)))
    for image_id in range(0, 30, 3):
        asked(index, library, Everything(), (DELETED, hides))
        for changed in range(image_id, image_id + 3):
            library.pictures[changed] = Picture(tags=frozenset({(changed + 1) % 3}))
            index.put(changed, library.pictures[changed].entry())
    asked(index, library, Everything(), (DELETED, hides))


def test_what_is_hidden_is_one_set_from_the_second_time_on():
    library = Library(pictures={i: Picture(tags=frozenset({i % 3})) for i in range(30)})
    index = library.put_singly()
    hides = Or((Equals("tag_id", 1), Equals("tag_id", 2)))

    def ways():
        whole = And((Equals("tag_id", 0), Not(DELETED), Not(hides)))
        plan = index.plan(whole, order=ById(), offset=0, limit=5, now=NOW)
        return [step.how for step in plan.steps]

    for _ in range(2):
        assert How.KEPT not in ways()
        asked(index, library, Equals("tag_id", 0), (DELETED, hides))
    assert ways() == [How.ARRAY, How.INTERSECT, How.KEPT, How.SUBTRACT, How.SLICE]
