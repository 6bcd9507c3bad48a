"""Column types that both databases store alike."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import BigInteger, Dialect, Integer, TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class _Reads(Protocol):
    def __call__(self, value: int | None) -> datetime | None: ...


class Instant(TypeDecorator[datetime]):
    """An aware UTC time, stored as whole microseconds since 1970 in a 64-bit integer.

    SQLite has no time type and PostgreSQL's prints in the server's zone; an integer sorts, compares and loads
    into the image index alike on both.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Microseconds since 1970; a naive time is a programming error."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database")
        return (value - EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> _Reads:
        """What makes the aware time; `process_result_value` is called in a way that takes twice as long."""
        del dialect, coltype
        return _moment


def _moment(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(0, 0, value)


Id = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit id. SQLite only makes an INTEGER primary key its row id, and that is 64 bits wide already."""

HIGHEST_ID = 2**63 - 1
"""Neither database can be asked for a higher one."""
