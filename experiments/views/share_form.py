"""The form of a share link. Everything has a default, and hides what can be hidden."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from experiments.domain.answer import Answer
from experiments.domain.redaction import Masked, Part, redact
from experiments.models.sharing import NOTE_LENGTH
from experiments.sharing.link import LONGEST, SHORTEST, USUAL, Audience, Kind, Still, Wanted
from experiments.snapshots import Snapshot

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
# Tells one sending of the form from the next.
FORM = r"\A[A-Za-z0-9_-]{16,64}\Z"


class ShareForm(forms.Form):
    """What a sharer chooses; what of it is possible depends on the experiment."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind])
    audience = forms.ChoiceField(
        choices=[(some.value, some.value) for some in Audience], required=False
    )
    hours = forms.IntegerField(
        min_value=SHORTEST // HOUR,
        max_value=LONGEST // HOUR,
        error_messages={
            "required": "Choose how long the link opens: 1 hour to 90 days.",
            "invalid": "Choose how long the link opens: 1 hour to 90 days.",
            "min_value": "A link opens for 1 hour at least.",
            "max_value": "A link opens for 90 days at most.",
        },
    )
    shown = forms.MultipleChoiceField(
        choices=[(part.value, part.value) for part in Part], required=False
    )
    preview = forms.BooleanField(required=False)
    note = forms.CharField(
        max_length=NOTE_LENGTH,
        required=False,
        error_messages={"max_length": f"A note has {NOTE_LENGTH} letters at most."},
    )
    form = forms.RegexField(FORM)

    def __init__(self, given: QueryDict | dict[str, Any], choice: "Choice") -> None:
        super().__init__(given)
        self._choice = choice

    def clean_kind(self) -> Kind:
        kind = Kind(self.cleaned_data["kind"])
        if kind is Kind.LIVE and not self._choice.live:
            raise forms.ValidationError("There is nothing live here: choose frozen.")
        if kind is Kind.FROZEN and self._choice.still is None:
            raise forms.ValidationError("Nothing has been recorded yet that could be kept.")
        return kind

    def wanted(self) -> Wanted:
        chosen, snapshot = self.cleaned_data, self._choice.snapshot
        return Wanted(
            source=snapshot.source,
            name=snapshot.name,
            form=chosen["form"],
            kind=chosen["kind"],
            audience=Audience(chosen["audience"] or Audience.ANYONE),
            lasts=timedelta(hours=chosen["hours"]),
            shown=frozenset(map(Part, chosen["shown"])),
            preview=chosen["preview"],
            note=chosen["note"],
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be shared of an experiment. ``from_history`` where somebody came from one of its
    observations, which is then all that can."""

    snapshot: Snapshot
    still: Still | None
    from_history: bool

    @property
    def live(self) -> bool:
        return self.snapshot.description is not None and not self.from_history

    @property
    def none(self) -> bool:
        return not self.live and self.still is None

    @property
    def answer(self) -> Answer | None:
        """What others would see of it, before anything is hidden."""
        if self.live and self.snapshot.description is not None:
            return self.snapshot.description.answer
        return None if self.still is None else self.still.observation.answer


def context(choice: Choice, given: QueryDict, form: ShareForm | None) -> dict[str, Any]:
    """The context of ``sharing/share.html``: what somebody has chosen already, and the rest."""
    chosen = with_defaults(given)
    if form is not None and "form" in form.errors:
        # Another try has to be able to succeed.
        chosen["form"] = secrets.token_urlsafe(24)
    if not choice.live:
        chosen["kind"] = Kind.FROZEN.value
    return {
        "snapshot": choice.snapshot,
        "still": choice.still,
        "live": choice.live,
        "from_history": choice.from_history,
        "form": form,
        "chosen": chosen,
        "lasts": LASTS,
        "parts": _parts(choice.answer, chosen["shown"]),
        "NOTE_LENGTH": NOTE_LENGTH,
    }


def with_defaults(given: QueryDict) -> dict[str, Any]:
    """What somebody has chosen, and what nobody has."""
    defaults = {
        "kind": Kind.LIVE.value,
        "audience": Audience.ANYONE.value,
        "hours": str(USUAL // HOUR),
        "form": secrets.token_urlsafe(24),
    }
    return defaults | given.dict() | {"shown": given.getlist("shown")}


def _parts(answer: Answer | None, shown: list[str]) -> list[dict[str, Any]]:
    """Each part that can be hidden, and what of this answer it is."""
    hidden = () if answer is None else redact(answer, frozenset()).masked
    return [
        {"part": part, "chosen": part.value in shown, "members": _of(part, hidden)} for part in Part
    ]


def _of(part: Part, hidden: tuple[Masked, ...]) -> list[Masked]:
    return [member for member in hidden if part in member.parts]
