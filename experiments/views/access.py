"""What of the portal exists to whoever asks."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from experiments import snapshots
from experiments.domain.person import Role
from experiments.domain.source import Source
from experiments.people import identity
from experiments.snapshots import Snapshot
from experiments.sources import SOURCES

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def requires(role: Role) -> Callable[[View], View]:
    """The view is for people of this role; people/middleware.py turns everybody else away."""

    def marked(view: View) -> View:
        view.role = role  # type: ignore[attr-defined]
        return view

    return marked


def sources(request: HttpRequest) -> Mapping[str, Source]:
    """The sources that exist to this person, in the order of the settings."""
    person = identity.signed_in(request)
    return {name: source for name, source in SOURCES.items() if person.sees(source)}


def current(request: HttpRequest, source: str, name: str, *, seen: str = "") -> Snapshot:
    """``snapshots.current``, where a source that is hidden from this person is an unknown one."""
    if source not in sources(request):
        return snapshots.unknown(source, name)
    return snapshots.current(source, name, seen=seen)
