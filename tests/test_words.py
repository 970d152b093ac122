"""Durations and times in words."""

import locale
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.domain import words

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 14, 2, 10, tzinfo=UTC)
ZONES = sorted(available_timezones())


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=3, hours=4), "3 d 4 h"),
        (timedelta(hours=18, minutes=58), "18 h 58 min"),
        (timedelta(minutes=38), "38 min"),
        (timedelta(days=7), "7 d"),
        (timedelta(days=7, minutes=59), "7 d"),
        (timedelta(hours=2), "2 h"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(0), "less than a minute"),
        (timedelta(days=-1, hours=-4), "1 d 4 h"),
        (timedelta(days=14275, hours=3), "14\u2009275 d"),
    ],
)
def test_a_duration_has_two_units_at_most(span: timedelta, text: str) -> None:
    assert words.duration(span) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=3, hours=3, minutes=58), "3 d 4 h"),
        (timedelta(minutes=37, seconds=50), "38 min"),
        (timedelta(minutes=59, seconds=1), "1 h"),
        (timedelta(hours=23, minutes=59, seconds=30), "1 d"),
        (timedelta(days=6, hours=23, seconds=1), "7 d"),
        (timedelta(seconds=30), "less than a minute"),
    ],
)
def test_what_remains_is_rounded_up(span: timedelta, text: str) -> None:
    assert words.remaining(span) == text


@given(elapsed=st.timedeltas(min_value=timedelta(days=1), max_value=timedelta(days=6)))
def test_elapsed_and_remaining_add_up_to_the_window(elapsed: timedelta) -> None:
    window = timedelta(days=7)
    assert _hours(words.duration(elapsed)) + _hours(words.remaining(window - elapsed)) == 7 * 24


def _hours(text: str) -> int:
    amounts = text.split()[::2]
    units = text.split()[1::2]
    return sum(
        int(amount) * {"d": 24, "h": 1}[unit] for amount, unit in zip(amounts, units, strict=True)
    )


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (timedelta(days=-4, hours=-5), "4 d ago"),
        (timedelta(hours=-23), "23 h ago"),
        (timedelta(minutes=-2), "2 min ago"),
        (timedelta(0), "just now"),
        (timedelta(seconds=5), "in less than a minute"),
        (timedelta(minutes=3), "in 3 min"),
        (timedelta(days=3, hours=4), "in 3 d 4 h"),
    ],
)
def test_the_past_takes_one_unit_and_the_future_two(distance: timedelta, text: str) -> None:
    assert words.relative(NOW + distance, NOW) == text


def test_stamps_name_their_zone() -> None:
    start = datetime(2026, 11, 19, 18, tzinfo=UTC)
    assert words.stamp(start, UTC) == "19 Nov 2026 18:00:00 UTC"
    assert words.stamp(start, BERLIN) == "19 Nov 2026 19:00:00 CET"
    assert words.clock(NOW, UTC) == "14:02:10 UTC"
    assert words.short(start, UTC) == "19 Nov 18:00"
    assert words.precise(start, UTC) == "19 Nov 18:00:00"
    assert words.dated(start, UTC) == "19 Nov 2026 18:00"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (ZoneInfo("Europe/Istanbul"), "UTC+3"),
        (ZoneInfo("America/Sao_Paulo"), "UTC-3"),
        (ZoneInfo("Asia/Kathmandu"), "UTC+5:45"),
        (ZoneInfo("Asia/Kolkata"), "IST"),
        (timezone(timedelta(hours=-9, minutes=-30)), "UTC-9:30"),
        (timezone(timedelta(0)), "UTC"),
    ],
)
def test_a_zone_without_a_name_is_called_by_its_offset(zone: ZoneInfo, name: str) -> None:
    assert words.zone_name(NOW, zone) == name


def test_the_name_of_a_zone_follows_the_season() -> None:
    assert words.zone_name(datetime(2026, 7, 1, tzinfo=UTC), BERLIN) == "CEST"
    assert words.zone_name(datetime(2026, 12, 1, tzinfo=UTC), BERLIN) == "CET"


def test_labels_of_the_axis_are_in_the_zone_asked_for() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert words.weekday(late, UTC) == "Thu 31 Dec"
    assert words.weekday(late, BERLIN) == "Fri 1 Jan"
    assert words.day(late, BERLIN) == "1 Jan"
    assert words.month(late, BERLIN) == "Jan 2027"
    assert words.year(late, BERLIN) == "2027"
    assert words.minute(late, BERLIN) == "00:30"


def test_words_stay_english_in_any_locale() -> None:
    before = locale.setlocale(locale.LC_TIME)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_TIME, name)
        except locale.Error:
            continue
        try:
            assert words.weekday(datetime(2026, 5, 5, tzinfo=UTC), UTC) == "Tue 5 May"
        finally:
            locale.setlocale(locale.LC_TIME, before)


def test_machine_times_are_in_utc_with_a_fraction_only_where_there_is_one() -> None:
    start = datetime(2026, 11, 19, 18, tzinfo=UTC)
    assert words.iso(start) == "2026-11-19T18:00:00Z"
    assert words.iso(start.replace(microsecond=120_000)) == "2026-11-19T18:00:00.120Z"
    assert words.iso(start.replace(microsecond=120_001)) == "2026-11-19T18:00:00.120001Z"
    assert words.iso(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00Z"


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_a_machine_time_reads_back_as_it_was(moment: datetime) -> None:
    assert datetime.fromisoformat(words.iso(moment)) == moment


@pytest.mark.parametrize("moment", [datetime.min, datetime.max, datetime(1900, 1, 1)])
def test_no_zone_and_no_year_is_refused(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    for name in ZONES:
        zone = ZoneInfo(name)
        assert words.stamp(moment, zone)
        assert words.weekday(moment, zone)


@given(moment=st.datetimes(timezones=st.just(UTC)), name=st.sampled_from(ZONES))
def test_every_time_has_words_in_every_zone(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    assert str(words.local(moment, zone).year) in str(int(words.year(moment, zone)))
    assert words.stamp(moment, zone).endswith(words.zone_name(moment, zone))
    assert not words.zone_name(moment, zone).startswith(("+", "-"))
