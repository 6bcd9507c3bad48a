"""How often people may upload over HTTP, in every edge together; imports are not counted.

Neighbours: `uploads` (the verb), `polybooru.counters` (where processes count together).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from polybooru.counters import Counters, State
from polybooru.db.tables import users
from polybooru.library.actors import STAFF, Actor
from polybooru.library.errors import TooOften
from polybooru.library.library import Library

STAFF_FACTOR = 10
_HOUR_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRate:
    """One upload in so many seconds; from an account younger than so many days also so many in an hour.

    Staff may do ten times as much, and whom they have verified has no new account.
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
        between = self._rate.seconds_between / (STAFF_FACTOR if actor.role in STAFF else 1)
        an_hour = self._rate.new_account_an_hour if self._is_new(actor, now) else None
        take = partial(step, now=now.timestamp(), seconds_between=between, an_hour=an_hour)
        key = f"upload {actor.user_id}"
        wait = self._counters.step(key, now.timestamp(), max(between, _HOUR_SECONDS), take)
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


def step(state: State, now: float, *, seconds_between: float, an_hour: int | None) -> tuple[State, float]:
    """Count one upload. Answers 0 if it may pass, else the seconds until one may.

    state: when the last one was, when the hour began, how many were in it. an_hour: None for any number.
    """
    last, began, used = state or (now - seconds_between, now, 0.0)
    if not began <= now < began + _HOUR_SECONDS:  # also where the clock was set back
        began, used = now, 0.0
    waits = [last + seconds_between - now if last <= now else 0.0]
    if an_hour is not None and used >= an_hour:
        waits.append(began + _HOUR_SECONDS - now)
    wait = max(waits)
    return ((last, began, used), wait) if wait > 0 else ((now, began, used + 1), 0.0)
