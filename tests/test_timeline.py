"""The schedule as a drawing: places in percent, and the words beside them."""

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.domain import timeline
from experiments.domain.experiment import Endpoint, Experiment, Schedule
from experiments.domain.status import EXPERIMENT, experiment_status
from experiments.domain.timeline import Event, Kind, Timeline
from experiments.domain.timeline.events import clear_of
from experiments.domain.timeline.scale import LAYOUTS, text_width

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 14, 2, 10, tzinfo=UTC)
NOMINAL = 1080


def nov(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


def experiment(
    word: str = "Running",
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    created: datetime | None = None,
    modified: datetime | None = None,
    completed: datetime | None = None,
) -> Experiment:
    return Experiment(
        arn="arn",
        name="checkout-ranker-v7",
        type="ShadowMode",
        status=experiment_status(word),
        endpoint=Endpoint(name="checkout-ranker-prod"),
        schedule=Schedule(start=start, end=end) if start or end else None,
        created=created,
        modified=modified,
        completed=completed,
    )


def drawn(subject: Experiment, *, now: datetime = NOW, zone: tzinfo = UTC) -> Timeline:
    return timeline.build(subject, now=now, zone=zone)


def running() -> Experiment:
    return experiment(
        created=nov(19, 9, 12), start=nov(19, 18), end=nov(26, 18), modified=nov(21, 12, 48)
    )


def named(line: Timeline, label: str) -> Event:
    return next(event for event in line.events if event.label == label)


def said(line: Timeline) -> str:
    return str(line.headline)


def axis_words(line: Timeline, layout: str = "w") -> list[str]:
    return [
        label.text
        for tick in line.axis.ticks
        for label in tick.labels
        if layout in label.layouts.split()
    ]


# What a running experiment shows


def test_the_bar_is_filled_up_to_now() -> None:
    line = drawn(running())
    elapsed, remaining = line.plan.segments
    assert line.now is not None
    assert line.plan.x == elapsed.x == named(line, "Started").x
    assert elapsed.x + elapsed.width == pytest.approx(line.now.x)
    assert remaining.x + remaining.width == pytest.approx(named(line, "Planned end").x)
    assert (elapsed.label, remaining.label) == ("3 d 20 h elapsed", "3 d 4 h left")


def test_the_headline_says_how_much_is_left() -> None:
    line = drawn(running())
    assert said(line) == "3 d 4 h left of 7 d"
    assert line.headline.strong == "3 d 4 h"
    assert line.window == "19 Nov 18:00 to 26 Nov 18:00 UTC"
    assert line.span == "7 d window"


def test_a_listener_hears_what_the_drawing_shows() -> None:
    assert drawn(running()).description == (
        "3 d 4 h left of 7 d. Now 23 Nov 2026 14:02:10 UTC. Created 19 Nov 2026 09:12:00 UTC. "
        "Started 19 Nov 2026 18:00:00 UTC. Last modified 21 Nov 2026 12:48:00 UTC. "
        "Planned end 26 Nov 2026 18:00:00 UTC."
    )


def test_the_figure_begins_and_ends_a_little_outside_the_known_times() -> None:
    line = drawn(running())
    assert named(line, "Created").x == 2.783
    assert named(line, "Planned end").x == 95.547


def test_every_event_has_a_row_for_the_table() -> None:
    rows = [
        (event.label, event.field, event.stamp, event.relative) for event in drawn(running()).events
    ]
    assert rows == [
        ("Created", "CreationTime", "19 Nov 2026 09:12:00 UTC", "4 d ago"),
        ("Started", "Schedule.StartTime", "19 Nov 2026 18:00:00 UTC", "3 d ago"),
        ("Last modified", "LastModifiedTime", "21 Nov 2026 12:48:00 UTC", "2 d ago"),
        ("Planned end", "Schedule.EndTime", "26 Nov 2026 18:00:00 UTC", "in 3 d 4 h"),
    ]
    assert named(drawn(running()), "Started").iso == "2026-11-19T18:00:00Z"


def test_now_moves_the_fill_and_nothing_else() -> None:
    early, late = drawn(running()), drawn(running(), now=NOW + timedelta(days=1))
    assert early.events[1].x == late.events[1].x
    assert early.plan.segments[0].width < late.plan.segments[0].width


# What a plan and the present can be to each other


def test_past_the_planned_end_the_bar_goes_on_hatched() -> None:
    line = drawn(experiment(start=nov(15, 10), end=nov(22, 10)))
    assert line.kind is Kind.OVERDUE
    assert said(line) == "1 d 4 h past its planned end"
    assert [segment.part for segment in line.plan.segments] == ["elapsed", "over"]
    assert line.plan.segments[1].x == named(line, "Planned end").x
    assert line.now is not None
    assert line.now.side == "before"


def test_a_start_ahead_is_an_empty_bar() -> None:
    line = drawn(experiment("Created", created=nov(23, 12), start=nov(25, 8), end=nov(30, 8)))
    assert line.kind is Kind.FUTURE
    assert said(line) == "starts in 1 d 18 h"
    assert not line.plan.begun
    assert line.plan.segments[0].label == "5 d planned"
    assert named(line, "Planned start").mark == "planned-start"


def test_a_start_that_was_missed_is_not_called_started() -> None:
    line = drawn(experiment("Created", start=nov(23, 12), end=nov(30, 12)))
    assert line.kind is Kind.LATE
    assert said(line) == "2 h 2 min past its planned start"
    assert [event.label for event in line.events] == ["Planned start", "Planned end"]
    assert not line.plan.begun


def test_stopped_early_leaves_the_rest_of_the_plan_unused() -> None:
    stop = nov(18, 16, 31)
    line = drawn(experiment("Cancelled", start=nov(17, 12), end=nov(24, 12), completed=stop))
    assert line.kind is Kind.ENDED_EARLY
    assert said(line) == "stopped after 1 d 4 h of 7 d"
    assert [segment.part for segment in line.plan.segments] == ["elapsed", "unused"]
    assert line.plan.segments[1].x == named(line, "Stopped").x
    assert line.plan.tone == "done"


def test_a_full_run_is_one_bar() -> None:
    line = drawn(
        experiment("Completed", start=nov(9, 12), end=nov(16, 12), completed=nov(16, 12, 4))
    )
    assert line.kind is Kind.ENDED
    assert said(line) == "ran 7 d"
    assert [segment.part for segment in line.plan.segments] == ["elapsed"]
    assert named(line, "Completed").mark == "stopped"


def test_a_run_that_ended_late_says_by_how_much() -> None:
    line = drawn(experiment("Completed", start=nov(9, 12), end=nov(16, 12), completed=nov(18, 12)))
    assert said(line) == "ran 9 d, 2 d longer than planned"
    assert [segment.part for segment in line.plan.segments] == ["elapsed", "over"]


def test_an_experiment_cancelled_before_its_start_never_started() -> None:
    line = drawn(experiment("Cancelled", start=nov(29, 12), end=nov(30, 12), completed=nov(27, 12)))
    assert said(line) == "stopped 2 d before its planned start"
    assert [segment.part for segment in line.plan.segments] == ["unused"]
    assert named(line, "Planned start").mark == "planned-start"


def test_an_ended_experiment_without_a_time_of_its_end_shows_no_run() -> None:
    line = drawn(experiment("Cancelled", start=nov(17, 12), end=nov(24, 12)))
    assert said(line) == "stopped, AWS gives no time"
    assert line.plan.segments == ()


def test_without_a_schedule_there_is_a_sentence_and_no_bar() -> None:
    line = drawn(experiment(created=nov(20, 12)))
    assert line.kind is Kind.NONE
    assert said(line) == "No schedule"
    assert line.plan.sentence
    assert line.plan.segments == ()
    assert line.window == ""


def test_without_an_end_the_bar_runs_off_the_figure() -> None:
    line = drawn(experiment(start=nov(20, 12)))
    assert said(line) == "AWS gives no planned end"
    assert line.plan.open_end
    assert line.plan.x + line.plan.width == pytest.approx(100)
    assert line.now is not None
    assert line.now.x < 85
    assert line.window == "from 20 Nov 12:00 UTC"


def test_without_a_start_the_bar_begins_with_the_creation() -> None:
    line = drawn(experiment(created=nov(20, 10), end=nov(27, 12)))
    assert line.plan.x == named(line, "Created").x
    assert said(line) == "3 d 22 h left"
    assert line.window == "until 27 Nov 12:00 UTC"


@pytest.mark.parametrize("end", [nov(19, 18), nov(18)])
def test_a_plan_that_ends_before_it_starts_is_told_and_not_drawn(end: datetime) -> None:
    line = drawn(experiment(start=nov(19, 18), end=end))
    assert line.kind is Kind.BACKWARDS
    assert said(line) == "The planned end is not after the start."
    assert {event.label for event in line.events} == {"Started", "Planned end"}


def test_a_window_too_short_for_the_figure_is_still_seen() -> None:
    line = drawn(experiment("Created", created=nov(1), start=nov(30), end=nov(30, 0, 3)))
    assert line.plan.width < 0.3
    assert line.plan.across == "3"


def test_nothing_known_but_now() -> None:
    line = drawn(experiment())
    assert line.events == ()
    assert line.now is not None
    assert line.now.x == pytest.approx(49, abs=1)


def test_an_unknown_status_is_drawn_by_its_times() -> None:
    assert said(drawn(experiment("Hibernating", start=nov(19, 18), end=nov(26, 18)))).endswith(
        "of 7 d"
    )


# Now, once the experiment has ended


def test_now_is_left_out_long_after_the_end() -> None:
    ended = experiment("Completed", start=nov(9, 12), end=nov(16, 12), completed=nov(16, 12))
    assert drawn(ended).now is None
    assert drawn(ended, now=nov(16, 18)).now is not None


def test_now_stays_while_the_planned_end_is_still_ahead() -> None:
    line = drawn(
        experiment("Cancelled", start=nov(17, 12), end=nov(24, 12), completed=nov(18, 16, 31))
    )
    assert line.now is not None
    assert line.now.text == "now 14:02"


# The axis


def test_a_week_is_ticked_by_days() -> None:
    line = drawn(running())
    assert axis_words(line)[:3] == ["Fri 20 Nov", "Sat 21 Nov", "Sun 22 Nov"]
    assert axis_words(line, "s")[0] == "20 Nov"
    assert [label.text for label in line.axis.origin] == ["Thu 19 Nov"]


def test_hours_name_the_day_at_midnight() -> None:
    line = drawn(experiment(created=nov(20, 12)))
    assert axis_words(line)[:4] == ["12:00", "18:00", "21 Nov", "06:00"]
    assert "21 Nov" in axis_words(line, "s")


@pytest.mark.parametrize(
    ("length", "step"),
    [
        (timedelta(minutes=3), "14:03"),
        (timedelta(hours=1), "14:15"),
        (timedelta(days=30), "Mon 30 Nov"),
        (timedelta(days=60), "Mon 7 Dec"),
        (timedelta(days=900), "Jul 2027"),
        (timedelta(days=9000), "2030"),
    ],
)
def test_the_step_suits_the_window(length: timedelta, step: str) -> None:
    start = NOW - timedelta(seconds=30)
    assert step in axis_words(drawn(experiment(start=start, end=start + length)))


def test_days_begin_at_local_midnight_when_clocks_change() -> None:
    start = datetime(2026, 10, 20, tzinfo=UTC)
    line = drawn(experiment(start=start, end=start + timedelta(days=9)), now=start, zone=BERLIN)
    gaps = [round(after.x - before.x, 2) for before, after in pairwise(line.axis.ticks)]
    # 25 October 2026 has 25 hours in Berlin.
    assert sorted(gaps)[-1] == pytest.approx(sorted(gaps)[0] * 25 / 24, rel=0.01)
    assert gaps.count(sorted(gaps)[-1]) == 1


@pytest.mark.parametrize(
    ("name", "day"),
    [
        # Clocks go back from 01:00 to midnight, or on from midnight to 01:00.
        ("America/Havana", datetime(2026, 11, 1, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2026, 4, 24, tzinfo=UTC)),
    ],
)
def test_a_day_whose_midnight_comes_twice_or_never_begins_once(name: str, day: datetime) -> None:
    plan = experiment(start=day - timedelta(days=4), end=day + timedelta(days=5))
    days = axis_words(drawn(plan, now=day - timedelta(days=4), zone=ZoneInfo(name)))
    assert len(days) == len(set(days)) >= 8
    assert days.count(f"{day:%a} {day.day} {day:%b}") == 1


def test_an_hour_that_comes_twice_has_two_ticks() -> None:
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    line = drawn(experiment(start=start, end=start + timedelta(hours=6)), now=start, zone=BERLIN)
    assert axis_words(line).count("02:00") + axis_words(line).count("02:30") >= 2


def test_weekends_are_one_ground_in_the_zone_of_the_reader() -> None:
    (weekend,) = drawn(running()).axis.weekends
    (local,) = drawn(running(), zone=BERLIN).axis.weekends
    assert weekend.width == pytest.approx(48 / (7 * 24 + 8.8) * 100 / 1.078, abs=0.01)
    assert local.x < weekend.x


def test_long_figures_have_no_weekends() -> None:
    assert drawn(experiment(start=nov(1), end=nov(1) + timedelta(days=60))).axis.weekends == ()


def test_the_line_of_now_runs_through_no_label() -> None:
    line = drawn(running())
    assert "Mon 23 Nov" not in axis_words(line)
    assert line.now is not None
    assert line.now.through == clear_of(line.events, line.now.x) == "w m"


# Marks


def test_marks_close_together_stand_in_rows() -> None:
    line = drawn(experiment(created=nov(19, 17, 50), start=nov(19, 18), end=nov(26, 18)))
    levels = {event.label: event.spots[0].level for event in line.events}
    assert levels == {"Created": 1, "Started": 0, "Planned end": 0}
    assert line.wide_rows == 2


def test_a_label_turns_to_the_left_at_the_right_edge() -> None:
    line = drawn(running())
    assert named(line, "Planned end").spots[0].flipped
    assert not named(line, "Started").spots[0].flipped


def test_minutes_and_years_are_told_where_they_matter() -> None:
    short = drawn(experiment(start=nov(23, 14, 1), end=nov(23, 14, 4)))
    assert named(short, "Started").when == "23 Nov 14:01:00"
    long = drawn(experiment(start=nov(1), end=nov(1) + timedelta(days=900)))
    assert named(long, "Started").when == "1 Nov 2026 00:00"


def test_the_window_names_both_zones_where_clocks_change() -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    line = drawn(experiment(start=start, end=start + timedelta(days=3)), now=start, zone=BERLIN)
    assert line.window == "24 Oct 14:00 CEST to 27 Oct 13:00 CET"


def test_places_are_written_as_svg_wants_them() -> None:
    line = drawn(running())
    assert named(line, "Created").left == "2.783%"
    assert line.axis.minor_path.startswith("M")


# The tick of the page


def test_the_tick_changes_every_minute_at_least_for_a_short_window() -> None:
    short = experiment(start=nov(23, 14), end=nov(23, 15))
    first = timeline.tick(short, nov(23, 14, 0, 1))
    assert first == timeline.tick(short, nov(23, 14, 0, 59))
    assert first != timeline.tick(short, nov(23, 14, 1, 0))


def test_the_tick_of_a_long_window_is_slow_far_from_its_ends() -> None:
    ticks = {timeline.tick(running(), nov(23) + timedelta(minutes=m)) for m in range(6 * 60)}
    assert len(ticks) <= 6 * 4


def test_the_tick_counts_minutes_where_a_planned_end_is_near() -> None:
    end = running().planned_end
    assert end is not None
    ticks = {timeline.tick(running(), end - timedelta(minutes=m)) for m in range(60)}
    assert len(ticks) == 60


def test_an_ended_experiment_has_no_tick() -> None:
    assert timeline.tick(experiment("Completed"), NOW) is None
    assert timeline.tick(experiment("Cancelled"), NOW) is None


# Whatever AWS may send

near = st.datetimes(
    min_value=datetime(2026, 10, 1), max_value=datetime(2026, 12, 31), timezones=st.just(UTC)
)
anywhen = st.one_of(near, near, st.datetimes(timezones=st.just(UTC)))
perhaps = st.none() | anywhen
subjects = st.builds(
    experiment,
    st.sampled_from([*EXPERIMENT, "Hibernating"]),
    start=perhaps,
    end=perhaps,
    created=perhaps,
    modified=perhaps,
    completed=perhaps,
)
zones = st.sampled_from(
    [
        UTC,
        *map(
            ZoneInfo,
            [
                "Europe/Berlin",
                "America/St_Johns",
                "Asia/Kathmandu",
                "Australia/Lord_Howe",
                "Pacific/Kiritimati",
                "Pacific/Niue",
                "America/Havana",
                "Africa/Cairo",
            ],
        ),
    ]
)
moments_of_now = st.one_of(near, near, st.datetimes(timezones=st.just(UTC)))


@settings(max_examples=400, deadline=None)
@given(subject=subjects, now=moments_of_now, zone=zones)
def test_any_times_make_a_sound_drawing(subject: Experiment, now: datetime, zone: tzinfo) -> None:
    line = drawn(subject, now=now, zone=zone)
    ticks = [tick.x for tick in line.axis.ticks]
    assert len(ticks) <= 30
    assert len(line.axis.minor) <= 120
    assert all(before < after for before, after in pairwise(ticks))
    assert all(before < after for before, after in pairwise(line.axis.minor))
    places = [*ticks, *line.axis.minor, *(event.x for event in line.events), line.plan.x]
    spans = [(line.plan.x, line.plan.width)]
    spans += [(segment.x, segment.width) for segment in line.plan.segments]
    spans += [(weekend.x, weekend.width) for weekend in line.axis.weekends]
    assert all(width >= 0 for _, width in spans)
    places += [place for x, width in spans for place in (x, x + width)]
    if line.now:
        places.append(line.now.x)
    assert all(0 <= place <= 100.0005 for place in places)
    assert said(line)
    assert line.description
    assert line.wide_rows <= 5
    assert line.medium_rows <= 5
    tick = timeline.tick(subject, now)
    assert (tick is None) == (subject.status.word in {"Completed", "Cancelled"})


@settings(max_examples=300, deadline=None)
@given(subject=subjects, now=moments_of_now, zone=zones)
def test_no_label_lies_over_another(subject: Experiment, now: datetime, zone: tzinfo) -> None:
    line = drawn(subject, now=now, zone=zone)
    for layout, width in [*LAYOUTS.items(), ("w", NOMINAL)]:
        for (left, text), (right, _) in pairwise(_axis_labels(line, layout)):
            assert left / 100 * width + 5 + text_width(text) < right / 100 * width
        if layout == "s":
            continue
        for one, other in combinations(_event_boxes(line, layout, width), 2):
            assert one[0] != other[0] or one[2] < other[1] or other[2] < one[1]


def _axis_labels(line: Timeline, layout: str) -> list[tuple[float, str]]:
    origin = [(0.0, label.text) for label in line.axis.origin if layout in label.layouts.split()]
    return origin + [
        (tick.x, label.text)
        for tick in line.axis.ticks
        for label in tick.labels
        if layout in label.layouts.split()
    ]


def _event_boxes(line: Timeline, layout: str, width: int) -> list[tuple[int, float, float]]:
    """The row, the left and the right edge of every mark with its label."""
    boxes = []
    for event in line.events:
        spot = next(spot for spot in event.spots if layout in spot.layouts.split())
        x = event.x / 100 * width
        needed = 11 + max(text_width(event.label, size=12, bold=True), text_width(event.when))
        edges = (x - needed, x + 6) if spot.flipped else (x - 6, x + needed)
        boxes.append((spot.level, *edges))
    return boxes
