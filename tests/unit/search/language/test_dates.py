"""Periods at the edges of the calendar, and agreement with the standard library in between."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polybooru.search.language.dates import END_OF_TIME, START_OF_TIME, read_period
from polybooru.search.language.fields import QueryError
from polybooru.search.language.tree import Ago

minutes = st.integers(-23 * 60 - 59, 23 * 60 + 59)


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)), minutes)  # noqa: DTZ001 — the zone is drawn apart
def test_a_second_with_a_zone_is_that_second(moment, offset_minutes):
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset_minutes)))
    start, end = read_period(moment.isoformat())
    assert start == moment
    assert end == moment + timedelta(seconds=1)


@given(
    st.from_regex(
        r"[0-9]{4}(-[01][0-9](-[0-3][0-9](T[0-2][0-9](:[0-6][0-9])?)?)?)?([+-][0-2][0-9])?", fullmatch=True
    )
)
def test_a_period_ends_after_it_starts_or_the_text_is_refused(text):
    try:
        start, end = read_period(text)
    except QueryError as error:
        assert "parsed as" in error.message  # noqa: PT017 — refusal is one of two right answers
    else:
        assert start.tzinfo is UTC
        assert START_OF_TIME <= start <= end <= END_OF_TIME


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31", "9999-12-31T23", "9999-12-31T23:59:59"])
def test_the_last_period_ends_at_the_end_of_time(text):
    start, end = read_period(text)
    assert start < end == END_OF_TIME


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("9999-12-31T23-02", (END_OF_TIME, END_OF_TIME)),
        ("0000", (START_OF_TIME, START_OF_TIME)),
        ("0000-02-29", (START_OF_TIME, START_OF_TIME)),
        ("0001-01-01T00+02", (START_OF_TIME, START_OF_TIME)),
        ("0001", (START_OF_TIME, datetime(2, 1, 1, tzinfo=UTC))),
    ],
)
def test_moments_outside_the_calendar_are_moved_to_its_ends(text, period):
    assert read_period(text) == period


def test_a_relative_period_lasts_as_many_seconds_as_it_counts_units():
    assert read_period("2 hours ago") == (Ago(7202), Ago(7200))


def test_thousands_of_digits_are_refused_and_not_computed_with():
    with pytest.raises(QueryError, match="is over a millennium ago"):
        read_period("9" * 8000 + " days ago")
    assert read_period("0" * 8000 + "1 day ago") == (Ago(86_401), Ago(86_400))
