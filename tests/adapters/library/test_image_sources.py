"""Sources: their order and limits, the history of every change, and going back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.libraries import Clock, add_image, add_person, add_sources

from polybooru.db.tables import moderation_log
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.errors import EditRefused, ImageNotFound, InvalidValue, LoginRequired, NotAllowed
from polybooru.library.image_sources import (
    clear_source_history,
    edit_sources,
    find_sources,
    source_history,
)
from polybooru.library.images import hide_image
from polybooru.library.library import Library
from polybooru.library.source_reverts import (
    AT_ONCE,
    revert_source_change,
    revert_source_changes_of,
)

A, B, C, D = (f"https://{name}.example/" for name in "abcd")


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def vandal(library: Library) -> Actor:
    return add_person(library, "vandal")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def image_id(library: Library, alice: Actor) -> int:
    image_id = add_image(library, uploader_id=alice.user_id)
    add_sources(library, image_id, [A, B])
    return image_id


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def sources(library: Library, image_id: int) -> list[str]:
    with library.reading() as reading:
        return find_sources(reading, image_id)


def history(library: Library, image_id: int, actor: Actor = ANONYMOUS) -> list[tuple[str, bool, int | None]]:
    with library.reading() as reading:
        told = source_history(reading, actor, image_id)
    return [(change.url, change.is_added, change.user_id) for change in told]


def test_the_order_is_kept_and_every_change_is_recorded(
    library: Library, alice: Actor, image_id: int, clock: Clock
) -> None:
    clock.go_on(7)
    do(library, edit_sources, alice, image_id, [C, B, C, D])
    assert sources(library, image_id) == [C, B, D]
    assert history(library, image_id) == [
        (D, True, alice.user_id),
        (C, True, alice.user_id),
        (A, False, alice.user_id),
    ]
    do(library, edit_sources, alice, image_id, [D, C, B])
    assert (sources(library, image_id), len(history(library, image_id))) == ([D, C, B], 3)
    do(library, edit_sources, alice, image_id, [])
    assert (sources(library, image_id), len(history(library, image_id))) == ([], 6)
    assert library.replica.differences() == []


@pytest.mark.parametrize(
    "wanted",
    [
        ["ftp://a.example/"],
        ["https://a.example/\0"],
        ["https://a.example/\ud800"],
        [""],
        ["https://" + "x" * 248],
        [f"https://a.example/{number}" for number in range(16)],
    ],
)
def test_what_breaks_a_rule_changes_nothing(
    library: Library, alice: Actor, image_id: int, wanted: list[str]
) -> None:
    with pytest.raises(EditRefused):
        do(library, edit_sources, alice, image_id, wanted)
    assert (sources(library, image_id), history(library, image_id)) == ([A, B], [])


def test_who_may_edit(library: Library, alice: Actor, staff: Actor, image_id: int) -> None:
    with pytest.raises(LoginRequired):
        do(library, edit_sources, ANONYMOUS, image_id, [A])
    do(library, edit_sources, add_person(library, "anybody"), image_id, [A, B, C])
    do(library, hide_image, staff, image_id, reason="x")
    for actor in (alice, staff):
        with pytest.raises(ImageNotFound):
            do(library, edit_sources, actor, image_id, [A])


def test_the_history_names_no_anonymous_uploader(
    library: Library, alice: Actor, vandal: Actor, staff: Actor
) -> None:
    hers = add_image(library, uploader_id=alice.user_id, is_anonymous=True)
    do(library, edit_sources, alice, hers, [A])
    do(library, edit_sources, vandal, hers, [A, B])
    for actor, told in ((ANONYMOUS, None), (vandal, None), (alice, alice.user_id), (staff, alice.user_id)):
        assert history(library, hers, actor) == [(B, True, vandal.user_id), (A, True, told)]


def test_one_change_is_undone(library: Library, vandal: Actor, staff: Actor, image_id: int) -> None:
    do(library, edit_sources, vandal, image_id, [B, D])
    with library.reading() as reading:
        added, removed = source_history(reading, ANONYMOUS, image_id)
    assert (added.url, removed.url) == (D, A)
    assert do(library, revert_source_change, staff, removed.id)
    assert sources(library, image_id) == [B, D, A]
    assert do(library, revert_source_change, staff, added.id)
    assert sources(library, image_id) == [B, A]
    assert not do(library, revert_source_change, staff, added.id)
    assert history(library, image_id)[:2] == [(D, False, staff.user_id), (A, True, staff.user_id)]
    with pytest.raises(NotAllowed):
        do(library, revert_source_change, vandal, added.id)
    for change_id in (0, 99, 2**70):
        with pytest.raises(InvalidValue):
            do(library, revert_source_change, staff, change_id)


def test_all_that_a_person_did_in_a_time_is_undone(
    library: Library, alice: Actor, vandal: Actor, staff: Actor, image_id: int, clock: Clock
) -> None:
    others = [add_image(library) for _ in range(AT_ONCE)]
    do(library, edit_sources, vandal, image_id, [A, B, C])  # before the time
    clock.go_on(100)
    since = clock.now
    do(library, edit_sources, vandal, image_id, [D])
    do(library, edit_sources, alice, image_id, [D, C])
    do(library, edit_sources, vandal, image_id, [])
    for other in others:
        do(library, edit_sources, vandal, other, [D])
    clock.go_on(1)
    until = clock.now
    clock.go_on(1)
    do(library, edit_sources, vandal, others[0], [D, C])  # after it
    before, rounds = None, 0
    while rounds == 0 or before is not None:
        before = do(
            library,
            revert_source_changes_of,
            staff,
            vandal.user_id,
            since=since,
            until=until,
            before=before,
        )
        rounds += 1
    assert rounds == 2
    assert sorted(sources(library, image_id)) == [A, B, C]
    assert [sources(library, other) for other in others] == [[C], *[[]] * (AT_ONCE - 1)]
    with library.reading() as reading:
        logged = reading.execute(select(moderation_log.c.action)).scalars().all()
    assert logged == ["source_change.revert_all"] * 2
    assert library.replica.differences() == []
    with pytest.raises(NotAllowed):
        do(library, revert_source_changes_of, alice, vandal.user_id, since=since, until=until)
    later = until + timedelta(days=1)
    assert do(library, revert_source_changes_of, staff, 2**70, since=since, until=later) is None


def test_staff_clear_the_history(library: Library, alice: Actor, staff: Actor, image_id: int) -> None:
    do(library, edit_sources, alice, image_id, [C])
    with pytest.raises(NotAllowed):
        do(library, clear_source_history, alice, image_id)
    do(library, clear_source_history, staff, image_id)
    assert (history(library, image_id), sources(library, image_id)) == ([], [C])
