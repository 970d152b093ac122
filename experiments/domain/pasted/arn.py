"""ARNs of SageMaker, and what they say of where something is."""

import re
from dataclasses import dataclass

from experiments.domain.names import is_endpoint_name, is_experiment_name, is_region
from experiments.domain.pasted.tidying import bare
from experiments.domain.pasted.understood import Form, UnclearError, Understood

_SAGEMAKER = re.compile(
    r"""arn:(?P<partition>aws(?:-[a-z]{1,8}){0,3}):sagemaker
        :(?P<region>[a-z0-9-]{1,64}):(?P<account>[0-9]{12})
        :(?P<kind>[a-z][a-z-]{0,60})/(?P<name>[A-Za-z0-9-]{1,120})""",
    re.VERBOSE,
)
_IN_A_TEXT = re.compile(r"\barn:[^\s\"'`<>()\[\]{}|,;“”]*")

_EXPECTED = (
    "The ARN of an inference experiment reads "
    "arn:aws:sagemaker:<region>:<account>:inference-experiment/<name>."
)


def arns_in(text: str) -> tuple[str, ...]:
    """Whatever begins as an ARN in a text, each once, in order."""
    return tuple(dict.fromkeys(bare(found) for found in _IN_A_TEXT.findall(text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    experiments: tuple[Understood, ...]
    endpoints: tuple[Understood, ...]


def read(text: str) -> Understood:
    """The one experiment, or else the one endpoint, among the ARNs of a text.

    Raises UnclearError where there is none, or more than one.
    """
    arns = arns_in(text)
    found = _found(arns)
    # Messages of AWS name who was refused before they name the experiment.
    for one_kind, plural in ((found.experiments, "experiments"), (found.endpoints, "endpoints")):
        if len(one_kind) > 1:
            raise UnclearError(
                f"The text holds the ARNs of several {plural}. Paste the one that you want to open."
            )
        if one_kind:
            return one_kind[0]
    if any(":inference-experiment/" in arn for arn in arns):
        raise UnclearError(f"The text holds an ARN that is cut off or misspelt. {_EXPECTED}")
    if any(re.match(r"arn:[a-z-]{1,32}:sagemaker:", arn) for arn in arns):
        raise UnclearError(
            "This is the ARN of something else in SageMaker, or is cut off. "
            f"The portal opens inference experiments and endpoints. {_EXPECTED}"
        )
    raise UnclearError(f"This is no ARN of SageMaker's. {_EXPECTED}")


def _found(arns: tuple[str, ...]) -> _Found:
    experiments: dict[Understood, None] = {}
    endpoints: dict[Understood, None] = {}
    for parts in filter(None, map(_SAGEMAKER.fullmatch, arns)):
        kind, name = parts["kind"], parts["name"]
        if not is_region(parts["region"]):
            continue
        if kind == "inference-experiment" and is_experiment_name(name):
            experiments[_understood(parts, name=name)] = None
        elif kind == "endpoint" and is_endpoint_name(name):
            endpoints[_understood(parts, endpoint=name)] = None
    return _Found(experiments=tuple(experiments), endpoints=tuple(endpoints))


def _understood(parts: re.Match[str], *, name: str = "", endpoint: str = "") -> Understood:
    return Understood(
        form=Form.ARN,
        name=name,
        endpoint=endpoint,
        folded=True,
        partition=parts["partition"],
        account=parts["account"],
        region=parts["region"],
    )
