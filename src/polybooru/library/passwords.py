"""Passwords: which are taken, and how they are stored and compared. No rows.

Argon2id with 64 MiB, three passes, four lanes: about 0.1 s of a core. Two at once and twenty waiting, for
each process, so that a flood of them starves nothing else.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from polybooru.library.errors import InvalidValue, Unavailable
from polybooru.library.user_names import fold_name

CHARACTERS = range(12, 81)
NO_PASSWORD = "!"  # noqa: S105 — no hash looks like it, so no password matches
_AT_ONCE, _WAITING = 2, 20
_hashing = threading.BoundedSemaphore(_AT_ONCE)
_room = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
_FEWEST_DIFFERENT = 5
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = frozenset(pair for row in _KEYS for key in (row, row[::-1]) for pair in pairwise(key))
_LEAKED = frozenset(
    {
        "adminadminadmin",
        "adminpassword",
        "administrator",
        "changemeplease",
        "correcthorsebatterystaple",
        "iloveyouforever",
        "iloveyousomuch",
        "letmeinletmein",
        "mypassword123",
        "mypassword1234",
        "p@ssw0rd1234",
        "passw0rd1234",
        "password1234",
        "password12345",
        "password123456",
        "password1234567",
        "password12345678",
        "password123456789",
        "passwordpassword",
        "q1w2e3r4t5y6",
        "1q2w3e4r5t6y",
        "1q2w3e4r5t6y7u",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "qazwsxedcrfv",
        "qwerty123456",
        "qwerty1234567",
        "qwerty12345678",
        "qwerty123456789",
        "thisismypassword",
        "unbelievable",
        "welcome12345",
        "whateverwhatever",
    }
)
"""The most frequent long ones of published leaks; the shorter ones are refused for their length."""


def hash_password(password: str) -> str:
    """What is stored of it. Raises InvalidValue, Unavailable."""
    if len(password) not in CHARACTERS:
        raise InvalidValue(
            "password", f"A password has {CHARACTERS.start} to {CHARACTERS.stop - 1} characters."
        )
    with _one_of_few():
        return _hasher().hash(_encoded(password))


def check_password(password: str, name: str) -> None:
    """Raises InvalidValue for one that the first guesses find: leaked ones, runs, the person's own name."""
    folded = password.casefold()
    rest = folded.replace(fold_name(name), "")
    steps = sum(pair in _NEIGHBOURS or abs(ord(pair[0]) - ord(pair[1])) <= 1 for pair in pairwise(folded))
    is_dull = len(set(folded)) < _FEWEST_DIFFERENT or max(steps, len(folded) - len(rest)) > len(folded) / 2
    if is_dull or folded in _LEAKED:
        raise InvalidValue("password", "This password is among the first that are guessed.")


def verify(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long where nothing is stored. Raises Unavailable."""
    with _one_of_few():
        try:
            _hasher().verify(stored or _nobodys_hash(), _encoded(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return stored is not None


def _encoded(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # half a character is a wrong password, not a failure


@contextmanager
def _one_of_few() -> Generator[None]:
    if not _room.acquire(blocking=False):
        raise Unavailable("Too many passwords are being checked; try again in a moment.")
    try:
        with _hashing:
            yield
    finally:
        _room.release()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")
