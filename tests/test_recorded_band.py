"""The lane of what this portal saw: statuses over time, gaps where nobody looked, their words."""

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.domain import timeline
from experiments.domain.experiment import Experiment
from experiments.domain.observation import Sighting
from experiments.domain.status import EXPERIMENT, experiment_status
from experiments.domain.timeline import Band, Timeline
from experiments.domain.timeline.pieces import Piece, cut
from experiments.domain.timeline.scale import LAYOUTS, Scale, seconds
from experiments.domain.timeline.spans import DRIFT, LEAST, Stretch
from tests.test_timeline import (
    BERLIN,
    NOW,
    experiment,
    moments_of_now,
    nov,
    running,
    subjects,
    zones,
)


def seen(word: str, since: datetime, until: datetime) -> Sighting:
    return Sighting(status=experiment_status(word), since=since, until=until)


A_LIFE = (
    seen("Creating", nov(19, 9, 12), nov(19, 9, 41)),
    seen("Created", nov(19, 9, 41, 20), nov(19, 17, 37)),
    seen("Starting", nov(19, 17, 38), nov(19, 17, 59)),
    seen("Running", nov(19, 18), nov(20, 22)),
    seen("Running", nov(21, 1), nov(21, 9, 39)),
    seen("Updating", nov(21, 9, 40), nov(21, 12, 47)),
    seen("Running", nov(21, 12, 48), NOW),
)


def drawn(
    sightings: tuple[Sighting, ...],
    subject: Experiment | None = None,
    *,
    now: datetime = NOW,
    zone: tzinfo = UTC,
) -> Timeline:
    return timeline.build(subject or running(), now=now, zone=zone, sightings=sightings)


def band(
    sightings: tuple[Sighting, ...],
    subject: Experiment | None = None,
    *,
    now: datetime = NOW,
    zone: tzinfo = UTC,
) -> Band:
    found = drawn(sightings, subject, now=now, zone=zone).band
    assert found is not None
    return found


def pieces(lane: Band, layout: str = "w") -> list[Piece]:
    return [piece for piece in lane.pieces if layout in piece.layouts.split()]


def told(lane: Band) -> list[str]:
    return [str(entry) for entry in lane.told]


def page(line: Timeline) -> Tag:
    html = render_to_string("experiments/_timeline.html", {"timeline": line})
    found = BeautifulSoup(html, "html.parser").find("section")
    assert isinstance(found, Tag)
    return found


def text(element: Tag) -> str:
    return " ".join(element.get_text(" ").split())


# What was seen


def test_each_status_is_a_piece_of_the_lane() -> None:
    statuses = [piece.status.word if piece.status else None for piece in pieces(band(A_LIFE))]
    assert statuses == [
        *("Creating", "Created", "Starting", "Running"),
        *(None, "Running", "Updating", "Running"),
    ]


def test_the_lane_stands_on_the_scale_of_the_schedule() -> None:
    line = drawn(A_LIFE)
    assert line.band is not None
    assert line.now is not None
    assert [event.x for event in line.events] == [event.x for event in drawn(()).events]
    first, last = line.band.pieces[0], pieces(line.band)[-1]
    assert first.x == pytest.approx(line.events[0].x, abs=0.01)
    assert last.x + last.width == pytest.approx(line.now.x, abs=0.01)


def test_a_change_that_two_near_looks_saw_leaves_no_gap() -> None:
    creating, created = pieces(band(A_LIFE))[:2]
    assert creating.x + creating.width == pytest.approx(created.x, abs=0.01)


def test_the_sequence_is_told_in_words() -> None:
    assert told(band(A_LIFE)) == [
        "Creating 19 Nov 09:12",
        "Created 09:41",
        "Starting 17:38",
        "Running 18:00",
        "nobody was looking, 3 h",
        "Running 21 Nov 01:00",
        "Updating 09:40",
        "Running 12:48",
    ]


def test_the_words_are_in_the_zone_of_the_reader() -> None:
    assert told(band(A_LIFE, zone=BERLIN))[0] == "Creating 19 Nov 10:12"


def test_the_year_is_told_where_looks_are_years_apart() -> None:
    looks = (
        seen("Created", nov(1), nov(1, 1)),
        seen("Running", nov(20), nov(1).replace(year=2028)),
    )
    assert told(band(looks))[0] == "Created 1 Nov 2026 00:00"


def test_a_listener_hears_what_was_seen() -> None:
    assert drawn(A_LIFE[:2], now=nov(19, 17, 40)).description.endswith(
        "This portal saw: Creating 19 Nov 09:12; Created 09:41."
    )


def test_an_icon_needs_twenty_pixels_and_a_word_more() -> None:
    for piece in band(A_LIFE).pieces:
        for layout, width in LAYOUTS.items():
            room = piece.width / 100 * width
            if layout in piece.named.split():
                assert room >= 95
            if layout in piece.alone.split():
                assert room >= 20
    assert "w" in pieces(band(A_LIFE))[-1].named.split()
    assert "s" in pieces(band(A_LIFE), "s")[-1].alone.split()


# What was not seen


def test_without_sightings_there_is_no_lane() -> None:
    line = drawn(())
    assert line.band is None
    assert {spot.y for event in line.events for spot in event.spots} == {128, 158}
    assert "banded" not in str(page(line))
    assert not page(line).select(".ob")


def test_the_marks_stand_below_the_lane() -> None:
    assert {spot.y for event in drawn(A_LIFE).events for spot in event.spots} == {182, 212}


def test_time_without_looks_is_unwatched() -> None:
    (gap,) = [piece for piece in pieces(band(A_LIFE)) if piece.part == "unwatched"]
    assert gap.width > 0


def test_one_status_on_both_sides_of_a_gap_is_not_one_sighting() -> None:
    looks = (
        seen("Running", nov(20), nov(20, 1)),
        seen("Running", nov(20, 1, 4), nov(21)),
    )
    assert told(band(looks, now=nov(21)))[1] == "nobody was looking, 4 min"


def test_time_before_the_first_look_is_empty() -> None:
    lane = pieces(band(A_LIFE[3:]))
    assert lane[0].part == "seen"
    assert lane[0].x > drawn(A_LIFE).events[0].x


def test_time_since_the_last_look_is_unwatched_while_the_experiment_goes_on() -> None:
    line = drawn(A_LIFE[:5])
    assert line.band is not None
    assert line.now is not None
    last = pieces(line.band)[-1]
    assert last.part == "unwatched"
    assert last.x + last.width == pytest.approx(line.now.x, abs=0.01)
    assert told(line.band)[-1] == "nobody was looking, 2 d 4 h"


def test_time_since_the_last_look_is_empty_once_the_experiment_has_ended() -> None:
    ended = experiment("Completed", start=nov(19, 18), end=nov(21), completed=nov(21))
    assert pieces(band(A_LIFE[3:4], ended))[-1].part == "seen"


# What does not fit


def completed() -> Experiment:
    return experiment("Completed", start=nov(9, 12), end=nov(16, 12), completed=nov(16, 12))


def test_an_end_seen_for_weeks_does_not_stretch_the_figure() -> None:
    line = drawn((seen("Completed", nov(16, 12), nov(23)),), completed())
    assert line.axis == drawn((), completed()).axis
    assert line.band is not None
    (piece,) = pieces(line.band)
    assert piece.x + piece.width == 100


def test_a_lane_of_looks_outside_of_the_figure_says_so() -> None:
    line = drawn((seen("Completed", nov(22), nov(23)),), completed())
    assert line.band is not None
    assert line.band.pieces == ()
    assert told(line.band) == ["Completed 22 Nov 00:00"]
    assert "Nobody looked in the time drawn here." in text(page(line))


def test_a_single_look_is_seen() -> None:
    for piece in band((seen("Running", nov(20), nov(20)),)).pieces:
        assert all(piece.width / 100 * LAYOUTS[one] >= 3 for one in piece.layouts.split())


def test_many_short_changes_are_one_piece() -> None:
    words = ("Running", "Updating")
    many = tuple(
        seen(words[i % 2], nov(20) + timedelta(minutes=i), nov(20) + timedelta(minutes=i + 1))
        for i in range(60)
    )
    after = seen("Stopping", nov(20, 1), NOW)
    lane = band((*many, after))
    assert [piece.part for piece in pieces(lane)] == ["several", "seen"]
    # What follows stays where it belongs.
    (alone,) = pieces(band((after,)))
    assert 0 <= pieces(lane)[-1].x - alone.x <= DRIFT / LAYOUTS["w"] * 100
    assert lane.crowded == "w m s"
    assert "several changes, too short to draw apart" in text(page(drawn(many)))


def test_a_few_short_changes_are_told_apart() -> None:
    lane = band(A_LIFE, now=NOW)
    assert not lane.crowded
    assert [piece.status.word for piece in pieces(lane, "s")[:3] if piece.status] == [
        *("Creating", "Created", "Starting"),
    ]


def test_a_long_row_of_short_changes_is_one_piece() -> None:
    hours = timedelta(hours=1.4)
    row = tuple(
        seen(("Running", "Updating")[i % 2], nov(20) + hours * i, nov(20) + hours * (i + 1))
        for i in range(9)
    )
    assert [piece.part for piece in pieces(band(row[:4], now=nov(20) + hours * 4))] == ["seen"] * 4
    assert [piece.part for piece in pieces(band(row, now=nov(20) + hours * 9))] == ["several"]


def test_looks_now_and_then_are_not_drawn_as_one_sighting() -> None:
    rare = tuple(
        seen("Running", nov(20) + timedelta(hours=i), nov(20) + timedelta(hours=i, minutes=2))
        for i in range(48)
    )
    lane = band(rare, now=nov(22))
    (piece,) = pieces(lane)
    assert (piece.part, piece.word) == ("partly", "Running")
    assert piece.x == pieces(band((seen("Running", nov(20), nov(22)),), now=nov(22)))[0].x
    assert "unwatched" in str(page(drawn(rare, now=nov(22))))


def test_pieces_without_room_at_the_edge_are_one() -> None:
    # One second is one pixel here.
    scale = Scale(left=seconds(nov(20)), right=seconds(nov(20)) + LAYOUTS["w"])
    stretches = [
        Stretch(experiment_status("Created"), nov(20), nov(20, 0, 0, 1)),
        Stretch(experiment_status("Running"), nov(20, 0, 0, 1), nov(20, 0, 0, 7)),
    ]
    (piece,) = [one for one in cut(stretches, scale) if one.layouts == "w"]
    assert (piece.part, piece.x) == ("several", 0)
    assert piece.width / 100 * LAYOUTS["w"] == pytest.approx(7, abs=0.01)


def hourly(count: int) -> tuple[Sighting, ...]:
    return tuple(
        seen(
            ("Running", "Updating")[i % 2],
            nov(20) + timedelta(hours=i),
            nov(20, 1) + timedelta(hours=i),
        )
        for i in range(count)
    )


def test_only_the_last_twelve_are_told_and_twenty_four_listed() -> None:
    lane = band(hourly(80), now=nov(24))
    assert (len(lane.told), lane.untold, len(lane.listed), lane.unlisted) == (12, 69, 24, 57)
    shown = page(drawn(hourly(80), now=nov(24)))
    assert text(shown.select(".ob li")[0]) == "earlier ones are left out"
    assert len(shown.select(".ob li")) == 13
    assert "Earlier ones are left out." in text(shown.select("table")[1])


def test_twelve_are_all_of_them() -> None:
    shown = page(drawn(hourly(12), now=nov(20, 12)))
    assert "left out" not in text(shown.select(".ob")[0])


def test_hatching_that_no_entry_explains_has_a_key() -> None:
    looks = (seen("Creating", nov(19, 10), nov(19, 11)), *hourly(13))
    lane = band(looks, now=nov(20, 13))
    assert lane.unexplained
    assert text(page(drawn(looks, now=nov(20, 13))).select(".ob-key")[0]) == "nobody was looking"
    assert not band(A_LIFE).unexplained


# The page


def test_the_list_and_the_table_say_what_the_lane_shows() -> None:
    shown = page(drawn(A_LIFE))
    assert [text(item) for item in shown.select(".ob li")] == told(band(A_LIFE))
    table = shown.select("table")[1]
    assert [text(cell) for cell in table.select("thead th")] == [
        *("Status seen by the portal", "From", "To"),
    ]
    assert text(table.select("tbody tr")[4]) == (
        "nobody was looking 20 Nov 2026 22:00:00 UTC 21 Nov 2026 01:00:00 UTC"
    )
    assert len(shown.select(".ob li use")) == 7


def test_lanes_are_named_by_their_source() -> None:
    words = text(page(drawn(A_LIFE)))
    assert "Observed by the portal" in words
    assert "Recorded by AWS, UTC" in words


def test_a_status_of_the_future_is_written_as_aws_sent_it() -> None:
    shown = page(drawn((seen("<b>Hiber\u202enating", nov(20), NOW),)))
    assert shown.select(".ob bdi")[0].get_text() == "<b>Hiber\u202enating"
    assert str(shown.select(".ob use")[0]["href"]).endswith("#unknown")


# Whatever was seen

near = st.datetimes(
    min_value=datetime(2026, 10, 1), max_value=datetime(2026, 12, 31), timezones=st.just(UTC)
)
anywhen = st.one_of(near, near, near, st.datetimes(timezones=st.just(UTC)))
some_words = st.one_of(st.sampled_from([*EXPERIMENT]), st.text(max_size=40))


@st.composite
def looks(draw: st.DrawFn) -> tuple[Sighting, ...]:
    """Sightings in order of time, some touching, some minutes and some years apart."""
    count = draw(st.integers(1, 30))
    ends = sorted(draw(st.lists(anywhen, min_size=2 * count, max_size=2 * count)))
    if draw(st.booleans()):
        steps = draw(st.lists(st.integers(0, 400), min_size=2 * count, max_size=2 * count))
        at = draw(near)
        ends = [at := at + timedelta(minutes=step) for step in steps]
    return tuple(
        seen(draw(some_words), since, until)
        for since, until in zip(ends[::2], ends[1::2], strict=True)
    )


@settings(max_examples=400, deadline=None)
@given(sightings=looks(), subject=subjects, now=moments_of_now, zone=zones)
def test_any_sightings_make_a_sound_lane(
    sightings: tuple[Sighting, ...], subject: Experiment, now: datetime, zone: tzinfo
) -> None:
    line = drawn(sightings, subject, now=now, zone=zone)
    bare = drawn((), subject, now=now, zone=zone)
    assert (line.axis, line.plan) == (bare.axis, bare.plan)
    assert line.band is not None
    for layout, width in LAYOUTS.items():
        lane = pieces(line.band, layout)
        for piece in lane:
            assert 0 <= piece.x < piece.x + piece.width <= 100.001
            assert piece.width / 100 * width >= LEAST - 0.02
        for one, other in pairwise(lane):
            assert one.x + one.width <= other.x + 0.001
    assert line.description
    assert all(map(str, line.band.entries))
    assert sum(entry.status is not None for entry in line.band.entries) == len(sightings)


@settings(max_examples=30, deadline=None)
@given(sightings=looks(), subject=subjects, now=moments_of_now)
def test_any_sightings_can_be_written(
    sightings: tuple[Sighting, ...], subject: Experiment, now: datetime
) -> None:
    shown = page(drawn(sightings, subject, now=now))
    assert len(shown.select(".ob li")) <= 13
    assert len(shown.select("svg.fig *")) < 2500


@settings(max_examples=20, deadline=None)
@given(minutes=st.lists(st.integers(0, 300), min_size=400, max_size=400))
def test_two_hundred_sightings_stay_a_calm_drawing(minutes: list[int]) -> None:
    at = nov(19, 9)
    ends = [at := at + timedelta(minutes=step) for step in minutes]
    words = [*EXPERIMENT]
    sightings = tuple(
        seen(words[index % len(words)], ends[2 * index], ends[2 * index + 1])
        for index in range(200)
    )
    line = drawn(sightings, experiment(start=nov(19, 9), end=ends[-1]), now=ends[-1])
    assert line.band is not None
    assert len(line.band.pieces) < 250
