"""What people are called where they write anonymously: one name for each person and thread.

A name tells who wrote the same thread's other texts, and nothing else: whoever does not know the library's
salt cannot find out of whom it is. Source: docs/reference/philomena.md, people.
"""

import hashlib
from functools import lru_cache

from polybooru.library.library import Library
from polybooru.library.own_secrets import ANONYMOUS_NAMES, secret

_ROUNDS = 100
_KEPT = 20_000


class AnonymousNames:
    """The names of one library. Safe to use from several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._salt: bytes | None = None
        self._number = lru_cache(maxsize=_KEPT)(self._number_of)

    def of(self, thread_id: int, user_id: int | None) -> str:
        """The name of a person in a thread: of an image, or of a topic, by its id.

        user_id: None where nobody knows any more who it was; all of them have one name in a thread.
        """
        return f"{self._library.policy.anonymous_noun} #{self._number(thread_id, user_id)}"

    def _number_of(self, thread_id: int, user_id: int | None) -> str:
        salt = self._salt
        if salt is None:
            with self._library.reading() as reading:
                salt = self._salt = secret(reading, ANONYMOUS_NAMES)
        who = f"{thread_id}{'' if user_id is None else user_id}".encode()
        return hashlib.pbkdf2_hmac("sha256", who, salt, _ROUNDS, dklen=2).hex().upper()
