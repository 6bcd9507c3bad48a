"""Reports of duplicates: by people, by the program after processing, and what staff do with them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.libraries import add_image, add_person, add_upload, png, scoped, wrong_counters

from polybooru.db.tables import duplicate_reports, images, moderation_log
from polybooru.library import jobs
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.duplicate_decisions import accept_duplicate_report, accept_reversed_duplicate_report
from polybooru.library.duplicate_search import MAX_REPORTS, REASON, nearest, report_look_alikes
from polybooru.library.duplicates import (
    MAX_OPEN,
    MAX_REASON_BYTES,
    DuplicateReport,
    DuplicateState,
    claim_duplicate_report,
    list_duplicate_reports,
    reject_duplicate_report,
    reject_duplicates_of,
    report_duplicate,
    unclaim_duplicate_report,
)
from polybooru.library.errors import (
    DuplicateReportNotFound,
    ImageNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
)
from polybooru.library.images import hide_image
from polybooru.library.library import Library
from polybooru.library.report_queue import list_reports
from polybooru.library.report_rows import Category
from polybooru.library.reports import report_image
from polybooru.library.representations import process_again, represent

GREY = (100.0, 100.5, 100.75, 100.125)
EVERY_STATE = frozenset(DuplicateState)


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def listed(library: Library, staff: Actor, **wanted: Any) -> list[DuplicateReport]:
    with library.reading() as reading:
        return list_duplicate_reports(reading, staff, **{"limit": 100, **wanted})


def bright(*corners: float, **more: Any) -> dict[str, Any]:
    names = ("intensity_nw", "intensity_ne", "intensity_sw", "intensity_se")
    return {**dict(zip(names, corners, strict=True)), "perceptual_hash": 5, "is_processed": True, **more}


def process(library: Library) -> None:
    with library.work() as work:
        taken = jobs.take(work, jobs.REPRESENT, limit=10, lease_seconds=60)
    for job in taken:
        represent(library, job)


def test_people_report_two_images_that_they_see(library: Library, alice: Actor, staff: Actor) -> None:
    one, two = add_image(library), add_image(library)
    report_id = do(library, report_duplicate, alice, two, one, reason="same, smaller")
    found = listed(library, staff)
    assert [(r.id, r.image_id, r.duplicate_of_image_id, r.user_id, r.reason, r.state) for r in found] == [
        (report_id, two, one, alice.user_id, "same, smaller", DuplicateState.OPEN)
    ]
    for pair in ((two, one), (one, two)):
        with pytest.raises(InvalidValue, match="already"):
            do(library, report_duplicate, staff, *pair)
    do(library, reject_duplicate_report, staff, report_id)
    assert do(library, report_duplicate, alice, one, two) > report_id


@pytest.mark.parametrize("values", [{"hidden_from_users": True}, {"is_approved": False}])
def test_an_image_out_of_sight_is_not_there_on_either_side(
    library: Library, alice: Actor, values: dict[str, Any]
) -> None:
    one, two = add_image(library), add_image(library, **values)
    for pair in ((one, two), (two, one), (one, 4_711), (0, one), (2**70, one)):
        with pytest.raises(ImageNotFound):
            do(library, report_duplicate, alice, *pair)


def test_only_who_may_write_reports_and_nobody_an_image_with_itself(library: Library, alice: Actor) -> None:
    one, two = add_image(library), add_image(library)
    for actor, error in ((ANONYMOUS, LoginRequired), (scoped(alice, "interact"), NotAllowed)):
        with pytest.raises(error):
            do(library, report_duplicate, actor, one, two)
    with pytest.raises(InvalidValue, match="itself"):
        do(library, report_duplicate, alice, one, one)
    for reason in ("x" * (MAX_REASON_BYTES + 1), "é" * MAX_REASON_BYTES):
        with pytest.raises(InvalidValue, match=str(MAX_REASON_BYTES)):
            do(library, report_duplicate, alice, one, two, reason=reason)
    do(library, report_duplicate, alice, one, two, reason="x" * MAX_REASON_BYTES)


def test_one_person_has_only_so_many_that_wait(library: Library, alice: Actor, staff: Actor) -> None:
    first, *others = [add_image(library) for _ in range(MAX_OPEN + 2)]
    for other in others[:-1]:
        do(library, report_duplicate, alice, first, other)
    with pytest.raises(InvalidValue, match=str(MAX_OPEN)):
        do(library, report_duplicate, alice, first, others[-1])
    do(library, report_duplicate, staff, first, others[-1])


def test_many_who_report_one_pair_at_once_make_one_report(library: Library, staff: Actor) -> None:
    one, two = add_image(library), add_image(library)
    people = [add_person(library, f"p{number}") for number in range(8)]

    def attempt(number: int) -> bool:
        try:
            do(library, report_duplicate, people[number], *((one, two) if number % 2 else (two, one)))
        except InvalidValue:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert len(listed(library, staff)) == 1


def test_staff_claim_give_back_and_reject_each_with_an_entry(
    library: Library, alice: Actor, staff: Actor
) -> None:
    other = add_person(library, "mod2", Role.MODERATOR)
    report_id = do(library, report_duplicate, alice, add_image(library), add_image(library))

    def state() -> tuple[DuplicateState, int | None]:
        found = listed(library, staff, states=EVERY_STATE)[0]
        return found.state, found.staff_user_id

    do(library, unclaim_duplicate_report, staff, report_id)
    do(library, claim_duplicate_report, staff, report_id)
    do(library, claim_duplicate_report, staff, report_id)
    assert state() == (DuplicateState.CLAIMED, staff.user_id)
    with pytest.raises(InvalidValue, match="somebody else"):
        do(library, claim_duplicate_report, other, report_id)
    do(library, unclaim_duplicate_report, other, report_id)
    assert state() == (DuplicateState.OPEN, None)
    do(library, claim_duplicate_report, other, report_id)
    do(library, reject_duplicate_report, staff, report_id)
    assert state() == (DuplicateState.REJECTED, staff.user_id)
    for verb in (claim_duplicate_report, unclaim_duplicate_report, reject_duplicate_report):
        with pytest.raises(InvalidValue, match="rejected already"):
            do(library, verb, staff, report_id)
        with pytest.raises(NotAllowed):
            do(library, verb, alice, report_id)
        with pytest.raises(DuplicateReportNotFound):
            do(library, verb, staff, 4_711)
    with library.reading() as reading:
        logged = (
            reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars().all()
        )
        with pytest.raises(NotAllowed):
            list_duplicate_reports(reading, alice, limit=1)
    assert logged == [f"duplicate.{what}" for what in ("claim", "unclaim", "claim", "reject")]


def test_reports_of_an_image_that_goes_are_rejected_and_no_others(
    library: Library, alice: Actor, staff: Actor
) -> None:
    one, two, three = (add_image(library) for _ in range(3))
    ids = [do(library, report_duplicate, alice, *pair) for pair in ((one, two), (two, three), (one, three))]
    do(library, claim_duplicate_report, staff, ids[1])
    with library.work() as work:
        assert reject_duplicates_of(work, two, staff_user_id=staff.user_id) == 2
        assert reject_duplicates_of(work, two, staff_user_id=staff.user_id) == 0
    assert [r.id for r in listed(library, staff)] == [ids[2]]
    assert [r.id for r in listed(library, staff, image_id=two, states=EVERY_STATE)] == ids[1::-1]
    assert [r.id for r in listed(library, staff, user_id=alice.user_id, before_id=ids[2])] == []


def test_a_picture_uploaded_twice_is_reported_once_it_is_processed_and_only_once(
    library: Library, alice: Actor, staff: Actor
) -> None:
    first = add_upload(library, alice, content=png(40, 30, colour=0x808080))
    process(library)
    assert listed(library, staff) == []
    second = add_upload(library, alice, content=png(40, 30, colour=0x808082))
    add_upload(library, alice, content=png(40, 30, colour=0xF0F0F0))
    add_upload(library, alice, content=png(80, 20, colour=0x808080))
    process(library)
    found = listed(library, staff)
    assert [(r.image_id, r.duplicate_of_image_id, r.user_id, r.reason) for r in found] == [
        (second, first, None, REASON)
    ]
    do(library, reject_duplicate_report, staff, found[0].id)
    for image_id in (first, second):
        do(library, process_again, image_id)
    process(library)
    assert len(listed(library, staff, states=EVERY_STATE)) == 1


def test_two_workers_that_process_the_same_picture_at_once_report_it_once(
    library: Library, alice: Actor, staff: Actor
) -> None:
    for blue in range(4):
        add_upload(library, alice, content=png(40, 30, colour=0x404040 + blue))
    with library.work() as work:
        taken = jobs.take(work, jobs.REPRESENT, limit=10, lease_seconds=60)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda job: represent(library, job), taken))
    pairs = [frozenset({r.image_id, r.duplicate_of_image_id}) for r in listed(library, staff)]
    assert len(pairs) == len(set(pairs)) == 6


@pytest.mark.parametrize(
    ("corners", "size", "is_near"),
    [
        ((100.6, 100.5, 100.75, 100.125), (40, 30), True),
        ((99.4, 101.1, 101.35, 99.525), (40, 30), True),
        ((100.601, 100.5, 100.75, 100.125), (40, 30), False),
        ((100.0, 100.5, 100.149, 100.125), (40, 30), False),
        (GREY, (400, 300), True),
        (GREY, (138, 100), True),
        (GREY, (139, 100), False),
        (GREY, (100, 77), True),
        (GREY, (100, 79), False),
    ],
)
def test_near_is_within_the_windows(
    library: Library, corners: tuple[float, ...], size: tuple[int, int], is_near: bool
) -> None:
    other = add_image(library, **bright(*corners, width_px=size[0], height_px=size[1]))
    with library.work() as work:
        assert nearest(work, 4_711, GREY, 4 / 3) == ([other] if is_near else [])
        assert nearest(work, other, GREY, 4 / 3) == []


def test_the_nearest_ten_in_sight_are_reported(library: Library, staff: Actor) -> None:
    new = add_image(library)
    around = [add_image(library, **bright(100 + step / 100, *GREY[1:])) for step in range(14, 0, -1)]
    add_image(library, **bright(*GREY, hidden_from_users=True))
    add_image(library, **bright(*GREY, is_approved=False))
    do(library, report_duplicate, staff, around[-1], new)
    with library.work() as work:
        reported = report_look_alikes(work, new, GREY, 4 / 3)
    assert reported == around[:-11:-1][1:]
    assert len(reported) == MAX_REPORTS - 1
    with library.work() as work:
        assert report_look_alikes(work, new, GREY, 4 / 3) == []
        work.execute(update(images).where(images.c.id == new).values(hidden_from_users=True))
        work.execute(duplicate_reports.delete())
    with library.work() as work:
        assert report_look_alikes(work, new, GREY, 4 / 3) == []


@pytest.mark.parametrize("verb", [accept_duplicate_report, accept_reversed_duplicate_report])
def test_accepting_merges_and_settles_what_else_was_reported(
    library: Library, alice: Actor, staff: Actor, verb: Any
) -> None:
    one, two, three = (add_image(library) for _ in range(3))
    accepted = do(library, report_duplicate, alice, one, two)
    also = do(library, report_duplicate, alice, three, one if verb is accept_duplicate_report else two)
    do(library, claim_duplicate_report, add_person(library, "other", Role.MODERATOR), accepted)
    do(library, verb, staff, accepted)
    gone, kept = (one, two) if verb is accept_duplicate_report else (two, one)
    with library.reading() as reading:
        targets = dict(reading.execute(select(images.c.id, images.c.duplicate_id)).all())
    assert targets == {gone: kept, kept: None, three: None}
    states = {report.id: report.state for report in listed(library, staff, states=EVERY_STATE)}
    assert states == {accepted: DuplicateState.ACCEPTED, also: DuplicateState.REJECTED}
    with pytest.raises(InvalidValue, match="accepted already"):
        do(library, verb, staff, accepted)


def test_hiding_an_image_closes_its_reports_and_rejects_its_duplicates(
    library: Library, alice: Actor, staff: Actor
) -> None:
    one, two = add_image(library), add_image(library)
    do(library, report_duplicate, alice, one, two)
    for image_id in (one, two):
        do(library, report_image, alice, image_id, category=Category.OTHER, reason="see")
    do(library, hide_image, staff, one, reason="blurry")
    assert listed(library, staff) == []
    with library.reading() as reading:
        assert [report.object_id for report in list_reports(reading, staff, limit=9)] == [two]


def test_accepting_and_reversing_at_once_merges_once(library: Library, alice: Actor, staff: Actor) -> None:
    one, two = add_image(library), add_image(library)
    report_id = do(library, report_duplicate, alice, one, two)

    def attempt(verb: Any) -> bool:
        try:
            do(library, verb, staff, report_id)
        except (InvalidValue, ImageNotFound):
            return False
        return True

    verbs = [accept_duplicate_report, accept_reversed_duplicate_report, reject_duplicate_report] * 2
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, verbs)) == 1
    assert wrong_counters(library) == []
