"""What is left of a history when some of it is taken back."""

from hypothesis import given
from hypothesis import strategies as st

from polybooru.library.tag_reverting import Past, standing, states_after


def edit(change_id: int, is_added: bool, *, tag: int = 1, by: int | None = None) -> Past:
    return Past(id=change_id, is_revert=False, reverted_by_id=by, tags={tag: is_added})


def revert(change_id: int, *, by: int | None = None) -> Past:
    return Past(id=change_id, is_revert=True, reverted_by_id=by, tags={})


def test_the_only_change_taken_back_leaves_what_was_before() -> None:
    assert states_after([edit(1, True)], {1}) == {1: False}
    assert states_after([edit(1, False)], {1}) == {1: True}


def test_a_later_change_decides() -> None:
    assert states_after([edit(1, False), edit(2, True)], {1}) == {}
    assert states_after([edit(1, True), edit(2, False), edit(3, True)], {1}) == {}


def test_changes_of_one_person_around_that_of_another() -> None:
    history = [edit(1, False), edit(2, True), edit(3, False)]
    assert states_after(history, {1, 3}) == {1: True}


def test_what_was_reverted_before_does_not_count() -> None:
    """One added it, the next removed it; the first was reverted while the second stood, now the second is."""
    history = [edit(1, True, by=3), edit(2, False), revert(3)]
    assert states_after(history, {2}) == {1: False}


def test_a_revert_reverted_brings_back_what_it_took() -> None:
    history = [edit(1, True, by=2), revert(2)]
    assert standing(history) == {2}
    assert states_after(history, {2}) == {1: True}
    again = [edit(1, True, by=2), revert(2, by=3), revert(3)]
    assert standing(again) == {1, 3}
    assert states_after(again, {3}) == {1: False}


_STEPS = st.lists(st.tuples(st.integers(1, 2), st.booleans()), min_size=1, max_size=8)


@given(steps=_STEPS, start=st.sets(st.integers(1, 2)), data=st.data())
def test_all_is_as_if_never_done(steps: list[tuple[int, bool]], start: set[int], data: st.DataObject) -> None:
    """Reverting in any number of portions gives the state that the rest of the edits gives alone."""
    present, history = set(start), list[Past]()
    for tag, is_added in steps:
        if (tag in present) is not is_added:  # only what really changes is recorded
            (present.add if is_added else present.discard)(tag)
            history.append(edit(len(history) + 1, is_added, tag=tag))
    recorded = list(history)
    taken = data.draw(st.lists(st.sets(st.sampled_from([c.id for c in history] or [0])), max_size=4))
    for portion in taken:
        chosen = portion & standing(history)
        for tag, is_on in states_after(history, chosen).items():
            (present.add if is_on else present.discard)(tag)
        by = len(history) + 1
        history = [
            Past(
                id=c.id,
                is_revert=c.is_revert,
                reverted_by_id=by if c.id in chosen else c.reverted_by_id,
                tags=c.tags,
            )
            for c in history
        ]
        history.append(revert(by))

    expected = set(start)
    left = [c for c in recorded if not any(c.id in portion for portion in taken)]
    for change in left:
        for tag, is_added in change.tags.items():
            (expected.add if is_added else expected.discard)(tag)
    assert present == expected
