"""One experiment as the fleet shows it: what a list says of it, and what a description adds.

A list knows no endpoint, no model and no sampling percentage, so an entry has those only once AWS
has described the experiment. Texts are cut to a length that an index of a database takes; the page
of the experiment has them whole.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from experiments.domain.experiment import Experiment, Role, Schedule, Summary, Variant
from experiments.domain.fleet import attention
from experiments.domain.fleet.attention import Trouble
from experiments.domain.names import account_of
from experiments.domain.status import Status, endpoint_status, experiment_status

# AWS's names have 63 letters and its texts 1,024; whatever is longer was not made by AWS as it is.
LONGEST_NAME = 256
LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``described`` says whether the members from ``endpoint`` on are known.

    ``troubles`` are those that time does not change; from ``attention_at`` on, the experiment needs
    attention. ``account`` has twelve digits, or none where no ARN has told it.
    """

    source: str
    name: str
    status: str
    type: str = ""
    description: str = ""
    reason: str = ""
    start_at: datetime | None = None
    end_at: datetime | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    completed_at: datetime | None = None
    described: bool = False
    account: str = ""
    endpoint: str = ""
    endpoint_status: str = ""
    production_model: str = ""
    shadow_model: str = ""
    sampling: int | None = None
    troubles: tuple[Trouble, ...] = ()
    attention_at: datetime | None = None

    @classmethod
    def listed(cls, source: str, summary: Summary) -> Self:
        """What a list says."""
        return cls(
            source=source,
            name=summary.name,
            status=_name(summary.status.word),
            type=_name(summary.type),
            description=_text(summary.description),
            reason=_text(summary.status_reason),
            start_at=summary.schedule.start if summary.schedule else None,
            end_at=summary.schedule.end if summary.schedule else None,
            created_at=summary.created,
            modified_at=summary.modified,
            completed_at=summary.completed,
        ).judged()

    @classmethod
    def of(cls, source: str, experiment: Experiment, now: datetime) -> Self:
        """What a description says."""
        production, shadow = _with(experiment, Role.PRODUCTION), _with(experiment, Role.SHADOW)
        endpoint = experiment.endpoint
        return cls(
            source=source,
            name=experiment.name,
            status=_name(experiment.status.word),
            type=_name(experiment.type),
            description=_text(experiment.description),
            reason=_text(experiment.status_reason),
            start_at=experiment.planned_start,
            end_at=experiment.planned_end,
            created_at=experiment.created,
            modified_at=experiment.modified,
            completed_at=experiment.completed,
            described=True,
            account=account_of(experiment.arn or "") or "",
            endpoint=_name(endpoint.name),
            endpoint_status=_name(endpoint.status.word if endpoint.status else None),
            production_model=_name(production.model if production else None),
            shadow_model=_name(shadow.model if shadow else None),
            sampling=_percentage(shadow.sampling_percentage if shadow else None),
            troubles=attention.troubles(experiment, now),
        ).judged()

    def listed_again(self, newer: Self) -> Self:
        """This one with what a later list says, and with what only a description knows."""
        return replace(
            newer,
            described=self.described,
            account=self.account,
            endpoint=self.endpoint,
            endpoint_status=self.endpoint_status,
            production_model=self.production_model,
            shadow_model=self.shadow_model,
            sampling=self.sampling,
            troubles=self.troubles,
        ).judged()

    def judged(self) -> Self:
        """The same with the troubles that the list tells as well, and since when they count."""
        told = attention.listed(self.status, self.reason)
        troubles = told + tuple(one for one in self.troubles if not one.listed)
        due = attention.due(self.status, self.start_at, self.end_at)
        return replace(self, troubles=troubles, attention_at=attention.ALWAYS if troubles else due)

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.name

    @property
    def state(self) -> Status:
        return experiment_status(self.status)

    @property
    def endpoint_state(self) -> Status | None:
        return endpoint_status(self.endpoint_status) if self.endpoint_status else None

    @property
    def haystack(self) -> str:
        """What a search looks through, in lower case."""
        texts = (
            self.name,
            self.description,
            self.endpoint,
            self.production_model,
            self.shadow_model,
        )
        return "\n".join(text.casefold() for text in texts if text)

    def summary(self) -> Summary:
        """The entry as the nouns of a list, of which the words of a schedule are made."""
        return Summary(
            name=self.name,
            type=self.type,
            status=self.state,
            status_reason=self.reason or None,
            schedule=Schedule(start=self.start_at, end=self.end_at),
            description=self.description or None,
            created=self.created_at,
            completed=self.completed_at,
            modified=self.modified_at,
        )


def _with(experiment: Experiment, role: Role) -> Variant | None:
    return next((variant for variant in experiment.variants if variant.role is role), None)


def _percentage(number: int | None) -> int | None:
    """AWS gives 0 to 100; a number of any other size might be none to a database."""
    return number if number is not None and 0 <= number <= 100 else None


def _name(text: str | None) -> str:
    return (text or "")[:LONGEST_NAME]


def _text(text: str | None) -> str:
    return (text or "")[:LONGEST_TEXT]
