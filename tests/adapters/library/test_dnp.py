"""DNP entries: their states, and the uploads that they refuse, on both databases."""

import pytest
from sqlalchemy import delete, insert
from tests.libraries import add_person, add_upload, png

from polybooru.db.tables import artist_links
from polybooru.library.actors import Actor, Role
from polybooru.library.dnp import (
    acknowledge_dnp,
    claim_dnp,
    close_dnp,
    dnp_faults,
    list_dnp,
    listed_dnp_entries,
    request_dnp,
    rescind_dnp,
)
from polybooru.library.errors import (
    DnpEntryNotFound,
    Fault,
    FaultCode,
    InvalidValue,
    NotAllowed,
    TagNotFound,
    UploadRefused,
)
from polybooru.library.library import Library
from polybooru.library.tag_deletion import delete_tag
from polybooru.library.tag_relations import alias_tag
from polybooru.library.tags import ensure_tags, find_tags

ARTIST = "artist:jane"


@pytest.fixture
def jane(library: Library) -> Actor:
    with library.work() as work:
        ensure_tags(work, [ARTIST])
    return add_person(library, "jane")


@pytest.fixture
def staff(library: Library) -> Actor:
    return add_person(library, "mod", Role.MODERATOR)


def listed(library: Library, staff: Actor, jane: Actor, dnp_type: str, **facts: object) -> int:
    with library.work() as work:
        entry_id = request_dnp(work, jane, ARTIST, dnp_type, **facts)
        list_dnp(work, staff, entry_id)
    return entry_id


def test_an_entry_shows_only_while_it_is_listed(library: Library, jane: Actor, staff: Actor) -> None:
    def shown() -> list[tuple[str, str, str | None]]:
        with library.reading() as reading:
            tag_id = find_tags(reading, [ARTIST])[ARTIST].id
            return [
                (e.dnp_type, e.conditions, e.reason)
                for e in listed_dnp_entries(reading, [tag_id]).get(tag_id, [])
            ]

    with library.work() as work:
        entry_id = request_dnp(work, jane, "Artist: Jane", "Other", conditions="Ask me.", reason="Mine.")
        open_id = request_dnp(work, jane, ARTIST, "No Edits", reason="secret", hides_reason=True)
    for verb, expected in (
        (claim_dnp, []),
        (list_dnp, [("Other", "Ask me.", "Mine.")]),
        (rescind_dnp, []),
        (acknowledge_dnp, []),
        (close_dnp, []),
    ):
        with library.work() as work:
            verb(work, staff, entry_id)
        assert shown() == expected
        with library.work() as work, pytest.raises(InvalidValue, match="cannot become"):
            verb(work, staff, entry_id)
    with library.work() as work:
        list_dnp(work, staff, open_id)
    assert shown() == [("No Edits", "", None)]


def test_whoever_asked_rescinds_and_nobody_else_does(library: Library, jane: Actor, staff: Actor) -> None:
    entry_id = listed(library, staff, jane, "No Edits")
    bob = add_person(library, "bob")
    with library.work() as work, pytest.raises(NotAllowed):
        rescind_dnp(work, bob, entry_id)
    with library.work() as work:
        rescind_dnp(work, jane, entry_id)
    with library.work() as work, pytest.raises(DnpEntryNotFound):
        rescind_dnp(work, bob, entry_id)
    with library.work() as work, pytest.raises(NotAllowed):
        list_dnp(work, jane, entry_id)


def test_what_makes_no_entry_is_refused(library: Library, jane: Actor) -> None:
    for name, dnp_type, facts, error in (
        (ARTIST, "Nonsense", {}, InvalidValue),
        (ARTIST, "Other", {"conditions": " "}, InvalidValue),
        (ARTIST, "No Edits", {"reason": "x" * 10_001}, InvalidValue),
        ("a,b", "No Edits", {}, InvalidValue),
        ("none", "No Edits", {}, TagNotFound),
    ):
        with library.work() as work, pytest.raises(error):
            request_dnp(work, jane, name, dnp_type, **facts)


def test_uploads_of_others_are_refused(library: Library, jane: Actor, staff: Actor) -> None:
    bob = add_person(library, "bob")
    with library.work() as work:
        alias_tag(work, staff, "artist:janie", ARTIST)
    listed(library, staff, jane, "No Edits")
    add_upload(library, bob, tags=["safe", "cat", ARTIST])
    with pytest.raises(UploadRefused) as refused:
        add_upload(library, bob, content=png(colour=1), tags=["safe", "edit", "artist:janie"])
    assert refused.value.faults == (Fault(FaultCode.DNP_NO_EDITS),)
    listed(library, staff, jane, "Artist Upload Only")
    with pytest.raises(UploadRefused) as refused:
        add_upload(library, bob, content=png(colour=2), tags=["safe", "cat", ARTIST])
    assert refused.value.faults == (Fault(FaultCode.DNP_ARTIST_UPLOAD_ONLY),)
    with library.work() as work:
        tag_id = find_tags(work, [ARTIST])[ARTIST].id
        link = {"user_id": bob.user_id, "tag_id": tag_id, "url": "https://example.org", "code": "x"}
        moments = {"created_at": work.now, "updated_at": work.now}
        work.execute(insert(artist_links).values(**link, **moments, state="link_verified"))
        assert bob.user_id is not None
        assert len(dnp_faults(work, bob.user_id, [ARTIST, "edit"])) == 2
        work.execute(delete(artist_links))
        work.execute(insert(artist_links).values(**link, **moments, state="verified"))
    add_upload(library, bob, content=png(colour=3), tags=["safe", "edit", ARTIST])


def test_entries_and_links_follow_an_alias_and_keep_a_tag_from_being_deleted(
    library: Library, jane: Actor, staff: Actor
) -> None:
    entry_id = listed(library, staff, jane, "No Edits")
    with library.work() as work:
        alias_tag(work, staff, ARTIST, "artist:jane doe")
        target = find_tags(work, [ARTIST])[ARTIST].id
        assert [entry.id for entry in listed_dnp_entries(work, [target])[target]] == [entry_id]
    with library.work() as work, pytest.raises(InvalidValue, match="DNP"):
        delete_tag(work, staff, "artist:jane doe")
    with library.work() as work:
        close_dnp(work, staff, entry_id)
        delete_tag(work, staff, "artist:jane doe")
        assert find_tags(work, ["artist:jane doe"]) == {}
