"""Which passwords are refused, and how many are hashed at once."""

import threading

import pytest

from polybooru.library import passwords
from polybooru.library.errors import InvalidValue, Unavailable
from polybooru.library.passwords import NO_PASSWORD, check_password, hash_password, verify


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "Password1234",
        "PASSWORDpassword",
        "qwertyuiop[]",
        "alice-alice-alice",
        "zyxwvutsrqponmlkjihgfedcba",
        "correcthorsebatterystaple",
        "12341234asdf",
    ],
)
def test_what_the_first_guesses_find_is_refused(password: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_password(password, "Alice")
    assert caught.value.field == "password"


@pytest.mark.parametrize(
    "password", ["correct horse battery", "xk29-Qm!7tzz", "alice und ihr hund", "пароль из слов"]
)
def test_others_are_taken(password: str) -> None:
    check_password(password, "Alice")


def test_no_password_matches_what_is_no_hash() -> None:
    assert not verify(NO_PASSWORD, NO_PASSWORD)
    assert not verify(None, "nobody has this password")


def test_the_twenty_third_at_once_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, done = threading.Semaphore(0), threading.Event()

    class Slow:
        def hash(self, password: str) -> str:
            begun.release()
            done.wait()
            return password

    monkeypatch.setattr(passwords, "_hasher", Slow)
    threads = [threading.Thread(target=hash_password, args=("x" * 12,)) for _ in range(22)]
    for thread in threads:
        thread.start()
    try:
        begun.acquire()
        begun.acquire()
        while passwords._room._value:  # those that wait have taken their places
            pass
        with pytest.raises(Unavailable):
            hash_password("x" * 12)
        assert not begun.acquire(blocking=False)
    finally:
        done.set()
        for thread in threads:
            thread.join()
