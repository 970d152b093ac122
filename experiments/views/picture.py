"""What a page draws of one answer, at whatever time it is drawn for."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from experiments.aws import console
from experiments.domain import agreement, timeline, traffic
from experiments.domain.description import Description
from experiments.domain.experiment import Experiment
from experiments.domain.observation import Sighting
from experiments.sources import SOURCES


def picture(
    description: Description,
    source: str | None,
    *,
    now: datetime,
    zone: tzinfo,
    sightings: Sequence[Sighting] = (),
    pill: str = "now",
) -> dict[str, Any]:
    """The context of ``experiments/_experiment.html``, apart from its snapshot. Without ``source``
    it leads nobody to AWS's console."""
    experiment = description.experiment
    # What was seen before it was created was seen of another one of the same name.
    its_own = tuple(
        seen for seen in sightings if not experiment.created or seen.until > experiment.created
    )
    return {
        "now": now,
        "zone": zone,
        "experiment": experiment,
        "agreement": agreement.judge(experiment, now),
        "in_service": agreement.in_service(experiment),
        "variants_status": agreement.variants_status(experiment),
        "comparable": agreement.comparable(experiment),
        "phase": traffic.phase(experiment),
        "roles": agreement.roles(experiment),
        "timeline": timeline.build(experiment, now=now, zone=zone, sightings=its_own, pill=pill),
        "pair": traffic.pair(experiment),
        "variants": traffic.production_first(experiment.variants),
        "differing": traffic.differing(experiment.variants),
        "capture_prefixes": traffic.capture_prefixes(experiment),
        "other_fields": description.other_fields,
        "console_url": _console_url(source, experiment),
    }


def _console_url(source: str | None, experiment: Experiment) -> str | None:
    return (
        None if source is None else console.endpoint_url(SOURCES[source], experiment.endpoint.name)
    )
