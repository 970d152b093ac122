"""Reading the fleet: counting, finding and sorting its rows. Raises availability.Unavailable."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Q, Value

from experiments.domain.fleet.entry import Entry
from experiments.domain.fleet.overlaps import window
from experiments.domain.fleet.sections import Section, section
from experiments.domain.fleet.selection import (
    A_PAGE,
    BY_ATTENTION,
    Preset,
    Selection,
)
from experiments.domain.problem import Problem
from experiments.domain.status import ENDED
from experiments.models import FleetEntry, SourceReading
from experiments.store.availability import reads
from experiments.store.catalogue import COLUMNS, entry_of
from experiments.store.rows import problem
from experiments.store.selecting import (
    Rows,
    in_order,
    in_section,
    of_preset,
    searched,
    selected,
)

READ = (*COLUMNS, "troubles")
AT_A_TIME = 500
# An endpoint has one experiment after another, so few have it at the same time.
MOST_ON_ENDPOINTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many experiments there are with each status and of each preset.

    ``needing`` are those of ``by_status`` that need attention.
    """

    by_status: Mapping[str, int]
    by_preset: Mapping[Preset, int]
    needing: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was selected, with the sections that its rows belong to, if any.

    ``total`` is of all pages; ``page`` is the last one where an address asks for a later one.
    """

    entries: tuple[tuple[Section | None, Entry], ...]
    sections: Mapping[Section, int]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // A_PAGE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """models.SourceReading as a value; ``problem`` is of the last list that failed since then."""

    revision: int = 0
    began_at: datetime | None = None
    listed: int = 0
    read_at: datetime | None = None
    total: int = 0
    account: str = ""
    problem: Problem | None = None
    failed_at: datetime | None = None

    @property
    def under_way(self) -> bool:
        """Whether a reading has begun that has neither ended nor failed."""
        ends = [moment for moment in (self.read_at, self.failed_at) if moment is not None]
        return self.began_at is not None and all(moment < self.began_at for moment in ends)


def readings(sources: Collection[str]) -> dict[str, Reading]:
    """How far the list of each of these sources has been read."""
    rows = SourceReading.objects.filter(source__in=sources)
    with reads():
        found = {row.source: _reading(row) for row in rows}
    return {source: found.get(source, Reading()) for source in sources}


def counts(sources: Collection[str], selection: Selection, now: datetime) -> Counts:
    """Of what is searched for in these sources, whatever its status."""
    rows = searched(sources, selection)
    by_status = _by_status(rows)
    by_preset = _by_preset(rows, now)
    return Counts(
        by_status=dict(sorted(by_status.items())),
        by_preset={preset: by_preset[preset].total() for preset in Preset},
        needing=by_preset[Preset.ATTENTION],
        total=by_status.total(),
    )


def find(
    sources: Collection[str], selection: Selection, now: datetime, counted: Counts | None = None
) -> Found:
    """The page of the selection; ``counted`` are its counts, where they are known already."""
    rows = selected(sources, selection, now)
    if selection.sort != BY_ATTENTION:
        with reads():
            total = rows.count()
            page = _within(selection.page, total)
        ordered = in_order(rows, selection)
        some = some_of(ordered, (page - 1) * A_PAGE, page * A_PAGE)
        entries = tuple((None, entry) for entry in some)
        return Found(entries=entries, sections={}, total=total, page=page)
    if counted is not None and selection.preset is None:
        by_status, needing = counted.by_status, counted.needing
        if selection.status:
            by_status = {selection.status: by_status.get(selection.status, 0)}
    else:
        by_status = _by_status(rows)
        needing = _by_status(rows.filter(of_preset(Preset.ATTENTION, now)))
    sizes = _sizes(by_status, needing)
    total = sum(sizes.values())
    page = _within(selection.page, total)
    top, foot = (page - 1) * A_PAGE, page * A_PAGE
    found: list[tuple[Section | None, Entry]] = []
    begin = 0
    for one, size in sizes.items():
        left, right = max(top - begin, 0), min(foot - begin, size)
        if left < right:
            some = some_of(in_section(rows, one, now), left, right)
            found += [(one, entry) for entry in some]
        begin += size
    return Found(entries=tuple(found), sections=sizes, total=total, page=page)


def everything(sources: Collection[str], selection: Selection, now: datetime) -> Iterator[Entry]:
    """All pages of the selection, in its order."""
    rows = selected(sources, selection, now)
    if selection.sort != BY_ATTENTION:
        yield from _all(in_order(rows, selection))
        return
    for one in Section:
        yield from _all(in_section(rows, one, now))


def on_endpoints(entries: Collection[Entry], now: datetime) -> list[Entry]:
    """Those experiments on the endpoints of these that may have had them at the same time."""
    # What has ended reaches far back, so it is looked for apart from what has not.
    groups: defaultdict[tuple[str, bool], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.endpoint and window(entry, now):
            groups[entry.source, entry.status in ENDED].append(entry)
    if not groups:
        return []
    wanted = (_sharing(source, some, now) for (source, _), some in groups.items())
    rows = FleetEntry.objects.filter(reduce(or_, wanted)).order_by("-start_at")
    return some_of(rows, 0, MOST_ON_ENDPOINTS)


def _sharing(source: str, entries: Collection[Entry], now: datetime) -> Q:
    """On the endpoints of these, and at a time at which one of them had its own."""
    endpoints = {entry.endpoint for entry in entries}
    since, until = zip(*filter(None, (window(entry, now) for entry in entries)), strict=True)
    not_over = ~Q(status__in=ENDED) | Q(completed_at__gt=min(since))
    not_over |= Q(completed_at=None, end_at__gt=min(since))
    return Q(not_over, source=source, endpoint__in=endpoints, start_at__lt=max(until))


def some_of(rows: Rows, first: int, last: int) -> list[Entry]:
    """The rows at these places. The keys are sorted alone, for which an index can be enough."""
    with reads():
        return _with_keys(list(rows.values_list("pk", flat=True)[first:last]))


def _with_keys(keys: list[int]) -> list[Entry]:
    """The rows that have these keys, in this order, without those that are gone since."""
    found = {row["pk"]: row for row in FleetEntry.objects.filter(pk__in=keys).values("pk", *READ)}
    return [entry_of(found[key]) for key in keys if key in found]


def _sizes(by_status: Mapping[str, int], needing: Mapping[str, int]) -> dict[Section, int]:
    """How many rows each section has, those without any left out."""
    sizes = dict.fromkeys(Section, 0)
    for status, total in by_status.items():
        # What changed between the two countings must not become a negative number.
        few = min(needing.get(status, 0), total)
        sizes[Section.ATTENTION] += few
        sizes[section(status, needs_attention=False)] += total - few
    return {one: size for one, size in sizes.items() if size}


def _by_status(rows: Rows) -> Counter[str]:
    """By source as well, although nobody asks for that: it is the order of the index."""
    groups = rows.order_by().values_list("source", "status").annotate(total=Count("pk"))
    counted: Counter[str] = Counter()
    with reads():
        for _, status, total in groups:
            counted[status] += total
    return counted


def _by_preset(rows: Rows, now: datetime) -> dict[Preset, Counter[str]]:
    """By status. Each apart, so that its own index finds the few, but in one question."""
    first, *others = (
        rows.filter(of_preset(preset, now))
        .order_by()
        .values_list("status", Value(preset.value))
        .annotate(total=Count("pk"))
        for preset in Preset
    )
    counted: dict[Preset, Counter[str]] = {preset: Counter() for preset in Preset}
    with reads():
        for status, preset, total in first.union(*others, all=True):
            counted[Preset(preset)][status] += total
    return counted


def _within(page: int, total: int) -> int:
    return min(page, max(1, -(-total // A_PAGE)))


def _all(rows: Rows) -> Iterator[Entry]:
    """Row after row, some at a time: nobody holds the database while a slow reader reads."""
    with reads():
        keys = list(rows.values_list("pk", flat=True))
    for first in range(0, len(keys), AT_A_TIME):
        with reads():
            some = _with_keys(keys[first : first + AT_A_TIME])
        yield from some


def _reading(row: SourceReading) -> Reading:
    names = (field.name for field in fields(Reading) if field.name != "problem")
    return Reading(
        problem=problem(row.problem, row.problem_code),
        **{name: getattr(row, name) for name in names},
    )
