"""Durations and times in words, in English whatever the process's locale, in the zone asked for.

Every function takes an aware time in UTC and never refuses one: a zone that would carry a time out
of Python's calendar (before year 1, after 9999) gives way to UTC.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

THIN_SPACE = "\u2009"
NUMERIC_ZONE = re.compile(r"(?:UTC)?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)?")


def duration(span: timedelta) -> str:
    """How long something took, whatever its sign: whole units, two at most, the rest cut off."""
    span = abs(span)
    if span < MINUTE:
        return "less than a minute"
    if span < DAY:
        return _units(span // HOUR, "h", span % HOUR // MINUTE, "min")
    return _units(span // DAY, "d", span % DAY // HOUR, "h")


def remaining(span: timedelta) -> str:
    """How long until something, rounded up.

    Then "3 d 20 h elapsed" and "3 d 4 h left" add up to "7 d" at every minute in between.
    """
    span = abs(span)
    if span < MINUTE:
        return duration(span)
    minutes = -(-span // MINUTE)
    if minutes < DAY // MINUTE:
        return duration(MINUTE * minutes)
    hours = -(-span // HOUR)
    return _units(hours // 24, "d", hours % 24, "h")


def relative(moment: datetime, now: datetime) -> str:
    """ "4 d ago", "in 3 d 4 h". What is over needs one unit; what is ahead is planned around."""
    ahead = moment - now
    if ahead >= MINUTE:
        return f"in {remaining(ahead)}"
    if ahead > timedelta(0):
        return "in less than a minute"
    past = -ahead
    if past < MINUTE:
        return "just now"
    if past < HOUR:
        return f"{past // MINUTE} min ago"
    if past < DAY:
        return f"{past // HOUR} h ago"
    return f"{_thousands(past // DAY)} d ago"


def local(moment: datetime, zone: tzinfo) -> datetime:
    """``moment`` on the clocks of ``zone``; in UTC where those clocks have no such year."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=UTC)


def stamp(moment: datetime, zone: tzinfo) -> str:
    """The whole time: "19 Nov 2026 18:00:00 UTC"."""
    here = local(moment, zone)
    return f"{_day(here)} {here.year:04} {_second(here)} {_zone_name(here)}"


def dated(moment: datetime, zone: tzinfo) -> str:
    """For figures that span years: "19 Nov 2026 18:00"."""
    here = local(moment, zone)
    return f"{_day(here)} {here.year:04} {_minute(here)}"


def short(moment: datetime, zone: tzinfo) -> str:
    """Where the year is plain: "19 Nov 18:00"."""
    here = local(moment, zone)
    return f"{_day(here)} {_minute(here)}"


def precise(moment: datetime, zone: tzinfo) -> str:
    """For figures that span minutes: "19 Nov 18:00:05"."""
    here = local(moment, zone)
    return f"{_day(here)} {_second(here)}"


def clock(moment: datetime, zone: tzinfo) -> str:
    """ "14:02:10 UTC"."""
    here = local(moment, zone)
    return f"{_second(here)} {_zone_name(here)}"


def minute(moment: datetime, zone: tzinfo) -> str:
    """ "14:02"."""
    return _minute(local(moment, zone))


def weekday(moment: datetime, zone: tzinfo) -> str:
    """ "Mon 23 Nov"."""
    here = local(moment, zone)
    return f"{WEEKDAYS[here.weekday()]} {_day(here)}"


def day(moment: datetime, zone: tzinfo) -> str:
    """ "23 Nov"."""
    return _day(local(moment, zone))


def month(moment: datetime, zone: tzinfo) -> str:
    """ "Nov 2026"."""
    here = local(moment, zone)
    return f"{MONTHS[here.month - 1]} {here.year:04}"


def year(moment: datetime, zone: tzinfo) -> str:
    """ "2026"."""
    return f"{local(moment, zone).year:04}"


def zone_name(moment: datetime, zone: tzinfo) -> str:
    """What the zone is called at that time: "UTC", "CEST", or "UTC+3" where it has no name."""
    return _zone_name(local(moment, zone))


def iso(moment: datetime) -> str:
    """For a machine: "2026-11-19T18:00:00Z", with a fraction only where there is one."""
    # HTML allows three digits; AWS sends milliseconds. A finer time keeps all of its digits.
    if moment.microsecond == 0:
        precision = "seconds"
    else:
        precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def _units(large: int, large_name: str, small: int, small_name: str) -> str:
    if not large:
        return f"{small} {small_name}"
    if not small or large >= 1000:
        return f"{_thousands(large)} {large_name}"
    return f"{large} {large_name} {small} {small_name}"


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", THIN_SPACE)


def _day(here: datetime) -> str:
    return f"{here.day} {MONTHS[here.month - 1]}"


def _minute(here: datetime) -> str:
    return f"{here.hour:02}:{here.minute:02}"


def _second(here: datetime) -> str:
    return f"{_minute(here)}:{here.second:02}"


def _zone_name(here: datetime) -> str:
    name = here.tzname() or here.strftime("%z")
    numeric = NUMERIC_ZONE.match(name)
    if numeric is None:
        return name
    hours, minutes = int(numeric["hours"]), int(numeric["minutes"] or 0)
    if not hours and not minutes:
        return "UTC"
    return f"UTC{numeric['sign']}{hours}" + (f":{minutes:02}" if minutes else "")
