"""Writing the fleet: what lists and descriptions say of each experiment, as rows to search.

Everything here can be read from AWS again, so nothing of it is history. Only what has changed is
written, and every change counts one up in the revision of its source, from which open pages learn
that there is something new. Everything raises availability.Unavailable.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from experiments.domain.answer import Answer
from experiments.domain.description import Description
from experiments.domain.experiment import Summary
from experiments.domain.fleet.attention import Kind, Trouble
from experiments.domain.fleet.entry import Entry
from experiments.domain.problem import Problem
from experiments.models import FleetEntry, Snapshot, SourceReading
from experiments.store.availability import reads, writes
from experiments.store.rows import Key, problem_columns

# The members of Entry that are columns by the same name; troubles are one of text.
COLUMNS = tuple(field.name for field in fields(Entry) if field.name != "troubles")
_WRITTEN = (*COLUMNS[2:], "troubles", "haystack", "seen_at")
# As many rows are adopted or looked for at a time.
SOME = 200


def enter(entry: Entry, at: datetime) -> None:
    """A description, asked for ``at``, says this."""
    with reads():
        before = FleetEntry.objects.filter(source=entry.source, name=entry.name).first()
    if before is not None and entry_of(_columns(before)) == entry:
        return
    with writes(), transaction.atomic():
        _write([entry], at)
        _count_change(entry.source, account=entry.account)


def strike(key: Key) -> None:
    """AWS knows the experiment no more."""
    source, name = key
    with writes(), transaction.atomic():
        if FleetEntry.objects.filter(source=source, name=name).delete()[0]:
            _count_change(source)


def blank(key: Key) -> None:
    """AWS no longer says what the experiment is, so only what a list says of it is left."""
    source, name = key
    rows = FleetEntry.objects.filter(source=source, name=name, described=True)
    with reads():
        row = rows.first()
    if row is None:
        return
    listed = Entry.listed(source, entry_of(_columns(row)).summary())
    with writes(), transaction.atomic():
        _write([listed], row.seen_at)
        _count_change(source)


def begin(source: str, at: datetime) -> bool:
    """A reading of the list begins; whether one has ever been whole."""
    with writes():
        row, _ = SourceReading.objects.get_or_create(source=source)
        SourceReading.objects.filter(pk=source).update(began_at=at, listed=0)
    return row.read_at is not None


def note(source: str, summaries: Iterable[Summary], at: datetime, *, listed: int) -> None:
    """A page of the list that was asked for ``at``; ``listed`` with those of the pages before."""
    found = {one.name: Entry.listed(source, one) for one in summaries}
    with reads():
        rows = list(FleetEntry.objects.filter(source=source, name__in=list(found)))
    for row in rows:
        before = entry_of(_columns(row))
        newer = before.listed_again(found[row.name])
        # A description that is newer than the list knows better.
        if newer == before or row.seen_at > at:
            del found[row.name]
        else:
            found[row.name] = newer
    with writes(), transaction.atomic():
        _write(found.values(), at)
        SourceReading.objects.filter(pk=source).update(
            listed=listed, revision=F("revision") + int(bool(found))
        )


def finish(source: str, names: set[str], began: datetime, at: datetime) -> None:
    """The list was read to its end from ``began`` on: what is not in it and was not described
    either is gone. What was described is gone once AWS says so."""
    rows = FleetEntry.objects.filter(source=source, described=False, seen_at__lt=began)
    with reads():
        missing = [name for name in rows.values_list("name", flat=True) if name not in names]
    with writes(), transaction.atomic():
        gone = 0
        for index in range(0, len(missing), SOME):
            gone += rows.filter(name__in=missing[index : index + SOME]).delete()[0]
        SourceReading.objects.filter(pk=source).update(
            read_at=at,
            total=len(names),
            failed_at=None,
            revision=F("revision") + int(bool(gone)),
            **problem_columns(None),
        )


def fail(source: str, problem: Problem, at: datetime) -> None:
    """The list could not be read. After a definite answer, what only a list has told is untrue."""
    with writes(), transaction.atomic():
        SourceReading.objects.filter(pk=source).update(failed_at=at, **problem_columns(problem))
        if problem.definite:
            gone = FleetEntry.objects.filter(source=source, described=False).delete()[0]
            if gone:
                _count_change(source)


def adopt(source: str, *, read_before: bool) -> None:
    """Enter what was described before there was a fleet, or while it could not be written."""
    rows = Snapshot.objects.filter(source=source, withheld=False)
    if read_before:
        # The list has told all there are, so only the few need looking at that nobody described.
        undescribed = FleetEntry.objects.filter(source=source, described=False)
        rows = rows.filter(name__in=undescribed.values("name"))
    else:
        entries = FleetEntry.objects.filter(source=source, name=OuterRef("name"), described=True)
        rows = rows.filter(~Exists(entries))
    with reads():
        found = list(rows.exclude(digest="").values_list("pk", flat=True).order_by("pk"))
    for index in range(0, len(found), SOME):
        _adopt(source, found[index : index + SOME])


def _adopt(source: str, keys: list[int]) -> None:
    with reads():
        rows = list(Snapshot.objects.filter(pk__in=keys).values_list("answer", "answered_at"))
    answers = [(answer, answered_at) for answer, answered_at in rows if answered_at is not None]
    found = [(_entry(source, answer, answered_at), answered_at) for answer, answered_at in answers]
    adopted = [(entry, answered_at) for entry, answered_at in found if entry is not None]
    if not adopted:
        return
    with writes(), transaction.atomic():
        for entry, answered_at in adopted:
            _write([entry], answered_at)
        _count_change(source)


def _entry(source: str, answer: str, answered_at: datetime) -> Entry | None:
    try:
        return Entry.of(source, Description(Answer.from_text(answer)).experiment, answered_at)
    except (ValueError, KeyError, TypeError):
        # Written by another hand; the next look gets another.
        return None


def entry_of(columns: Mapping[str, Any]) -> Entry:
    """A row as a value; of troubles that this version does not know, none."""
    known = set(Kind)
    troubles = tuple(
        Trouble(Kind(kind), words)
        for kind, words in json.loads(columns["troubles"])
        if kind in known
    )
    return Entry(troubles=troubles, **{name: columns[name] for name in COLUMNS})


def _columns(row: FleetEntry) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*COLUMNS, "troubles")}


def _write(entries: Iterable[Entry], at: datetime) -> None:
    rows = [
        FleetEntry(
            **{name: getattr(entry, name) for name in COLUMNS},
            troubles=json.dumps([[one.kind, one.words] for one in entry.troubles]),
            folded_name=entry.name.lower(),
            haystack=entry.haystack,
            seen_at=at,
        )
        for entry in entries
    ]
    FleetEntry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("source", "name"),
        update_fields=_WRITTEN,
    )


def _count_change(source: str, *, account: str = "") -> None:
    SourceReading.objects.get_or_create(source=source)
    learnt = {"account": account} if account else {}
    SourceReading.objects.filter(pk=source).update(revision=F("revision") + 1, **learnt)
