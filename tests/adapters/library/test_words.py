"""Words of every kind of row: kept by the verbs, and filled in for rows that are older than them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select
from tests.libraries import NOON, add_image, add_person

from polybooru.app import initialise, open_library
from polybooru.db.full_text import (
    COMMENT_WORDS,
    FILTER_WORDS,
    IMAGE_WORDS,
    TAG_WORDS,
    WordTable,
    containing,
)
from polybooru.db.tables import comments, words
from polybooru.library.actors import Role
from polybooru.library.images import hide_image, unhide_image
from polybooru.library.library import Library
from polybooru.library.tag_descriptions import describe_tag
from polybooru.library.tags import ensure_tags, find_tags
from polybooru.library.words import WORDED, fill_words, split_name
from polybooru.settings import Settings


def found(library: Library, table: WordTable, field: str, *phrases: str) -> list[int]:
    condition = containing(
        table, field, [phrase.split() for phrase in phrases], is_sqlite=library.database.is_sqlite
    )
    with library.reading() as reading:
        return sorted(reading.execute(select(table.clause.c.rowid).where(condition)).scalars())


def fill(library: Library) -> list[tuple[int, int | None]]:
    told: list[tuple[int, int | None]] = []
    fill_words(library.database, NOON, lambda done, total: told.append((done, total)))
    return told


def forget_images(library: Library) -> None:
    with library.work() as work:
        work.execute(delete(IMAGE_WORDS.clause))


def tag_id(library: Library, name: str) -> int:
    with library.reading() as reading:
        return find_tags(reading, [name])[name].id


def test_a_tag_is_found_by_each_word_of_its_name_as_written(library: Library) -> None:
    with library.work() as work:
        ensure_tags(work, ["running foxes", "artist:mary-lou/2.0"])
    running = tag_id(library, "running foxes")
    assert found(library, TAG_WORDS, "name", "foxes") == [running]
    assert found(library, TAG_WORDS, "name", "fox", "run") == []
    for part in ("artist", "mary", "lou", "2", "0"):
        assert found(library, TAG_WORDS, "name", part) == [tag_id(library, "artist:mary-lou/2.0")]


def test_what_staff_say_about_a_tag_is_found_by_its_stems(library: Library) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    for description in ("Foxes running", "Owls"):
        with library.work() as work:
            describe_tag(
                work, mod, "fox", description=description, short_description="Small foxes", category=None
            )
    fox = tag_id(library, "fox")
    assert found(library, TAG_WORDS, "description", "owl") == [fox]
    assert found(library, TAG_WORDS, "description", "run") == []
    assert found(library, TAG_WORDS, "short_description", "small fox") == [fox]
    assert found(library, TAG_WORDS, "name", "fox") == [fox]


def test_the_reason_of_a_hidden_image_is_found_until_it_is_shown_again(library: Library) -> None:
    mod = add_person(library, "mod", Role.MODERATOR)
    image_id = add_image(library, description="Running foxes")
    with library.work() as work:
        hide_image(work, mod, image_id, reason="Duplicates")
    assert found(library, IMAGE_WORDS, "deletion_reason", "duplic") == [image_id]
    with library.work() as work:
        unhide_image(work, mod, image_id)
    assert found(library, IMAGE_WORDS, "deletion_reason", "duplic") == []
    assert found(library, IMAGE_WORDS, "description", "run fox") == [image_id]


def test_the_seeds_have_their_words(library: Library) -> None:
    assert found(library, TAG_WORDS, "name", "grimdark") == sorted(
        tag_id(library, name) for name in ("grimdark", "semi-grimdark")
    )
    assert found(library, FILTER_WORDS, "description", "spoiler") == [2]


@pytest.mark.parametrize("name", ["", "--", "\u0301", "🦊"])
def test_a_name_without_letters_has_no_words(name: str) -> None:
    assert split_name(name) == []


def test_an_older_library_gets_the_words_of_all_its_rows(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polybooru.library.words._BATCH", 3)
    alice = add_person(library, "alice")
    image_ids = [add_image(library, description=f"Running foxes {n}") for n in range(5)]
    hidden = add_image(library, hidden_from_users=True, deletion_reason="Duplicates")
    with library.work() as work:
        row = {"image_id": hidden, "user_id": alice.user_id, "body": "Owls!"}
        work.execute(insert(comments).values(**row, created_at=NOON, updated_at=NOON))
        for table in WORDED:
            work.execute(delete(table.clause))
        work.execute(delete(words))
    told = fill(library)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1][0] == told[-1][1]
    assert found(library, IMAGE_WORDS, "description", "run fox") == image_ids
    assert found(library, IMAGE_WORDS, "deletion_reason", "duplic") == [hidden]
    assert found(library, COMMENT_WORDS, "body", "owl") == [1]
    assert found(library, TAG_WORDS, "name", "forest") == [tag_id(library, "forest")]
    assert found(library, FILTER_WORDS, "description", "everybodi") == [1]
    assert fill(library) == []


def test_filling_that_was_interrupted_goes_on_where_it_was(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polybooru.library.words._BATCH", 2)
    image_ids = [add_image(library, description="fox") for _ in range(7)]
    forget_images(library)

    class Interrupted(Exception):
        pass

    def stop(done: int, _: int | None) -> None:
        if done == 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        fill_words(library.database, NOON, stop)
    assert found(library, IMAGE_WORDS, "description", "fox") == image_ids[3:]
    assert [done for done, _ in fill(library)] == [2, 3]
    assert found(library, IMAGE_WORDS, "description", "fox") == image_ids


def test_words_that_a_verb_stored_are_not_replaced_by_filling(library: Library) -> None:
    add_image(library, description="old")
    newer = add_image(library, description="of the row")
    forget_images(library)
    with library.work() as work:
        work.put_words(IMAGE_WORDS, newer, {"description": ["verb"]})
    fill(library)
    assert found(library, IMAGE_WORDS, "description", "verb") == [newer]


def test_transactions_that_learn_the_same_new_words_do_not_wait_in_a_circle(library: Library) -> None:
    # SQLite has one writer at a time: there, nobody can wait for another inside a transaction.
    both_have_begun = threading.Barrier(1 if library.database.is_sqlite else 2)

    def write(first: str, second: str, who: str) -> None:
        for number in range(3):
            with library.work() as work:
                ensure_tags(work, [f"{first}{number} {who}"])
                both_have_begun.wait(30)
                ensure_tags(work, [f"{second}{number} {who}"])

    with ThreadPoolExecutor(2) as pool:
        tasks = [pool.submit(write, "b", "c", "ann"), pool.submit(write, "c", "b", "bea")]
        for task in tasks:
            task.result()
    assert len(found(library, TAG_WORDS, "name", "b0", "c0")) == 4


def test_initialising_reads_the_texts_of_an_older_library(tmp_path: Path, database_url: str) -> None:
    settings, told = Settings(database_url=database_url), []
    initialise(tmp_path, settings)
    with open_library(tmp_path, settings) as library:
        image_id = add_image(library, description="Running foxes")
        with library.work() as work:
            for table in WORDED:
                work.execute(delete(table.clause))
        initialise(tmp_path, settings, lambda done, total: told.append((done, total)))
        assert told
        assert found(library, IMAGE_WORDS, "description", "run fox") == [image_id]
