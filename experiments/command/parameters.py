"""The request that the options make: files read, documents parsed, --name before what they say."""

import json
import os
from collections.abc import Callable, Mapping
from errno import ENOENT
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from experiments.command import errors
from experiments.command.arguments import Arguments
from experiments.domain import synopsis
from experiments.domain.names import is_experiment_name
from experiments.domain.synopsis import Option

_INPUTS = (synopsis.INPUT_JSON, synopsis.INPUT_YAML)


def request(arguments: Arguments) -> dict[str, Any]:
    """What DescribeInferenceExperiment is called with, right or wrong. Raises CommandError."""
    name = loaded(synopsis.NAME, arguments[synopsis.NAME])
    documents = {option: loaded(option, arguments[option]) for option in _INPUTS}
    given = {option: text for option, text in documents.items() if text is not None}
    if len(given) > 1:
        raise errors.parameters("Only one --cli-input- parameter may be specified.")
    members: dict[str, Any] = {} if name is None else {"Name": name}
    for option, text in given.items():
        members = {**_document(option, text), **members}
    return members


def loaded(option: Option, value: str | None) -> str | bytes | None:
    """A value, or the content of the file that it names. Raises CommandError."""
    if value is None:
        return None
    for prefix, read in (("file://", _read_text), ("fileb://", Path.read_bytes)):
        if value.startswith(prefix):
            path = os.path.expandvars(os.path.expanduser(value[len(prefix) :]))  # noqa: PTH111
            try:
                if not path:
                    # An empty Path would be the current folder.
                    raise FileNotFoundError(ENOENT, os.strerror(ENOENT), path)
                return read(Path(path))
            except UnicodeDecodeError:
                raise errors.parameter(
                    option.name,
                    f"Unable to load paramfile ({path}), text contents could not be decoded.  If "
                    "this is a binary file, please use the fileb:// prefix instead of the file:// "
                    "prefix.",
                ) from None
            except OSError as error:
                message = f"Unable to load paramfile {value}: {error}"
                raise errors.parameter(option.name, message) from None
    return value


def is_harmless(option: Option, value: str) -> bool:
    """Whether a document, or the path of one, holds an experiment's name and nothing else."""
    if value.startswith(("file://", "fileb://")):
        return True
    try:
        document = _document(option, value)
    except errors.CommandError:
        return False
    name = document.get("Name")
    return set(document) == {"Name"} and isinstance(name, str) and is_experiment_name(name)


def _document(option: Option, text: str | bytes) -> Mapping[Any, Any]:
    kind = "JSON" if option is synopsis.INPUT_JSON else "YAML"
    load: Callable[[str | bytes], Any] = json.loads if kind == "JSON" else _load_yaml
    try:
        document = load(text)
    except (YAMLError, ValueError) as error:
        # Of a document in YAML, the AWS CLI tells such an error as Python does.
        if kind == "YAML" and not isinstance(error, YAMLError):
            raise
        # The one place where the AWS CLI writes an option without its hyphens.
        raise errors.parameter(option.name[2:], f"Invalid {kind} received.") from None
    if not isinstance(document, dict):
        message = f"Invalid type: expecting map, received {type(document)}"
        raise errors.parameter(option.name, message)
    return document


def _load_yaml(text: str | bytes) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def _read_text(path: Path) -> str:
    # As it is set for files, or else what this machine uses.
    return path.read_text(encoding=os.environ.get("AWS_CLI_FILE_ENCODING"))
