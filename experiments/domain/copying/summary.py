"""A summary of an experiment in Markdown, for a ticket."""

from collections.abc import Iterator
from datetime import UTC, datetime

from experiments.domain import traffic, words
from experiments.domain.copying.markdown import cell, code
from experiments.domain.experiment import Experiment, Variant
from experiments.domain.status import Status
from experiments.domain.traffic import Phase

_HEAD = ("Variant", "Role", "Model", "Instances", "Status")


def markdown(
    experiment: Experiment,
    *,
    address: str,
    source: str,
    region: str | None,
    answered_at: datetime | None,
    gone_at: datetime | None = None,
) -> str:
    """Everything that AWS or somebody wrote stands as code, so that nothing of it is Markdown.

    ``address`` is that of the portal's page, ``answered_at`` when AWS said all this, and
    ``gone_at`` when it was found to know no such experiment any more. Times are in UTC.
    """
    lines = [
        f"### Shadow test [{code(experiment.name)}](<{address}>)",
        "",
        *(f"- **{label}:** {text}" for label, text in _facts(experiment, gone_at)),
        f"- **In:** {code(source)}{f', {code(region)}' if region else ''}",
    ]
    if experiment.variants:
        lines += ["", *_table(traffic.production_first(experiment.variants))]
    if answered_at is not None:
        lines += ["", f"What AWS said at {_time(answered_at)}."]
    return "\n".join(lines) + "\n"


def _facts(experiment: Experiment, gone_at: datetime | None) -> Iterator[tuple[str, str]]:
    status = _status(experiment.status)
    if gone_at is not None:
        status = f"deleted, found gone at {_time(gone_at)}; before that {status}"
    yield "Status", _with_reason(status, experiment.status_reason)
    if experiment.description:
        yield "Description", code(experiment.description)
    yield "Endpoint", _endpoint(experiment)
    yield "Traffic", _traffic(experiment)
    planned = [
        f"{word} {_time(moment)}"
        for word, moment in (("from", experiment.planned_start), ("to", experiment.planned_end))
        if moment is not None
    ]
    yield "Planned", " ".join(planned) or "no schedule"
    for label, moment in (
        ("Created", experiment.created),
        ("Last modified", experiment.modified),
        ("Completed", experiment.completed),
    ):
        if moment is not None:
            yield label, _time(moment)


def _endpoint(experiment: Experiment) -> str:
    endpoint = experiment.endpoint
    status = "" if endpoint.status is None else f", {_status(endpoint.status)}"
    return _with_reason(f"{code(endpoint.name)}{status}", endpoint.failure_reason)


def _traffic(experiment: Experiment) -> str:
    pair = traffic.pair(experiment)
    if pair is None or pair.shadow.sampling_percentage is None:
        return "AWS names no pair of a production and a shadow variant"
    phase = traffic.phase(experiment)
    answers, copied = {
        Phase.BEFORE: ("will answer", "will be"),
        Phase.DURING: ("answers", "are"),
        Phase.AFTER: ("answered", "were"),
    }[phase]
    share = f"{pair.shadow.sampling_percentage}{words.THIN_SPACE}%"
    return (
        f"{code(pair.production.name)} {answers} every request, {share} {copied} copied to "
        f"{code(pair.shadow.name)}, whose responses reach no caller"
    )


def _table(variants: tuple[Variant, ...]) -> Iterator[str]:
    yield _row(_HEAD)
    yield _row(["---"] * len(_HEAD))
    for variant in variants:
        yield _row(
            [
                cell(variant.name),
                variant.role.value,
                cell(variant.model),
                f"{variant.instance_count} × {cell(variant.instance_type)}",
                variant.status.word if variant.status.known else cell(variant.status.word),
            ]
        )


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _status(status: Status) -> str:
    # Any other word may say anything.
    return status.word if status.known else code(status.word)


def _with_reason(text: str, reason: str | None) -> str:
    return text if reason is None else f"{text}: {code(reason)}"


def _time(moment: datetime) -> str:
    return words.stamp(moment, UTC)
