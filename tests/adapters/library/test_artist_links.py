"""Artist links and badges: who asks, who decides, and what follows."""

from typing import Any

import pytest
from sqlalchemy import select, update
from tests.libraries import add_person, scoped

from polybooru.db.tables import moderation_log, tags
from polybooru.library.actors import ANONYMOUS, Actor, Role
from polybooru.library.artist_links import (
    MAX_PER_USER,
    ArtistLink,
    LinkState,
    confirm_link_of_artist,
    has_verified_link,
    links_of_user,
    list_artist_links,
    mark_artist_contacted,
    reject_artist_link,
    request_artist_link,
    verify_artist_link,
    withdraw_artist_link,
)
from polybooru.library.badges import (
    ARTIST,
    award_badge,
    create_badge,
    disable_badge,
    edit_badge,
    enable_badge,
    list_awards,
    list_badges,
    revoke_award,
)
from polybooru.library.errors import (
    ArtistLinkNotFound,
    AwardNotFound,
    BadgeNotFound,
    InvalidValue,
    LoginRequired,
    NameTaken,
    NotAllowed,
    TagNotFound,
    UserNotFound,
)
from polybooru.library.library import Library
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tags import ensure_tags

PAGE = "https://example.org/me"


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def do(library: Library, verb: Any, *arguments: Any, **facts: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **facts)


def tag_id(library: Library, name: str = "artist:alice") -> int:
    with library.work() as work:
        return ensure_tags(work, [name])[name].id


def is_artist(library: Library, person: Actor, of_tag: int) -> bool:
    with library.reading() as reading:
        return has_verified_link(reading, person.user_id or 0, of_tag)


def awards(library: Library, person: Actor) -> list[str]:
    with library.reading() as reading:
        return [award.title for award in list_awards(reading, person.user_id or 0)]


def links(library: Library, seen_by: Actor, person: Actor) -> list[ArtistLink]:
    with library.reading() as reading:
        return links_of_user(reading, seen_by, person.user_id or 0)


def test_a_link_goes_its_way_to_the_badge_each_step_with_an_entry(
    library: Library, alice: Actor, staff: Actor
) -> None:
    artist = tag_id(library)
    link = do(library, request_artist_link, alice, artist, f" {PAGE} ")
    assert (link.url, link.state, len(link.code)) == (PAGE, LinkState.UNVERIFIED, 16)
    assert do(library, request_artist_link, alice, artist, PAGE) == link
    do(library, confirm_link_of_artist, staff, link.id)
    do(library, mark_artist_contacted, staff, link.id)
    assert not is_artist(library, alice, artist)
    assert awards(library, alice) == []
    for _ in range(2):
        do(library, verify_artist_link, staff, link.id)
    assert is_artist(library, alice, artist)
    assert awards(library, alice) == [ARTIST]
    for verb in (confirm_link_of_artist, mark_artist_contacted):
        with pytest.raises(InvalidValue, match="verified already"):
            do(library, verb, staff, link.id)
    do(library, reject_artist_link, staff, link.id)
    assert not is_artist(library, alice, artist)
    assert awards(library, alice) == []
    with library.reading() as reading:
        logged = (
            reading.execute(select(moderation_log.c.action).order_by(moderation_log.c.id)).scalars().all()
        )
    assert logged == [
        "artist_link.link_verified", "artist_link.contacted", "artist_link.verified", "badge.award",
        "artist_link.rejected",
    ]  # fmt: skip


def test_the_badge_stays_while_another_link_is_verified(library: Library, alice: Actor, staff: Actor) -> None:
    one, two = (
        do(library, request_artist_link, alice, tag_id(library, name), PAGE).id
        for name in ("artist:alice", "photographer:alice")
    )
    for link_id in (one, two):
        do(library, verify_artist_link, staff, link_id)
    assert awards(library, alice) == [ARTIST]
    do(library, withdraw_artist_link, alice, one)
    assert awards(library, alice) == [ARTIST]
    do(library, withdraw_artist_link, staff, two)
    assert awards(library, alice) == []
    assert links(library, staff, alice) == []


def test_links_are_shown_to_others_only_when_public_and_verified(
    library: Library, alice: Actor, staff: Actor
) -> None:
    bob = add_person(library, "bob")
    public = do(library, request_artist_link, alice, tag_id(library), PAGE)
    private = do(library, request_artist_link, alice, tag_id(library, "editor:a"), PAGE, is_public=False)
    do(library, verify_artist_link, staff, private.id)
    assert links(library, bob, alice) == links(library, ANONYMOUS, alice) == []
    do(library, verify_artist_link, staff, public.id)
    assert [link.id for link in links(library, bob, alice)] == [public.id]
    assert [link.id for link in links(library, alice, alice)] == [public.id, private.id]
    with pytest.raises(ArtistLinkNotFound):
        do(library, withdraw_artist_link, bob, public.id)
    with library.reading() as reading:
        assert list_artist_links(reading, staff, limit=9) == []
        with pytest.raises(NotAllowed):
            list_artist_links(reading, alice, limit=9)


@pytest.mark.parametrize(
    "url", ["", "example.org", "ftp://example.org", "https://", "javascript:alert(1)", "https://a b", "http://x\0",
            "https://user@example.org", "https://e.org/<script>", "https://e.org/" + "x" * 2_000]
)  # fmt: skip
def test_a_page_has_a_plain_address(library: Library, alice: Actor, url: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        do(library, request_artist_link, alice, tag_id(library), url)
    assert refused.value.field == "url"


def test_only_a_creators_tag_can_be_somebodys(library: Library, alice: Actor) -> None:
    for name in ("cat", "oc:alice", "series:alice"):
        with pytest.raises(InvalidValue, match="creator"):
            do(library, request_artist_link, alice, tag_id(library, name), PAGE)
    for unknown in (0, -1, 4_711, 2**63):
        with pytest.raises(TagNotFound):
            do(library, request_artist_link, alice, unknown, PAGE)
    for actor, error in ((ANONYMOUS, LoginRequired), (scoped(alice, "read"), NotAllowed)):
        with pytest.raises(error):
            do(library, request_artist_link, actor, tag_id(library), PAGE)


def test_one_person_has_only_so_many_links(library: Library, alice: Actor) -> None:
    artist = tag_id(library)
    for number in range(MAX_PER_USER):
        do(library, request_artist_link, alice, artist, f"{PAGE}/{number}")
    with pytest.raises(InvalidValue, match=str(MAX_PER_USER)):
        do(library, request_artist_link, alice, artist, PAGE)


def test_links_move_with_the_alias_and_keep_what_was_verified(
    library: Library, alice: Actor, staff: Actor
) -> None:
    old, new = tag_id(library, "artist:alyce"), tag_id(library)
    verified = do(library, request_artist_link, alice, old, PAGE)
    other = do(library, request_artist_link, alice, old, f"{PAGE}/2")
    known = do(library, request_artist_link, alice, new, PAGE)
    do(library, verify_artist_link, staff, verified.id)
    do(library, alias_tag, staff, "artist:alyce", "artist:alice")
    assert is_artist(library, alice, new)
    assert {(link.id, link.tag_id, link.state) for link in links(library, alice, alice)} == {
        (known.id, new, LinkState.VERIFIED), (other.id, new, LinkState.UNVERIFIED),
    }  # fmt: skip
    assert do(library, request_artist_link, alice, old, f"{PAGE}/3").tag_id == new
    with library.work() as work:
        assert work.execute(select(tags.c.aliased_tag_id).where(tags.c.id == old)).scalar_one() == new


def test_badges_are_made_awarded_disabled_and_revoked_by_staff(
    library: Library, alice: Actor, staff: Actor
) -> None:
    badge = do(library, create_badge, staff, " Helper\u202e ", description="Helped others")
    with pytest.raises(NameTaken):
        do(library, create_badge, staff, "Helper")
    other = do(library, create_badge, staff, "Other")
    with pytest.raises(NameTaken):
        do(library, edit_badge, staff, other, title="Helper")
    do(library, edit_badge, staff, badge, title="Great helper", description="More")
    award = do(library, award_badge, staff, badge, alice.user_id, label="2025", reason="the contest")
    with library.reading() as reading:
        found = list_awards(reading, alice.user_id or 0)[0]
        assert [b.title for b in list_badges(reading)] == ["Great helper", "Other"]
    assert (found.id, found.title, found.description, found.label, found.reason) == (
        award, "Great helper", "More", "2025", "the contest",
    )  # fmt: skip
    assert found.awarded_by_user_id == staff.user_id
    do(library, disable_badge, staff, badge)
    with pytest.raises(InvalidValue, match="disabled"):
        do(library, award_badge, staff, badge, alice.user_id)
    assert awards(library, alice) == ["Great helper"]
    do(library, enable_badge, staff, badge)
    do(library, award_badge, staff, badge, alice.user_id)
    do(library, revoke_award, staff, alice.user_id, award)
    assert awards(library, alice) == ["Great helper"]
    with pytest.raises(AwardNotFound):
        do(library, revoke_award, staff, alice.user_id, award)
    with pytest.raises(AwardNotFound):
        do(library, revoke_award, staff, alice.user_id, 2**63)


def test_badges_are_not_for_people_and_not_for_what_there_is_not(
    library: Library, alice: Actor, staff: Actor
) -> None:
    badge = do(library, create_badge, staff, "One")
    for verb, arguments in (
        (create_badge, ("Two",)),
        (disable_badge, (badge,)),
        (enable_badge, (badge,)),
        (award_badge, (badge, alice.user_id)),
        (revoke_award, (alice.user_id, 1)),
    ):
        with pytest.raises(NotAllowed):
            do(library, verb, alice, *arguments)
    for wrong in ("", " ", "x" * 101):
        with pytest.raises(InvalidValue):
            do(library, create_badge, staff, wrong)
    with pytest.raises(BadgeNotFound):
        do(library, award_badge, staff, 2**63, alice.user_id)
    with pytest.raises(UserNotFound):
        do(library, award_badge, staff, badge, 4_711)
    with library.work() as work:
        assert work.execute(update(tags).where(tags.c.id == 0).values(name="x")).rowcount == 0
