"""Waiting for approval: for everybody but uploader and staff there is no such image, whatever they ask."""

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import select, update
from tests.libraries import Clock, Place, add_image, add_person, add_upload, png, scoped, wrong_counters

from polybooru.db.tables import changes, images, moderation_log, reports
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.approval import approve_image, awaiting_approval, unverify_user, verify_user
from polybooru.library.comments import post_comment
from polybooru.library.errors import ImageNotFound, InvalidValue, LoginRequired, NotAllowed, UserNotFound
from polybooru.library.fingerprints import signed
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.image_search import Deleted, ImageSearch
from polybooru.library.image_visibility import check_may_see, lock_images
from polybooru.library.images import feature_image, find_image, hide_image, unhide_image
from polybooru.library.interactions import fave, hide, vote
from polybooru.library.library import Library
from polybooru.library.reverse_search import Picture, near_picture
from polybooru.library.tag_edits import edit_image_tags
from polybooru.library.tag_suggestions import suggest_tags
from polybooru.library.tags import find_tag_by_slug
from polybooru.search.language.limits import Limits

GREY = (100.0, 100.5, 100.75, 100.123456)
EVERYTHING = 2


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


@pytest.fixture
def waiting(library: Library, alice: Actor) -> int:
    """An unapproved image of Alice, processed."""
    fingerprint = dict(zip(("nw", "ne", "sw", "se"), GREY, strict=True))
    return add_image(
        library,
        ["safe", "lynx"],
        uploader_id=alice.user_id,
        is_approved=False,
        perceptual_hash=signed(5),
        is_processed=True,
        **{f"intensity_{corner}": value for corner, value in fingerprint.items()},
    )


def found(library: Library, actor: Actor, text: str = "*", deleted: Deleted = Deleted.NOT) -> list[int]:
    search = ImageSearch(library, Limits())
    applied = search.filter_for(actor, EVERYTHING)
    order = search.order("id", descending=False)
    tree = search.parse(actor, text)
    page = search.find(
        actor, tree, order=order, offset=0, limit=50, hidden_by=applied, deleted=deleted, with_own_hidden=True
    )
    sample = search.sample(actor, tree, 50, rng=Random(1), hidden_by=applied, with_own_hidden=True)
    if deleted is Deleted.NOT:
        assert (page.total, sorted(sample)) == (len(page.ids), list(page.ids))
    return list(page.ids)


def looked_alike(library: Library) -> int:
    return near_picture(library, Picture(intensities=GREY, aspect_ratio=4 / 3), distance=1, limit=9).total


def uses(library: Library, slug: str) -> int:
    with library.reading() as reading:
        return find_tag_by_slug(reading, slug).image_count


@pytest.mark.parametrize("deleted", Deleted)
def test_no_search_has_it_not_even_for_uploader_and_staff(
    library: Library, alice: Actor, staff: Actor, waiting: int, deleted: Deleted
) -> None:
    for actor in (ANONYMOUS, alice, staff):
        for text in ("lynx", f"id:{waiting}", "*", "-nothing"):
            assert found(library, actor, text, deleted) == []
    assert found(library, alice, "my:uploads") == []
    assert found(library, staff, "deleted:false", deleted) == []
    with library.work() as work:
        hide_image(work, staff, waiting, reason="blurred")
    assert found(library, staff, "*", deleted) == []
    library.replica.rebuild()
    assert found(library, staff, "*", deleted) == []
    assert library.replica.differences() == []


def test_nothing_counts_it_until_it_is_approved(
    library: Library, staff: Actor, waiting: int, clock: Clock
) -> None:
    assert (looked_alike(library), uses(library, "lynx"), wrong_counters(library)) == (0, 0, [])
    assert [(name.tag, name.uses) for name in suggest_tags(library, "lyn", 5)] in ([], [("lynx", 0)])
    clock.go_on(90.5)
    with library.work() as work:
        assert approve_image(work, staff, waiting)
    assert (looked_alike(library), uses(library, "lynx"), wrong_counters(library)) == (1, 1, [])
    assert [name.uses for name in suggest_tags(library, "lyn", 5)] == [1]
    assert found(library, ANONYMOUS, "lynx") == [waiting]
    with library.reading() as reading:
        assert find_image(reading, waiting).first_seen_at == clock.now.replace(microsecond=0)
        logged = reading.execute(select(moderation_log)).one()
    assert (logged.action, logged.user_id, logged.object_id) == ("image.approve", staff.user_id, waiting)
    with library.work() as work:
        assert not approve_image(work, staff, waiting)
    assert wrong_counters(library) == []
    assert library.replica.differences() == []


def test_by_id_only_uploader_and_staff_have_it(
    library: Library, alice: Actor, staff: Actor, waiting: int
) -> None:
    bob = add_person(library, "bob")
    nobodys = add_image(library, uploader_id=None, is_approved=False)
    for actor in (alice, staff):
        check_may_see(library, actor, waiting)
    for actor in (ANONYMOUS, bob, add_person(library, "helper", Role.ASSISTANT), scoped(staff, "read")):
        with pytest.raises(ImageNotFound):
            check_may_see(library, actor, waiting)
        with pytest.raises(ImageNotFound):
            check_may_see(library, actor, nobodys)
    with library.work() as work:
        approve_image(work, staff, waiting)
    check_may_see(library, ANONYMOUS, waiting)
    with library.work() as work:
        hide_image(work, staff, waiting, reason="a stub is left")
    check_may_see(library, ANONYMOUS, waiting)
    for image_id in (0, -1, 2**31, 2**70, 99):
        with pytest.raises(ImageNotFound):
            check_may_see(library, staff, image_id)


def test_an_index_that_does_not_know_it_yet_hides_it_all_the_same(place: Place, library: Library) -> None:
    with place.library(is_loaded=False) as other:
        alice = add_person(other, "alice")
        behind = add_image(other, uploader_id=alice.user_id, is_approved=False)
        assert behind not in library.replica.index
        check_may_see(library, alice, behind)
        with pytest.raises(ImageNotFound):
            check_may_see(library, ANONYMOUS, behind)


def test_others_can_do_nothing_with_it(library: Library, alice: Actor, staff: Actor, waiting: int) -> None:
    bob = add_person(library, "bob")
    with library.work() as work:
        own = create_gallery(work, bob, GalleryText(title="cats"))
        hers = create_gallery(work, alice, GalleryText(title="cats"))
    refused = (
        lambda work: fave(work, bob, waiting),
        lambda work: vote(work, bob, waiting, is_up=True),
        lambda work: hide(work, bob, waiting),
        lambda work: post_comment(work, bob, waiting, "hello"),
        lambda work: add_images(work, bob, own, [waiting]),
        lambda work: add_images(work, alice, hers, [waiting]),  # whoever looks at the gallery would see it
        lambda work: create_gallery(work, alice, GalleryText(title="cover", cover_id=waiting)),
        lambda work: lock_images(work, bob, waiting),
    )
    for verb in refused:
        with pytest.raises(ImageNotFound), library.work() as work:
            verb(work)
    for verb in (approve_image, feature_image):
        with pytest.raises(NotAllowed), library.work() as work:
            verb(work, bob, waiting)
    with pytest.raises(LoginRequired), library.work() as work:
        approve_image(work, ANONYMOUS, waiting)
    with pytest.raises(InvalidValue), library.work() as work:
        feature_image(work, staff, waiting)
    with library.work() as work:
        assert fave(work, alice, waiting).faves == 1
        post_comment(work, staff, waiting, "blurred")
    assert (wrong_counters(library), library.replica.differences()) == ([], [])


def test_hiding_takes_it_out_of_the_queue_and_counts_nothing_twice(
    library: Library, alice: Actor, staff: Actor, waiting: int
) -> None:
    second = add_image(library, uploader_id=alice.user_id, is_approved=False)

    def queue(**which: int) -> list[int]:
        with library.reading() as reading:
            return list(awaiting_approval(reading, staff, **which))

    assert (queue(), queue(after=waiting), queue(limit=1)) == ([waiting, second], [second], [waiting])
    with library.work() as work:
        hide_image(work, staff, waiting, reason="blurred")
        hide_image(work, staff, waiting, reason="very blurred")
    assert (queue(), wrong_counters(library)) == ([second], [])
    with library.work() as work:
        approve_image(work, staff, waiting)
    assert (found(library, ANONYMOUS), wrong_counters(library)) == ([], [])
    with library.work() as work:
        unhide_image(work, staff, waiting)
    assert (found(library, ANONYMOUS), wrong_counters(library)) == ([waiting], [])
    assert library.replica.differences() == []
    with pytest.raises(NotAllowed), library.reading() as reading:
        awaiting_approval(reading, alice)


def test_its_tags_are_edited_by_uploader_and_staff_and_counted_nowhere(
    library: Library, alice: Actor, staff: Actor, waiting: int
) -> None:
    bob, more = add_person(library, "bob"), ["safe", "lynx", "snow", "forest"]
    with library.work() as work:
        edit_image_tags(work, alice, waiting, ["safe", "lynx"], more)
    with library.work() as work:
        edit_image_tags(work, staff, waiting, more, [*more[:3], "rocks"])
    with pytest.raises(ImageNotFound), library.work() as work:
        edit_image_tags(work, bob, waiting, more, ["safe", "dog", "cat"])
    assert (uses(library, "snow"), uses(library, "rocks"), wrong_counters(library)) == (0, 0, [])
    assert [name.uses for name in suggest_tags(library, "rock", 5)] in ([], [0])
    with library.reading() as reading:
        actions = reading.execute(select(moderation_log.c.action, moderation_log.c.user_id)).all()
    assert actions == [("image.tag", staff.user_id)]
    with library.work() as work:
        approve_image(work, staff, waiting)
    assert (uses(library, "rocks"), wrong_counters(library)) == (1, [])
    assert [name.uses for name in suggest_tags(library, "rock", 5)] == [1]
    assert library.replica.differences() == []


def is_approved(library: Library, image_id: int) -> bool:
    with library.reading() as reading:
        return find_image(reading, image_id).is_approved


@pytest.mark.parametrize(
    ("role", "wanted", "expected"),
    [
        (Role.USER, 0, [True] * 3),
        (Role.USER, 1, [False, False, True]),
        (Role.ASSISTANT, 1, [False, False, True]),
        (Role.MODERATOR, 1, [True] * 3),
        (Role.ADMIN, 9, [True] * 3),
        (Role.USER, 2, [False] * 3),
    ],
)
def test_first_uploads_wait_as_the_board_wants(
    place: Place, role: Role, wanted: int, expected: list[bool]
) -> None:
    place.policy = replace(place.policy, first_uploads_to_approve=wanted)
    with place.library() as library:
        person, staff = add_person(library, "new", role), add_person(library, "mod", Role.ADMIN)
        made = [add_upload(library, person, content=png(colour=1)), add_upload(library, person)]
        told = [is_approved(library, image_id) for image_id in made]
        with library.work() as work:
            approve_image(work, staff, made[0])
        made.append(add_upload(library, person, content=png(colour=2)))
        assert [*told, is_approved(library, made[2])] == expected
        assert (wrong_counters(library), library.replica.differences()) == ([], [])
        with library.work() as work:
            hide_image(work, staff, made[0], reason="not so good after all")
            work.execute(update(images).where(images.c.id.in_(made[1:])).values(is_approved=False))
        if wanted and role is not Role.MODERATOR and role is not Role.ADMIN:
            assert not is_approved(library, add_upload(library, person, content=png(colour=3)))


def test_the_verified_wait_no_more(place: Place) -> None:
    place.policy = replace(place.policy, first_uploads_to_approve=1)
    with place.library() as library:
        person, staff = add_person(library, "new"), add_person(library, "mod", Role.ADMIN)
        first = add_upload(library, person, content=png(colour=1))
        with library.work() as work:
            verify_user(work, staff, person.user_id)
            verify_user(work, staff, person.user_id)
        second = add_upload(library, person, content=png(colour=2))
        with library.work() as work:
            work.execute(update(images).where(images.c.id == second).values(hidden_from_users=True))
            unverify_user(work, staff, person.user_id)
        third = add_upload(library, person, content=png(colour=3))
        assert [is_approved(library, image_id) for image_id in (first, second, third)] == [False, True, False]
        with library.reading() as reading:
            actions = reading.execute(select(moderation_log.c.action, moderation_log.c.object_id)).all()
            told = (
                reading.execute(select(changes.c.object_id).where(changes.c.kind == "user")).scalars().all()
            )
        assert actions == [("user.verify", person.user_id), ("user.unverify", person.user_id)]
        assert told[-2:] == [person.user_id] * 2
        for actor, error in ((person, NotAllowed), (ANONYMOUS, LoginRequired)):
            with pytest.raises(error), library.work() as work:
                verify_user(work, actor, person.user_id)
        for user_id in (0, 99, 2**70):
            with pytest.raises(UserNotFound), library.work() as work:
                verify_user(work, staff, user_id)


@pytest.mark.parametrize(("is_verified", "expected"), [(False, 1), (True, 0)])
def test_the_fifth_approved_image_reminds_staff_once_to_verify_its_uploader(
    place: Place, is_verified: bool, expected: int
) -> None:
    place.policy = replace(place.policy, first_uploads_to_approve=3)
    with place.library() as library:
        person = add_person(library, "new", is_verified=is_verified)
        staff = add_person(library, "mod", Role.ADMIN)
        told = []
        for number in range(6):
            image_id = add_upload(library, person, content=png(colour=number))
            with library.work() as work:
                approve_image(work, staff, image_id)
            with library.reading() as reading:
                told.append(len(reading.execute(select(reports)).all()))
        assert told == [0, 0, 0, 0, expected, expected]
        if expected:
            with library.reading() as reading:
                [report] = reading.execute(select(reports)).all()
            assert (report.object_kind, report.object_id, report.category) == (
                "user",
                person.user_id,
                "Verification",
            )
