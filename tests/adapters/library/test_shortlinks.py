"""Short addresses, on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.libraries import Clock, Place, add_image, add_person, scoped

from polybooru.db.tables import images, shortlinks
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor
from polybooru.library.errors import LinkFault, LinkNotFound, LinkRefused, LoginRequired, NotAllowed
from polybooru.library.library import Library
from polybooru.library.shortlinks import (
    LinkText,
    Maker,
    Shortened,
    create_shortlink,
    delete_shortlink,
    edit_shortlink,
    find_shortlink,
    forget_addresses,
    list_shortlinks,
    remove_shortlink,
)

URL = "https://example.com/a?b=c#d"
MD5 = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice")


def do(library: Library, verb: Any, *arguments: Any, **more: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **more)


def create(library: Library, actor: Actor, url: str = URL, **facts: Any) -> Shortened:
    made: Shortened = do(library, create_shortlink, actor, LinkText(url=url, **facts))
    return made


def refusal(library: Library, verb: Any, *arguments: Any, **more: Any) -> LinkFault:
    with pytest.raises(LinkRefused) as caught:
        do(library, verb, *arguments, **more)
    return caught.value.fault


def test_an_address_is_shortened_once(library: Library, alice: Actor, clock: Clock) -> None:
    made = create(library, alice, code="Here_-9", credit="Fern")
    assert made.is_new
    assert len(made.management_code or "") == 60
    link = made.link
    assert (link.position, link.code, link.url, link.credit) == (1, "Here_-9", URL, "Fern")
    assert (link.created_at, link.modified_at) == (clock.now, None)
    again = create(library, alice, code="other")
    assert again == Shortened(link=link, is_new=False, management_code=None)
    assert create(library, alice, code="Here_-9") == again
    with library.reading() as reading:
        assert find_shortlink(reading, "Here_-9") == link
        for code in ("here_-9", "nothing", "", "a b", "é", "x" * 60):
            with pytest.raises(LinkNotFound):
                find_shortlink(reading, code)
    with library.reading() as reading:
        [row] = reading.execute(select(shortlinks)).all()
    assert (made.management_code or "").encode() not in row.management_sha256
    assert row.user_id == alice.user_id


def test_codes_are_made_and_places_are_never_used_again(library: Library, alice: Actor) -> None:
    first = create(library, alice)
    assert len(first.link.code) == 16
    do(library, delete_shortlink, alice, first.link.code, first.management_code)
    assert create(library, alice).link.position == 2
    unmanaged = create(library, alice, "https://example.com/2", is_editable=False)
    assert unmanaged.is_new
    assert unmanaged.management_code is None


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"code": "x" * 51, "url": "no"}, LinkFault.CODE_TOO_LONG),
        ({"code": "a b", "url": "no"}, LinkFault.CODE_INVALID),
        ({"code": "a/b"}, LinkFault.CODE_INVALID),
        ({"code": "a\n"}, LinkFault.CODE_INVALID),
        ({"code": "é"}, LinkFault.CODE_INVALID),
        ({"code": "create"}, LinkFault.CODE_TAKEN),
        ({"code": "robots.txt"}, LinkFault.CODE_TAKEN),
        ({"code": "taken", "url": "no"}, LinkFault.CODE_TAKEN),
        ({"code": MD5}, LinkFault.CODE_TAKEN),
        ({"url": "http://10.0.0.1/", "credit": "x" * 51}, LinkFault.URL_INVALID),
        ({"url": URL + "x" * 2_048, "credit": "x" * 51}, LinkFault.URL_TOO_LONG),
        ({"credit": "x" * 51}, LinkFault.CREDIT_TOO_LONG),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_breaks_a_rule_is_refused_in_the_order_of_the_checks(
    library: Library, alice: Actor, facts: dict[str, str], fault: LinkFault
) -> None:
    create(library, alice, "https://example.com/taken", code="taken")
    add_image(library, md5_hash=MD5, is_processed=True)
    assert refusal(library, create_shortlink, alice, LinkText(**{"url": URL, **facts})) is fault


def test_the_code_of_an_image_is_free_again_when_it_is_out_of_sight(library: Library, alice: Actor) -> None:
    image_id = add_image(library, md5_hash=MD5, is_processed=True)
    with library.work() as work:
        work.execute(update(images).where(images.c.id == image_id).values(hidden_from_users=True))
    assert create(library, alice, code=MD5).is_new


def test_of_many_who_want_one_code_one_gets_it(library: Library, alice: Actor) -> None:
    def attempt(number: int) -> LinkFault | None:
        try:
            create(library, alice, f"https://example.com/{number}", code="wanted")
        except LinkRefused as error:
            return error.fault
        return None

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(attempt, range(16)))
    assert outcomes == {None: 1, LinkFault.CODE_TAKEN: 15}


def test_of_many_who_shorten_one_address_all_get_one_link(library: Library, alice: Actor) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: create(library, alice), range(16)))
    assert len({one.link for one in made}) == 1
    assert sum(one.is_new for one in made) == 1
    assert sum(one.management_code is not None for one in made) == 1


def test_who_holds_the_code_changes_and_deletes(library: Library, alice: Actor, clock: Clock) -> None:
    bob, made = add_person(library, "bob"), create(library, alice, code="here")
    key = made.management_code
    create(library, alice, "https://example.com/other", code="other")
    assert (
        refusal(library, edit_shortlink, bob, "here", "0" * 60, credit="Bob")
        is LinkFault.WRONG_MANAGEMENT_CODE
    )
    assert (
        refusal(library, edit_shortlink, bob, "here", "\ud800", url="no") is LinkFault.WRONG_MANAGEMENT_CODE
    )
    assert (
        refusal(library, edit_shortlink, bob, "here", key, url="no", credit="x" * 51) is LinkFault.URL_INVALID
    )
    taken = "https://example.com/other"
    assert (
        refusal(library, edit_shortlink, bob, "here", key, url=taken, credit="x" * 51) is LinkFault.URL_TAKEN
    )
    assert refusal(library, edit_shortlink, bob, "here", key, credit="x" * 51) is LinkFault.CREDIT_TOO_LONG
    for nothing in ({}, {"url": URL}, {"credit": "Unknown"}, {"url": URL, "credit": "Unknown"}):
        assert refusal(library, edit_shortlink, bob, "here", key, **nothing) is LinkFault.UNCHANGED
    clock.go_on(60)
    changed = do(library, edit_shortlink, bob, "here", key, credit="Bob")
    assert (changed.url, changed.credit, changed.modified_at) == (URL, "Bob", clock.now)
    changed = do(library, edit_shortlink, bob, "here", key, url="https://example.com/new", credit="")
    assert (changed.url, changed.credit, changed.position) == ("https://example.com/new", "Bob", 1)
    assert create(library, alice).is_new  # the old address is free
    assert refusal(library, delete_shortlink, bob, "here", "0" * 60) is LinkFault.WRONG_MANAGEMENT_CODE
    do(library, delete_shortlink, bob, "here", key)
    for verb in (delete_shortlink, edit_shortlink):
        with pytest.raises(LinkNotFound):
            do(library, verb, bob, "here", key)


def test_what_was_made_without_a_code_stays_as_it_is(library: Library, alice: Actor) -> None:
    create(library, alice, code="here", is_editable=False)
    add_image(library, md5_hash=MD5, is_processed=True)
    for code in ("here", MD5):
        for verb in (delete_shortlink, edit_shortlink):
            assert refusal(library, verb, alice, code, "0" * 60) is LinkFault.NOT_MANAGEABLE


def test_only_who_may_write_makes_links_and_staff_remove_any(library: Library, alice: Actor) -> None:
    with pytest.raises(LoginRequired):
        create(library, ANONYMOUS)
    with pytest.raises(NotAllowed):
        create(library, scoped(alice, "read"))
    create(library, alice, code="here", is_editable=False)
    with pytest.raises(NotAllowed):
        do(library, remove_shortlink, alice, "here", reason="spam")
    do(library, remove_shortlink, OPERATOR, "here", reason="spam")
    with pytest.raises(LinkNotFound):
        do(library, remove_shortlink, OPERATOR, "here", reason="spam")
    with library.reading() as reading:
        assert list_shortlinks(reading) == []


def test_from_where_a_link_was_made_is_forgotten_after_90_days(
    library: Library, alice: Actor, clock: Clock
) -> None:
    maker = Maker(address="192.0.2.7", user_agent="app/1\0" + "x" * 500)
    do(library, create_shortlink, alice, LinkText(url=URL, code="old"), maker=maker)
    clock.now += timedelta(days=90)
    do(library, create_shortlink, alice, LinkText(url=URL + "2", code="new"), maker=maker)

    def told() -> dict[str, tuple[str | None, int]]:
        with library.reading() as reading:
            rows = reading.execute(select(shortlinks)).all()
        return {row.code: (row.address, len(row.user_agent or "")) for row in rows}

    assert told() == {"old": ("192.0.2.7", 300), "new": ("192.0.2.7", 300)}
    with library.work() as work:
        assert forget_addresses(work) == 1
        assert forget_addresses(work) == 0
    assert told() == {"old": (None, 0), "new": ("192.0.2.7", 300)}


def test_two_edits_to_one_address_leave_one_link_to_it(place: Place, library: Library, alice: Actor) -> None:
    keys = {
        code: create(library, alice, f"https://example.com/{code}", code=code).management_code
        for code in ("a", "b", "c", "d")
    }

    def attempt(code: str) -> LinkFault | None:
        try:
            do(library, edit_shortlink, alice, code, keys[code], url="https://example.com/all")
        except LinkRefused as error:
            return error.fault
        return None

    with ThreadPoolExecutor(4) as pool:
        assert Counter(pool.map(attempt, keys)) == {None: 1, LinkFault.URL_TAKEN: 3}
