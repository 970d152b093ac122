"""The forms of an experiment that can be copied, from what the portal knows of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from experiments.aws import console, requests
from experiments.domain.copying import commands, summary
from experiments.domain.copying.form import Form, Group
from experiments.domain.copying.place import Place, public
from experiments.domain.description import Description
from experiments.snapshots import Snapshot
from experiments.sources import SOURCES


@dataclass(frozen=True, slots=True)
class Known:
    """A description, when AWS last gave it, and when it was found to give none any more."""

    snapshot: Snapshot
    description: Description
    answered_at: datetime | None
    gone_at: datetime | None = None


def forms(known: Known, now: datetime) -> Iterator[Form]:
    """Those that there are, in the order of their groups."""
    yield from _leading(known)
    # AWS would only say that it knows none of this name, and so would this portal.
    if known.gone_at is None:
        yield from _asking(known.snapshot)
    yield _telling(known)
    yield _repeating(known, now)


def _leading(known: Known) -> Iterator[Form]:
    experiment, source = known.description.experiment, SOURCES[known.snapshot.source]
    yield Form(
        key="link",
        group=Group.LEAD,
        name="link",
        text=_address(known.snapshot),
        hint="This experiment’s page, for people of this portal",
    )
    if experiment.arn:
        yield Form(
            key="arn", group=Group.LEAD, name="ARN", text=experiment.arn, hint="Its name in AWS"
        )
    console_url = console.endpoint_url(source, experiment.endpoint.name)
    if console_url is not None:
        yield Form(
            key="console",
            group=Group.LEAD,
            name="console link",
            text=console_url,
            hint="The page of its endpoint in the AWS console, which lists the test’s variants",
        )


def _asking(snapshot: Snapshot) -> Iterator[Form]:
    place = _place(snapshot)
    yield Form(
        key="cli",
        group=Group.ASK,
        name="AWS CLI command",
        text=commands.aws_cli(place),
        hint="For a POSIX shell",
        notes=(("", "It asks with your own credentials: add --profile where you need one."),),
    )
    yield Form(
        key="boto3",
        group=Group.ASK,
        name="boto3 snippet",
        text=commands.boto3(place),
        hint="Python, with your own credentials",
    )
    with_session = settings.PORTAL_LOGIN in {"password", "oidc"}
    cookie = settings.SESSION_COOKIE_NAME if with_session else None
    address = reverse("experiments:raw", args=[snapshot.source, snapshot.name, "json"])
    yield Form(
        key="curl",
        group=Group.ASK,
        name="curl command",
        text=commands.curl(settings.URL.origin + address, cookie),
        hint="Asks this portal, not AWS",
        notes=_signing_in(cookie),
    )


def _signing_in(cookie: str | None) -> tuple[tuple[str, str], ...]:
    if cookie is not None:
        note = (
            f"Set it in your shell to the value of your browser’s cookie {cookie}, which signs you "
            "in until you sign out; after that, nothing is printed. Whoever has it is you: keep it "
            "out of files and chats."
        )
        return ((commands.SESSION, note),)
    if settings.PORTAL_LOGIN == "proxy":
        return (("", "A proxy in front of this portal signs people in: add what it asks for."),)
    return ()


def _telling(known: Known) -> Form:
    snapshot = known.snapshot
    return Form(
        key="markdown",
        group=Group.TELL,
        name="Markdown summary",
        text=summary.markdown(
            known.description.experiment,
            address=_address(snapshot),
            source=snapshot.source,
            region=snapshot.region,
            answered_at=known.answered_at,
            gone_at=known.gone_at,
        ),
        hint="For a ticket, times in UTC",
    )


def _repeating(known: Known, now: datetime) -> Form:
    request = requests.again(known.description.answer, now)
    missing = "" if request.complete else "; incomplete"
    return Form(
        key="request",
        group=Group.REPEAT,
        name="Create request",
        text=request.text,
        hint=f"CreateInferenceExperiment, new name and times{missing}",
        notes=(
            (
                commands.create(_place(known.snapshot)),
                "sends what you have saved as request.json. Nothing is created before.",
            ),
            *((note.member, note.text) for note in request.notes),
        ),
    )


def _place(snapshot: Snapshot) -> Place:
    endpoint_url = public(SOURCES[snapshot.source].endpoint_url)
    return Place(name=snapshot.name, region=snapshot.region, endpoint_url=endpoint_url)


def _address(snapshot: Snapshot) -> str:
    return settings.URL.origin + reverse(
        "experiments:detail", args=[snapshot.source, snapshot.name]
    )
