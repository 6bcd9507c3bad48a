"""How often people may upload over HTTP, in every edge together; imports are not counted.

Neighbours: `uploads` (the verb), `polybooru.counters` (where processes count together).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import inf

from sqlalchemy import select

from polybooru.counters import Counters, State
from polybooru.db.tables import users
from polybooru.library.actors import STAFF, Actor
from polybooru.library.errors import TooOften
from polybooru.library.library import Library

STAFF_FACTOR = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRate:
    """One upload in so many seconds, of staff ten.

    Of an account younger than so many days also so many in an hour, but not of staff and whom they verified.
    """

    seconds_between: float = 5.0
    new_account_days: int = 14
    new_account_an_hour: int = 30


class UploadGate:
    """Counts the uploads of each person. rate: None for no limit."""

    def __init__(self, library: Library, counters: Counters, rate: UploadRate | None) -> None:
        self._library = library
        self._counters = counters
        self._rate = rate

    def enter(self, actor: Actor) -> None:
        """Count an upload that is about to be tried, whatever becomes of it; one refused here is not counted.

        Raises TooOften.
        """
        if self._rate is None or actor.user_id is None:
            return
        now = self._library.clock()
        windows = (
            Window(uploads=STAFF_FACTOR if actor.role in STAFF else 1, seconds=self._rate.seconds_between),
            Window(
                uploads=self._rate.new_account_an_hour if self._is_new(actor, now) else inf, seconds=3_600
            ),
        )
        take = partial(step, now=now.timestamp(), windows=windows)
        keep_seconds = max(window.seconds for window in windows)
        wait = self._counters.step(f"upload {actor.user_id}", now.timestamp(), keep_seconds, take)
        if wait > 0:
            raise TooOften("This account uploads too often.", retry_after_seconds=wait)

    def _is_new(self, actor: Actor, now: datetime) -> bool:
        if self._rate is None or actor.role in STAFF:
            return False
        with self._library.reading() as reading:
            row = reading.execute(
                select(users.c.created_at, users.c.is_verified).where(users.c.id == actor.user_id)
            ).one()
        return not row.is_verified and now - row.created_at < timedelta(days=self._rate.new_account_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most so many uploads in so many seconds from the first of them on."""

    uploads: float
    seconds: float


def step(state: State, now: float, windows: Sequence[Window]) -> tuple[State, float]:
    """Count one upload. Answers 0 if it may pass, else the seconds until one may.

    state: of each window when it began, and how many were let in. A refused upload is not counted.
    """
    before = zip(state[::2], state[1::2], strict=True) if state else [(now, 0.0)] * len(windows)
    after: list[tuple[float, float]] = []
    wait = 0.0
    for window, (began, used) in zip(windows, before, strict=True):
        is_open = abs(now - began) < window.seconds  # not where the clock was set back by more
        if is_open and used >= window.uploads:
            wait = max(wait, began + window.seconds - now)
        after.append((began, used) if is_open else (now, 0.0))
    let_in = 0 if wait > 0 else 1
    return tuple(number for began, used in after for number in (began, used + let_in)), wait
