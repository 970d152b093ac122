"""Commands for a POSIX shell, and a snippet of Python, that ask for one experiment.

Every value is quoted for whoever reads it, so none of them ends a word or begins a command.
"""

import json
import shlex

from experiments.domain.copying.place import Place

# Where a person puts the session of their own; no text here holds one.
SESSION = "PORTAL_SESSION"


def aws_cli(place: Place) -> str:
    """``aws sagemaker describe-inference-experiment …`` on one line."""
    return _aws("describe-inference-experiment", {"--name": place.name}, place)


def create(place: Place) -> str:
    """What sends a CreateInferenceExperiment request, at the same place."""
    return _aws("create-inference-experiment", {"--cli-input-json": "file://request.json"}, place)


def _aws(operation: str, arguments: dict[str, str], place: Place) -> str:
    where = {"--region": place.region, "--endpoint-url": place.endpoint_url}
    words = ["aws", "sagemaker", operation]
    for option, value in (arguments | where).items():
        words += () if value is None else (option, value)
    return shlex.join(words)


def boto3(place: Place) -> str:
    """A script that prints the status, to be gone on from."""
    keys = {"region_name": place.region, "endpoint_url": place.endpoint_url}
    given = [f", {key}={_literal(value)}" for key, value in keys.items() if value is not None]
    return (
        "import boto3\n\n"
        f'sagemaker = boto3.client("sagemaker"{"".join(given)})\n'
        f"experiment = sagemaker.describe_inference_experiment(Name={_literal(place.name)})\n"
        'print(experiment["Status"])\n'
    )


def curl(address: str, cookie: str | None) -> str:
    """A GET of an address of the portal; ``cookie`` is the name of the one that signs somebody in.

    Its value comes from the environment of whoever runs it.
    """
    command = ["curl", "--fail", "--silent", "--show-error"]
    if cookie is None:
        return shlex.join([*command, address])
    # Double quotes, within which the shell puts the value in.
    return f'{shlex.join(command)} --cookie "{cookie}=${SESSION}" {shlex.quote(address)}'


def _literal(text: str) -> str:
    """A string of Python. JSON's are, as long as every character stands for itself."""
    return json.dumps(text, ensure_ascii=False)
