"""Names of whoever writes anonymously: one for each person and thread, from a salt of the library's own."""

import hashlib
import re

from polybooru.library.anonymous_names import AnonymousNames
from polybooru.library.founding import found_library
from polybooru.library.library import Library
from polybooru.library.own_secrets import ANONYMOUS_NAMES, secret


def test_a_person_has_one_name_in_a_thread_and_another_elsewhere(library: Library) -> None:
    names = AnonymousNames(library)
    assert re.fullmatch(r"Background Pony #[0-9A-F]{4}", names.of(1, 1))
    assert names.of(1, 1) == names.of(1, 1) == AnonymousNames(library).of(1, 1)
    here = {names.of(1, user_id) for user_id in range(200)}
    there = {names.of(thread_id, 1) for thread_id in range(200)}
    assert len(here) > 190
    assert len(there) > 190


def test_whoever_nobody_knows_any_more_has_a_name_too(library: Library) -> None:
    assert AnonymousNames(library).of(1, None) != AnonymousNames(library).of(2, None)


def test_the_digits_are_those_of_the_documented_function(library: Library) -> None:
    with library.reading() as reading:
        salt = secret(reading, ANONYMOUS_NAMES)
    digest = hashlib.pbkdf2_hmac("sha256", b"427", salt, 100)
    assert AnonymousNames(library).of(42, 7) == f"Background Pony #{digest[:2].hex().upper()}"


def test_founding_again_keeps_the_salt(library: Library) -> None:
    def salt() -> bytes:
        with library.reading() as reading:
            return secret(reading, ANONYMOUS_NAMES)

    before = salt()
    with library.work() as work:
        found_library(work, library.policy)
    assert salt() == before
    assert len(before) == 32
