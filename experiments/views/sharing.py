"""Making a share link: choosing, seeing what others will see, and getting the address once."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from experiments import history, preferences
from experiments.domain.answer import Answer
from experiments.domain.observation import Observation
from experiments.domain.person import Role
from experiments.domain.redaction import Part, redact
from experiments.models.sharing import NOTE_LENGTH
from experiments.people import identity
from experiments.people.pages import away
from experiments.sharing import links
from experiments.sharing.link import LONGEST, SHORTEST, USUAL, Audience, Kind, Link, Still, Wanted
from experiments.snapshots import Snapshot
from experiments.store.availability import Unavailable
from experiments.views import access, through
from experiments.views.access import requires
from experiments.views.page import render_page

HOUR = timedelta(hours=1)
LASTS = (
    (1, "1 hour"),
    (8, "8 hours"),
    (24, "1 day"),
    (72, "3 days"),
    (168, "7 days"),
    (336, "14 days"),
    (720, "30 days"),
    (1440, "60 days"),
    (2160, "90 days"),
)


class ShareForm(forms.Form):
    """What a sharer chooses. Everything has a default, and hides what can be hidden."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind])
    audience = forms.ChoiceField(
        choices=[(some.value, some.value) for some in Audience], required=False
    )
    hours = forms.IntegerField(
        min_value=SHORTEST // HOUR,
        max_value=LONGEST // HOUR,
        error_messages={
            "invalid": "Choose how long the link opens: 1 hour to 90 days.",
            "min_value": "A link opens for 1 hour at least.",
            "max_value": "A link opens for 90 days at most.",
        },
    )
    shown = forms.MultipleChoiceField(
        choices=[(part.value, part.value) for part in Part], required=False
    )
    preview = forms.BooleanField(required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    form = forms.RegexField(r"\A[A-Za-z0-9_-]{16,64}\Z")

    def wanted(self, snapshot: Snapshot) -> Wanted:
        chosen = self.cleaned_data
        return Wanted(
            source=snapshot.source,
            name=snapshot.name,
            form=chosen["form"],
            kind=Kind(chosen["kind"]),
            audience=Audience(chosen["audience"] or Audience.ANYONE),
            lasts=timedelta(hours=chosen["hours"]),
            shown=frozenset(map(Part, chosen["shown"])),
            preview=chosen["preview"],
            note=chosen["note"],
        )


@requires(Role.SHARER)
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """The form, and after sending it the address, which is shown once."""
    snapshot = access.current(request, source, name)
    try:
        still = _still(request, snapshot)
        if snapshot.failed is not None and still is None:
            return _nothing(request, snapshot)
        if request.method != "POST":
            return render(request, "sharing/share.html", _page(request, snapshot, still, None))
        form = ShareForm(request.POST)
        if not form.is_valid():
            page = _page(request, snapshot, still, form)
            return render(request, "sharing/share.html", page, status=422)
        wanted, now = form.wanted(snapshot), datetime.now(UTC)
        frozen = still if wanted.kind is Kind.FROZEN else None
        if wanted.kind is Kind.FROZEN and frozen is None:
            return _nothing(request, snapshot)
        link, token = links.make(wanted, identity.signed_in(request), now, frozen)
    except links.MadeBefore:
        return render(request, "sharing/made_before.html", {"snapshot": snapshot}, status=409)
    except Unavailable:
        return away(request)
    address = f"{settings.URL.origin}/s/{token}/"
    return render(
        request, "sharing/made.html", {"snapshot": snapshot, "link": link, "address": address}
    )


@requires(Role.SHARER)
@require_safe
def preview(request: HttpRequest, source: str, name: str) -> HttpResponse:
    """The page that a link of these choices would open, before there is one."""
    snapshot = access.current(request, source, name)
    form = ShareForm(_defaults() | request.GET.dict() | {"shown": request.GET.getlist("shown")})
    try:
        still = _still(request, snapshot)
    except Unavailable:
        return away(request)
    if snapshot.failed is not None and still is None:
        return _nothing(request, snapshot)
    now = datetime.now(UTC)
    link = _unmade(form.wanted(snapshot) if form.is_valid() else None, snapshot, still, now)
    if link.frozen and link.still is None:
        return _nothing(request, snapshot)
    page = through.page(link, through.look(link), now, preferences.zone(request), poll=None)
    page |= {"back": request.GET.urlencode()}
    return render(request, "sharing/preview.html", page)


def _nothing(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    page: dict[str, Any] = {"snapshot": snapshot, "problem": snapshot.failed}
    if snapshot.failed is None:
        return render(request, "sharing/nothing.html", page, status=404)
    return render_page(request, "sharing/nothing.html", page, failed=snapshot.failed)


def _still(request: HttpRequest, snapshot: Snapshot) -> Still | None:
    """What a frozen link would show: the observation that somebody came from, or the latest."""
    source, name = snapshot.source, snapshot.name
    if not snapshot.asked or not snapshot.has_history:
        return None
    number = request.POST.get("observation") or request.GET.get("observation") or ""
    if number.isascii() and number.isdigit() and len(number) < 19:
        seen: Observation | None = history.observation(source, name, int(number))
    else:
        latest = history.page(source, name, limit=1).observations
        seen = latest[0] if latest else None
    if seen is None or seen.answer is None:
        return None
    # What AWS said again since then is as true as of the last time.
    again = (
        seen.answer.digest == snapshot.digest and snapshot.answered_at is not None and not number
    )
    at = snapshot.answered_at if again and snapshot.answered_at else seen.seen_at
    return Still(observation=seen, at=at, sightings=history.sightings(source, name, until=at))


def _defaults() -> dict[str, Any]:
    hours = USUAL // HOUR
    return {
        "kind": Kind.LIVE.value,
        "audience": Audience.ANYONE.value,
        "hours": str(hours),
        "form": secrets.token_urlsafe(24),
    }


def _page(
    request: HttpRequest, snapshot: Snapshot, still: Still | None, form: ShareForm | None
) -> dict[str, Any]:
    given = request.GET if form is None else request.POST
    chosen, shown = _defaults() | given.dict(), given.getlist("shown")
    live = None if snapshot.description is None else snapshot.description.answer
    from_history = bool(request.POST.get("observation") or request.GET.get("observation"))
    if from_history or live is None:
        chosen["kind"] = Kind.FROZEN.value
    answer = None if still is None else still.observation.answer
    if live is not None and not from_history:
        answer = live
    return {
        "snapshot": snapshot,
        "still": still,
        "live": live is not None and not from_history,
        "from_history": from_history,
        "form": form,
        "chosen": chosen | {"shown": shown},
        "lasts": LASTS,
        "parts": _parts(answer, shown),
        "NOTE_LENGTH": NOTE_LENGTH,
    }


def _parts(answer: Answer | None, shown: list[str]) -> list[dict[str, Any]]:
    """Each part that can be hidden, and what of this answer it is."""
    hidden = () if answer is None else redact(answer, frozenset()).masked
    return [
        {"part": part, "chosen": part.value in shown, "members": _members(hidden, part)}
        for part in Part
    ]


def _members(hidden: Any, part: Part) -> list[Any]:
    return [member for member in hidden if part in member.parts]


def _unmade(wanted: Wanted | None, snapshot: Snapshot, still: Still | None, now: datetime) -> Link:
    """A link that is nowhere but on the preview."""
    wanted = wanted or Wanted(source=snapshot.source, name=snapshot.name, form="")
    kind = wanted.kind if snapshot.failed is None else Kind.FROZEN
    frozen = still if kind is Kind.FROZEN else None
    return Link(
        pk=0,
        source=wanted.source,
        name=wanted.name,
        kind=kind,
        audience=wanted.audience,
        shown=wanted.shown,
        preview=wanted.preview,
        note=wanted.note,
        made_at=now,
        made_by="",
        maker=None,
        expires_at=now + wanted.lasts,
        revoked_at=None,
        revoked_by="",
        frozen_at=None if frozen is None else frozen.at,
        opened=0,
        opened_at=None,
        still=frozen,
    )
