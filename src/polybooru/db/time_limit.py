"""A bound on the time that reading statements take, inside either database."""

import math
import time
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

_STEPS = 20_000  # of SQLite's machine between two looks at the clock: well under a millisecond
_QUERY_CANCELED = "57014"


class TookTooLong(Exception):
    """The database stopped the statement; the connection's transaction is of no further use."""


@contextmanager
def time_limit(connection: Connection, seconds: float) -> Generator[None]:
    """Stop what runs on this connection when the time is up, reading of rows included on SQLite.

    PostgreSQL gives each statement the whole time, and keeps the limit until the transaction ends.
    Raises TookTooLong, at once where there is no time at all.
    """
    if seconds <= 0:
        raise TookTooLong
    if connection.dialect.name != "sqlite":
        milliseconds = max(1, math.ceil(seconds * 1_000))
        connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
        try:
            yield
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _QUERY_CANCELED:
                raise
            raise TookTooLong from error
        return
    deadline = time.monotonic() + seconds
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorname", "") != "SQLITE_INTERRUPT":
            raise
        raise TookTooLong from error
    finally:
        driver.set_progress_handler(None, 0)
