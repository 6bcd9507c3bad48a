"""Deleting accounts and exporting what is in them, on both databases."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select
from tests.libraries import add_image, add_person, add_sources, wrong_counters

from polybooru.db.tables import (
    comments,
    filters,
    galleries,
    hides,
    images,
    metadata,
    moderation_log,
    tokens,
    users,
    watched_tags,
)
from polybooru.library import account_deletion, jobs
from polybooru.library.account_changes import deactivate_user, rename_user
from polybooru.library.account_deletion import delete_user, erase_some
from polybooru.library.account_export import FILES, export_user
from polybooru.library.accounts import create_user, find_user, get_user, password_matches
from polybooru.library.actors import ANONYMOUS, OPERATOR, Actor, Role
from polybooru.library.callers import Callers
from polybooru.library.comments import post_comment
from polybooru.library.errors import InvalidValue, LoginRequired, NotAllowed, UserNotFound
from polybooru.library.filter_edits import FilterText, create_filter, set_current_filter
from polybooru.library.galleries import GalleryText, add_images, create_gallery
from polybooru.library.granted import Granted
from polybooru.library.grants import Grants, add_grant
from polybooru.library.interactions import fave, hide, vote
from polybooru.library.library import Library
from polybooru.library.tag_jobs import bring_to_end
from polybooru.library.tokens import create_token
from polybooru.library.watched_lists import watch_tag

PASSWORD = "correct horse battery"


def do(library: Library, verb: Any, *arguments: Any, **more: Any) -> Any:
    with library.work() as work:
        return verb(work, *arguments, **more)


def rows(library: Library, table: Any, *where: Any) -> list[Row[Any]]:
    with library.reading() as reading:
        return [*reading.execute(select(table).where(*where))]


@pytest.fixture
def alice(library: Library) -> Actor:
    return add_person(library, "alice", bio="About me", personal_title="Painter")


def live(library: Library, alice: Actor, bob: Actor, *, number: int = 3) -> list[int]:
    """Images that alice did everything with, and bob some of it."""
    ids = [add_image(library, uploader_id=alice.user_id) for _ in range(number)]
    add_sources(library, ids[0], ["https://example.org/1"])
    for image_id in ids:
        do(library, fave, alice, image_id)
        do(library, fave, bob, image_id)
    do(library, vote, alice, ids[1], is_up=False)
    do(library, hide, alice, ids[2])
    do(library, post_comment, alice, ids[0], "My words")
    do(library, post_comment, bob, ids[0], "Words of bob")
    gallery_id = do(library, create_gallery, alice, GalleryText(title="Mine"))
    do(library, add_images, alice, gallery_id, ids)
    for name in ("used", "unused"):
        do(library, create_filter, alice, FilterText(name=name, is_public=True, hidden_tags=["cat"]))
    do(library, set_current_filter, bob, rows(library, filters, filters.c.name == "used")[0].id)
    do(library, watch_tag, alice, "cat")
    do(library, add_grant, alice, bob.user_id, Granted.REPORT, alice.user_id)
    return ids


def test_a_deleted_account_leaves_its_works_as_anonymous_and_nothing_else(
    library: Library, alice: Actor
) -> None:
    bob = add_person(library, "bob")
    ids = live(library, alice, bob)
    do(library, rename_user, alice, alice.user_id, "Ann")
    token = do(library, create_token, alice, alice.user_id)
    callers, known = Callers(library), Grants(library)
    assert callers.find(token)
    assert known.has(bob.user_id or 0, Granted.REPORT, alice.user_id)
    do(library, delete_user, alice, alice.user_id)
    assert callers.find(token) is None
    assert not known.has(bob.user_id or 0, Granted.REPORT, alice.user_id)
    bring_to_end(library, jobs.ERASE, alice.user_id or 0)
    assert wrong_counters(library) == []
    assert library.replica.differences() == []
    [left] = rows(library, users, users.c.id == alice.user_id)
    assert (left.name, left.bio, left.personal_title, left.role) == (
        f"deleted user {alice.user_id}", "", "", "user",
    )  # fmt: skip
    assert [row.faves for row in rows(library, images)] == [1, 1, 1]
    assert {(row.uploader_id, row.is_anonymous) for row in rows(library, images)} == {(alice.user_id, True)}
    assert [row.is_anonymous for row in rows(library, comments, comments.c.user_id == alice.user_id)] == [
        True
    ]
    assert [row.is_anonymous for row in rows(library, comments, comments.c.user_id == bob.user_id)] == [False]
    kept = rows(library, filters, filters.c.is_system.is_(False))
    assert [(row.name, row.user_id) for row in kept] == [("used", None)]
    for table in (galleries, hides, tokens, watched_tags):
        assert rows(library, table) == []
    assert rows(library, moderation_log) == []
    with library.reading() as reading:
        for name in ("alice", "Ann", left.name):
            with pytest.raises(UserNotFound):
                find_user(reading, name)
        with pytest.raises(UserNotFound):
            get_user(reading, alice.user_id or 0)
    assert len(ids) == 3


def test_the_name_is_free_again_but_that_of_the_deleted_is_nobodys(library: Library, alice: Actor) -> None:
    do(library, delete_user, alice, alice.user_id)
    made = create_user(library, OPERATOR, "alice", PASSWORD)
    assert made.id != alice.user_id
    with pytest.raises(InvalidValue):
        create_user(library, OPERATOR, f"Deleted user {alice.user_id}", PASSWORD)
    with library.reading() as reading:
        assert not password_matches(reading, f"deleted user {alice.user_id}", "!" * 12)


def test_accounts_are_deleted_by_their_owners_in_person_and_by_admins(library: Library, alice: Actor) -> None:
    mod, admin = add_person(library, "mod", Role.MODERATOR), add_person(library, "admin", Role.ADMIN)
    for actor in (mod, replace(alice, token_id=1), replace(admin, token_id=1), add_person(library, "bob")):
        with pytest.raises(NotAllowed):
            do(library, delete_user, actor, alice.user_id)
    with pytest.raises(LoginRequired):
        do(library, delete_user, ANONYMOUS, alice.user_id)
    do(library, delete_user, admin, alice.user_id, reason="asked by letter")
    for actor in (admin, OPERATOR):
        with pytest.raises(UserNotFound):
            do(library, delete_user, actor, alice.user_id)
    [entry] = rows(library, moderation_log)
    assert (entry.user_id, entry.action, entry.object_id) == (admin.user_id, "user.delete", alice.user_id)


def test_an_erasure_that_was_cut_goes_on_and_counts_once(
    library: Library, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = add_person(library, "bob")
    live(library, alice, bob, number=5)
    monkeypatch.setattr(account_deletion, "_AT_ONCE", 2)
    do(library, delete_user, alice, alice.user_id)
    steps = 0
    while do(library, erase_some, alice.user_id):
        steps += 1
        assert wrong_counters(library) == []
    assert steps > 5
    assert [row.faves for row in rows(library, images)] == [1] * 5
    assert library.replica.differences() == []


def unzipped(path: Path) -> dict[str, list[Any]]:
    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix(".jsonl"): [json.loads(line) for line in archive.read(name).splitlines()]
            for name in archive.namelist()
        }


def test_an_export_has_all_of_the_person_and_nothing_of_others(
    library: Library, alice: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polybooru.library.account_export._PAGE", 2)
    bob = add_person(library, "bob", bio="Secret of bob")
    ids = live(library, alice, bob)
    text = do(library, create_token, alice, alice.user_id, name="phone")
    target = tmp_path / "alice.zip"
    export_user(library, alice, alice.user_id or 0, target)
    found = unzipped(target)
    assert set(found) == set(FILES)
    [profile] = found["profile"]
    assert (profile["name"], profile["bio"]) == ("alice", "About me")
    assert [row["image_id"] for row in found["faves"]] == ids
    assert [row["is_up"] for row in found["votes"]] == [True, False, True]
    assert [row["image_id"] for row in found["hides"]] == ids[2:]
    assert [row["tags"] for row in found["uploads"]] == [["cat", "forest", "safe"]] * 3
    assert found["uploads"][0]["sources"] == ["https://example.org/1"]
    assert [row["body"] for row in found["comments"]] == ["My words"]
    assert found["galleries"][0]["image_ids"] == ids
    assert sorted(row["name"] for row in found["filters"]) == ["unused", "used"]
    assert [row["name"] for row in found["tokens"]] == ["phone"]
    assert [row["holder_id"] for row in found["grants_given"]] == [bob.user_id]
    everything = json.dumps(found)
    for secret in ("Words of bob", "Secret of bob", text, text[:6], "password", "sha256"):
        assert secret not in everything.replace("orig_sha512", "")
    with pytest.raises(FileExistsError):
        export_user(library, alice, alice.user_id or 0, target)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_data_is_exported_by_its_owner_in_person_and_by_admins(
    library: Library, alice: Actor, tmp_path: Path
) -> None:
    mod, bob = add_person(library, "mod", Role.MODERATOR), add_person(library, "bob")
    for actor, error in ((mod, NotAllowed), (bob, NotAllowed), (replace(alice, token_id=1), NotAllowed)):
        with pytest.raises(error):
            export_user(library, actor, alice.user_id or 0, tmp_path / "no.zip")
    with pytest.raises(LoginRequired):
        export_user(library, ANONYMOUS, alice.user_id or 0, tmp_path / "no.zip")
    with pytest.raises(UserNotFound):
        export_user(library, OPERATOR, 4711, tmp_path / "no.zip")
    assert not (tmp_path / "no.zip").exists()
    do(library, deactivate_user, alice, alice.user_id)
    export_user(library, replace(alice, is_deactivated=True), alice.user_id or 0, tmp_path / "yes.zip")
    assert unzipped(tmp_path / "yes.zip")["profile"][0]["deactivated_at"]


WHAT_BECOMES_OF_IT = {
    "goes": {
        "earlier_names.user_id", "faves.user_id", "votes.user_id", "hides.user_id", "galleries.user_id",
        "forum_subscriptions.user_id", "gallery_subscriptions.user_id", "image_subscriptions.user_id",
        "topic_subscriptions.user_id", "notice_reads.user_id", "watched_tags.user_id", "tokens.user_id",
        "grants.holder_id", "grants.target_id", "filters.user_id",
    },
    "anonymous": {"images.uploader_id", "comments.user_id", "topics.user_id", "posts.user_id"},
    "stays": {
        "artist_links.user_id", "artist_links.staff_user_id", "badge_awards.user_id",
        "badge_awards.awarded_by_user_id", "bans.user_id", "bans.banned_by_user_id", "blocks.user_id",
        "comment_edits.user_id", "comments.deleted_by_user_id", "dnp_entries.staff_user_id",
        "dnp_entries.user_id", "duplicate_reports.staff_user_id", "duplicate_reports.user_id",
        "features.user_id", "image_merges.user_id", "images.deleted_by_user_id", "notices.user_id",
        "poll_votes.user_id", "post_edits.user_id", "posts.deleted_by_user_id", "reports.staff_user_id",
        "reports.user_id", "shortlinks.user_id", "source_changes.user_id", "tag_batches.subject_user_id",
        "tag_batches.user_id", "tag_changes.user_id", "topics.deleted_by_user_id",
    },
}  # fmt: skip
"""Each column that names a person, and what deleting the account does to it."""


def test_it_is_decided_of_every_column_what_a_deletion_does_to_it() -> None:
    naming = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.column is users.c.id for key in column.foreign_keys)
    }
    assert naming == set().union(*WHAT_BECOMES_OF_IT.values())
