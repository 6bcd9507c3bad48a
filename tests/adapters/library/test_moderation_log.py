"""The moderation log: in commit order, only for staff, and sealed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, update
from tests.libraries import add_person

from polybooru.db.tables import moderation_log
from polybooru.library.actors import Role
from polybooru.library.errors import NotAllowed
from polybooru.library.library import Library
from polybooru.library.moderation_log import first_tampered, list_actions


def act(library: Library, object_id: int, reason: str = "blurry") -> None:
    with library.work() as work:
        work.logged(1, "image.hide", "image", object_id, reason=reason)


def tampered(library: Library) -> int | None:
    with library.reading() as reading:
        return first_tampered(reading)


def test_actions_are_listed_newest_first_for_staff_alone(library: Library) -> None:
    staff, somebody = add_person(library, "mod", Role.MODERATOR), add_person(library, "alice")
    for image_id in (1, 2, 3):
        act(library, image_id)
    with library.reading() as reading:
        newest = list_actions(reading, staff, before_id=None, limit=2)
        assert [action.object_id for action in newest] == [3, 2]
        assert newest[0].details == {"reason": "blurry"}
        assert [a.object_id for a in list_actions(reading, staff, before_id=newest[-1].id, limit=2)] == [1]
        with pytest.raises(NotAllowed):
            list_actions(reading, somebody, before_id=None, limit=2)


def test_what_is_rolled_back_leaves_no_action(library: Library) -> None:
    def fail() -> None:
        with library.work() as work:
            work.logged(1, "image.hide", "image", 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with library.reading() as reading:
        staff = add_person(library, "mod", Role.MODERATOR)
        assert list_actions(reading, staff, before_id=None, limit=2) == []


def test_parallel_actions_are_sealed_one_after_the_other(library: Library) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda image_id: act(library, image_id), range(1, 33)))
    assert tampered(library) is None


@pytest.mark.parametrize("what", ["changed", "left out"])
def test_an_action_that_was_tampered_with_is_noticed(library: Library, what: str) -> None:
    for image_id in (1, 2, 3):
        act(library, image_id)
    second = moderation_log.c.id == 2
    with library.work() as work:
        if what == "changed":
            work.execute(update(moderation_log).where(second).values(details="{}"))
        else:
            work.execute(delete(moderation_log).where(second))
    assert tampered(library) == (2 if what == "changed" else 3)
