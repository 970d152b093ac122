"""The clock: stepped, sped up, and sent into the past."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine

from experiments.demo.clock import Clock

from .builders import DAY, NOW, SECOND


def test_it_follows_the_machine_unless_told_otherwise() -> None:
    with time_machine.travel(NOW, tick=False):
        assert Clock().now() == NOW


def test_it_stands_still_at_speed_zero_until_it_is_stepped() -> None:
    clock = Clock(NOW, speed=0)
    assert clock.now() == clock.now() == NOW
    clock.step(DAY)
    assert clock.now() == NOW + DAY


def test_it_lives_through_weeks_at_high_speed() -> None:
    clock = Clock(NOW, speed=1e9)
    assert clock.now() > NOW + timedelta(minutes=1)


def test_it_keeps_whole_milliseconds_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    clock = Clock(datetime(2026, 11, 23, 18, 0, 0, 123_456, tzinfo=tokyo), speed=0)
    assert clock.now() == datetime(2026, 11, 23, 9, 0, 0, 123_000, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_it_goes_on_from_the_present_after_a_journey() -> None:
    clock = Clock(NOW, speed=0)
    with clock.travel() as travel:
        travel.to(NOW - 35 * DAY)
        assert clock.now() == NOW - 35 * DAY
        clock.step(SECOND)
        assert clock.now() == NOW - 35 * DAY + SECOND
    assert clock.now() == NOW


def test_it_comes_back_from_a_journey_that_failed() -> None:
    clock = Clock(NOW, speed=0)
    with contextlib.suppress(LookupError), clock.travel() as travel:
        travel.to(NOW - DAY)
        raise LookupError
    assert clock.now() == NOW


def test_the_machines_own_clock_cannot_be_stepped_or_sped_up() -> None:
    with pytest.raises(RuntimeError, match="cannot be stepped"):
        Clock().step(SECOND)
    with pytest.raises(ValueError, match="moment to start from"):
        Clock(speed=2)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Clock(NOW.replace(tzinfo=None))


def test_one_journey_at_a_time() -> None:
    clock = Clock(NOW, speed=0)
    with clock.travel(), pytest.raises(RuntimeError, match="already"), clock.travel():
        pass
