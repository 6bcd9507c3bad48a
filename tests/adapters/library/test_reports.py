"""Reports: what may be reported by whom, how often, and what staff do with them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.libraries import Clock, add_image, add_person, scoped

from polybooru.db.tables import comments, forums, galleries, images, moderation_log, posts, reports, topics
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, BanNotice, Role
from polybooru.library.errors import (
    Banned,
    CommentNotFound,
    GalleryNotFound,
    ImageNotFound,
    InvalidValue,
    LoginRequired,
    NotAllowed,
    PostNotFound,
    ReportNotFound,
    TopicNotFound,
    UserNotFound,
)
from polybooru.library.granted import Granted
from polybooru.library.grants import add_grant
from polybooru.library.library import Library
from polybooru.library.report_queue import (
    WAITING,
    Report,
    claim_report,
    close_report,
    list_own_reports,
    list_reports,
    unclaim_report,
)
from polybooru.library.report_rows import (
    INTERNAL,
    Category,
    Reportable,
    ReportState,
    close_reports_of,
    report_by_program,
)
from polybooru.library.reports import (
    MAX_OPEN,
    MAX_REASON_BYTES,
    SharedReport,
    report_comment,
    report_gallery,
    report_image,
    report_post,
    report_topic,
    report_user,
    share_report_of_image,
)

EVERY_STATE = frozenset(ReportState)


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def bob(library: Library) -> Actor:
    return add_person(library, "bob")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def report(library: Library, actor: Actor, image_id: int, verb: Any = report_image, **facts: Any) -> int:
    return do(library, verb, actor, image_id, **{"category": Category.RULE_1, "reason": "spam", **facts})


def listed(library: Library, actor: Actor, **wanted: Any) -> list[Report]:
    with library.reading() as reading:
        return list_reports(reading, actor, **{"limit": 100, **wanted})


def written(library: Library, author: Actor, *, access_level: str = "normal") -> dict[str, int]:
    """A topic with a post, a comment and a gallery, as rows."""
    moments = {"created_at": library.clock(), "updated_at": library.clock()}
    by = {"user_id": author.user_id, **moments}
    with library.work() as work:

        def put(table: Any, **values: Any) -> int:
            return work.execute(insert(table).values(values).returning(table.c.id)).scalar_one()

        forum = put(forums, short_name=f"f{access_level}", name="F", access_level=access_level)
        topic = put(topics, forum_id=forum, slug="t", title="T", **by)
        post = put(posts, topic_id=topic, topic_position=0, body="hello", **by)
        gallery = put(galleries, title="g", folded_title="g", **by)
    image = add_image(library)
    with library.work() as work:
        comment = put(comments, image_id=image, body="hi", **by)
        work.execute(update(images).where(images.c.id == image).values(comment_count=1))
    return {"topic": topic, "post": post, "gallery": gallery, "comment": comment, "image": image}


def test_people_report_whatever_they_see(library: Library, alice: Actor, bob: Actor, staff: Actor) -> None:
    ids = written(library, bob)
    for verb, kind, object_id in (
        (report_image, Reportable.IMAGE, ids["image"]),
        (report_comment, Reportable.COMMENT, ids["comment"]),
        (report_post, Reportable.POST, ids["post"]),
        (report_topic, Reportable.TOPIC, ids["topic"]),
        (report_gallery, Reportable.GALLERY, ids["gallery"]),
        (report_user, Reportable.USER, bob.user_id or 0),
    ):
        report_id = report(library, alice, object_id, verb, reason=f"about a {kind.value}\nand more\0")
        found = listed(library, staff, kind=kind)[0]
        assert (found.id, found.object_kind, found.object_id) == (report_id, kind, object_id)
        assert (found.user_id, found.category, found.state) == (
            alice.user_id, Category.RULE_1, ReportState.OPEN,
        )  # fmt: skip
        assert found.reason == f"about a {kind.value}\nand more"
    assert len(listed(library, staff)) == 6


def test_what_is_out_of_sight_cannot_be_reported(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    ids = written(library, bob)
    secret = written(library, bob, access_level="staff")
    with library.work() as work:
        for table, name in ((comments, "comment"), (posts, "post")):
            work.execute(update(table).where(table.c.id == ids[name]).values(hidden_from_users=True))
    hidden = add_image(library, hidden_from_users=True, deletion_reason="no")
    wanted = [
        (report_image, hidden, ImageNotFound),
        (report_comment, ids["comment"], CommentNotFound),
        (report_post, ids["post"], PostNotFound),
        (report_topic, secret["topic"], TopicNotFound),
        (report_post, secret["post"], PostNotFound),
        (report_image, add_image(library, is_approved=False), ImageNotFound),
    ]
    for verb, object_id, error in wanted:
        with pytest.raises(error):
            report(library, alice, object_id, verb)
    for verb, object_id in ((report_topic, secret["topic"]), (report_post, secret["post"])):
        assert report(library, staff, object_id, verb)
    with pytest.raises(ImageNotFound):
        report(library, staff, hidden)
    with library.work() as work:
        work.execute(update(images).where(images.c.id == ids["image"]).values(hidden_from_users=True))
        work.execute(update(comments).values(hidden_from_users=False))
    with pytest.raises(CommentNotFound):
        report(library, alice, ids["comment"], report_comment)


def test_what_there_is_not_cannot_be_reported(library: Library, alice: Actor) -> None:
    for verb, error in (
        (report_image, ImageNotFound),
        (report_comment, CommentNotFound),
        (report_post, PostNotFound),
        (report_topic, TopicNotFound),
        (report_gallery, GalleryNotFound),
        (report_user, UserNotFound),
    ):
        for object_id in (0, -1, 4_711, 2**63, 10**40):
            with pytest.raises(error):
                report(library, alice, object_id, verb)


@pytest.mark.parametrize("category", sorted(INTERNAL))
def test_categories_of_the_program_are_not_for_people(
    library: Library, alice: Actor, category: Category
) -> None:
    with pytest.raises(InvalidValue, match="not for people"):
        report(library, alice, add_image(library), category=category)


@pytest.mark.parametrize("reason", ["", " \n", "\0", "x" * (MAX_REASON_BYTES + 1), "é" * MAX_REASON_BYTES])
def test_a_report_needs_a_reason_within_its_length(library: Library, alice: Actor, reason: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        report(library, alice, add_image(library), reason=reason)
    assert refused.value.field == "reason"


def test_only_people_in_good_standing_report(library: Library, alice: Actor) -> None:
    image_id = add_image(library)
    ban = BanNotice(code="U1", reason="spam", expires_at=None)
    banned = Actor(user_id=alice.user_id, role=Role.USER, ban=ban)
    for actor, error in (
        (ANONYMOUS, LoginRequired),
        (OPERATOR, LoginRequired),
        (banned, Banned),
        (scoped(alice, "read", "interact"), NotAllowed),
    ):
        with pytest.raises(error):
            report(library, actor, image_id)
        with pytest.raises(error):
            do(library, share_report_of_image, actor, image_id)


def test_one_person_reports_one_thing_once_until_staff_closed_it(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    image_id = add_image(library)
    first = report(library, alice, image_id)
    with pytest.raises(InvalidValue, match="already"):
        report(library, alice, image_id, category=Category.OTHER)
    report(library, bob, image_id)
    do(library, close_report, staff, first)
    assert report(library, alice, image_id) > first


def test_nobody_has_more_open_reports_than_the_limit_not_even_at_once(
    library: Library, alice: Actor, staff: Actor
) -> None:
    image_ids = [add_image(library) for _ in range(MAX_OPEN + 10)]

    def attempt(image_id: int) -> bool:
        try:
            report(library, alice, image_id)
        except InvalidValue:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, image_ids)) == MAX_OPEN
    with pytest.raises(InvalidValue, match=str(MAX_OPEN)):
        do(library, share_report_of_image, alice, add_image(library))
    do(library, close_report, staff, listed(library, staff, user_id=alice.user_id)[0].id)
    report(library, alice, add_image(library))
    for image_id in image_ids:
        report(library, staff, image_id)


def test_staff_claim_give_back_and_close_each_with_an_entry_in_the_log(
    library: Library, alice: Actor, staff: Actor, clock: Clock
) -> None:
    report_id, other = report(library, alice, add_image(library)), add_person(library, "mod2", Role.MODERATOR)
    clock.go_on(60)

    def state() -> tuple[ReportState, int | None]:
        found = listed(library, staff, states=EVERY_STATE)[0]
        return found.state, found.staff_user_id

    do(library, unclaim_report, staff, report_id)
    assert state() == (ReportState.OPEN, None)
    do(library, claim_report, staff, report_id)
    do(library, claim_report, staff, report_id)
    with pytest.raises(InvalidValue, match="somebody else"):
        do(library, claim_report, other, report_id)
    assert state() == (ReportState.IN_PROGRESS, staff.user_id)
    do(library, unclaim_report, other, report_id)
    assert state() == (ReportState.OPEN, None)
    do(library, claim_report, other, report_id)
    do(library, close_report, staff, report_id)
    do(library, close_report, other, report_id)
    assert state() == (ReportState.CLOSED, staff.user_id)
    for verb in (claim_report, unclaim_report):
        with pytest.raises(InvalidValue, match="closed"):
            do(library, verb, staff, report_id)
    with library.reading() as reading:
        logged = (
            reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars().all()
        )
    assert logged == [f"report.{what}" for what in ("claim", "unclaim", "claim", "close")]
    assert listed(library, staff, states=EVERY_STATE)[0].updated_at == clock.now


def test_two_who_claim_at_once_do_not_both_have_it(library: Library, alice: Actor) -> None:
    report_id = report(library, alice, add_image(library))
    people = [add_person(library, f"mod{number}", Role.MODERATOR) for number in range(6)]

    def attempt(actor: Actor) -> bool:
        try:
            do(library, claim_report, actor, report_id)
        except InvalidValue:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, people)) == 1


def test_people_see_their_own_reports_and_staff_all(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    image_ids = [add_image(library) for _ in range(3)]
    of_alice = [report(library, alice, image_id) for image_id in image_ids]
    of_bob = report(library, bob, image_ids[0], category=Category.TAKEDOWN)
    for verb in (claim_report, close_report):
        for actor, error in ((alice, NotAllowed), (ANONYMOUS, LoginRequired)):
            with pytest.raises(error):
                do(library, verb, actor, of_bob)
        with pytest.raises(ReportNotFound):
            do(library, verb, staff, 4_711)
    do(library, close_report, staff, of_alice[0])
    do(library, claim_report, staff, of_alice[1])
    with library.reading() as reading:
        assert [r.id for r in list_own_reports(reading, alice, limit=2)] == of_alice[:0:-1]
        assert [r.id for r in list_own_reports(reading, alice, before_id=of_alice[1], limit=2)] == of_alice[
            :1
        ]
        with pytest.raises(NotAllowed):
            list_reports(reading, alice, limit=1)
        with pytest.raises(LoginRequired):
            list_own_reports(reading, ANONYMOUS, limit=1)

    def ids(**wanted: Any) -> list[int]:
        return [found.id for found in listed(library, staff, **wanted)]

    assert ids() == [of_bob, of_alice[2], of_alice[1]]
    assert ids(states=EVERY_STATE) == [of_bob, *of_alice[::-1]]
    assert ids(states={ReportState.CLOSED}) == [of_alice[0]]
    assert ids(category=Category.TAKEDOWN) == [of_bob]
    assert ids(user_id=bob.user_id) == [of_bob]
    assert ids(kind=Reportable.IMAGE, object_id=image_ids[0], states=WAITING) == [of_bob]
    assert ids(staff_user_id=staff.user_id) == [of_alice[1]]
    assert ids(before_id=of_bob, limit=1) == [of_alice[2]]


def test_dealing_with_a_thing_closes_its_reports_and_no_others(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    one, two = add_image(library), add_image(library)
    for actor in (alice, bob):
        report(library, actor, one)
    other = report(library, alice, two)
    with library.work() as work:
        report_by_program(work, Reportable.USER, one, Category.REVIEW, "new here")
        assert close_reports_of(work, Reportable.IMAGE, one, staff_user_id=staff.user_id) == 2
        assert close_reports_of(work, Reportable.IMAGE, one, staff_user_id=None) == 0
    left = listed(library, staff)
    assert [(r.object_kind, r.user_id) for r in left] == [
        (Reportable.USER, None), (Reportable.IMAGE, alice.user_id),
    ]  # fmt: skip
    assert left[1].id == other
    closed = listed(library, staff, states={ReportState.CLOSED})
    assert {r.staff_user_id for r in closed} == {staff.user_id}


def test_a_shared_report_has_its_first_reason_and_its_last_author(
    library: Library, alice: Actor, bob: Actor, staff: Actor
) -> None:
    image_id, alice_id, bob_id = add_image(library), alice.user_id or 0, bob.user_id or 0

    def share(actor: Actor, reason: str = "", **facts: Any) -> SharedReport:
        return do(library, share_report_of_image, actor, image_id, reason=reason, **facts)

    report(library, bob, image_id, reason="for the eyes of staff")
    first = share(alice, "wrong tags")
    assert first == SharedReport(image_id=image_id, author_id=alice_id, reason="wrong tags", existed=False)
    again = share(bob, "wrong artist")
    assert again == SharedReport(image_id=image_id, author_id=bob_id, reason="wrong tags", existed=True)
    assert share(bob) == again
    assert share(staff, author_id=alice.user_id).author_id == alice_id
    with pytest.raises(NotAllowed, match="grant"):
        share(bob, author_id=alice.user_id)
    do(library, add_grant, alice, bob.user_id, Granted.REPORT, alice.user_id)
    assert share(bob, author_id=alice.user_id).author_id == alice_id
    with pytest.raises(UserNotFound):
        share(staff, author_id=4_711)
    shared = [r for r in listed(library, staff) if r.is_shared]
    assert [(r.user_id, r.reason, r.category) for r in shared] == [(alice_id, "wrong tags", Category.OTHER)]
    do(library, close_report, staff, shared[0].id)
    assert share(bob) == SharedReport(image_id=image_id, author_id=bob_id, reason="", existed=False)


def test_a_shared_report_has_two_hundred_characters_at_most(library: Library, alice: Actor) -> None:
    image_id = add_image(library)
    with pytest.raises(InvalidValue):
        do(library, share_report_of_image, alice, image_id, reason="é" * 201)
    assert do(library, share_report_of_image, alice, image_id, reason="é" * 200).reason == "é" * 200
    with pytest.raises(ImageNotFound):
        do(library, share_report_of_image, alice, 4_711)


def test_many_who_share_a_report_at_once_make_one(library: Library) -> None:
    image_id = add_image(library)
    people = [add_person(library, f"p{number}") for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda who: do(library, share_report_of_image, who, image_id), people))
    assert sum(not answer.existed for answer in answers) == 1
    with library.reading() as reading:
        assert len(reading.execute(select(reports.c.id)).all()) == 1
