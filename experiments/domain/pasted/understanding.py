"""Which form a text has. The first form that it has decides, so that nobody has to say one."""

import re
from collections.abc import Callable

from experiments.domain.names import is_experiment_name
from experiments.domain.pasted import arn, command, documents, links
from experiments.domain.pasted.tidying import bare, is_too_long, is_writable, tidied
from experiments.domain.pasted.understood import (
    Form,
    MalformedError,
    NotUnderstood,
    UnclearError,
    Understood,
)

_NAME_MEMBER = re.compile(r"^[ \t]*[\"']?Name[\"']?[ \t]*:(?:[ \t]|$)", re.MULTILINE)
_MEMBER = re.compile(
    r"(?:#[^\n]*\n|\s)*+(?:[\"']?[A-Za-z<][\w.< -]{0,60}[\"']?[ \t]*:(?:[ \t\n]|$))"
)
_YAML_MARK = re.compile(r"---|%(?:YAML|TAG)|[!&*?-][ \t]|!!|&[A-Za-z]|\*[A-Za-z]|#")

_CAN_OPEN = (
    "The portal opens an experiment's name or ARN, a link to the SageMaker console, a request "
    "document in JSON or YAML, or a command aws sagemaker describe-inference-experiment."
)


def understand(text: str) -> Understood | NotUnderstood:
    """What a text means; no text raises, and its time grows with the length of the text alone."""
    if is_too_long(text):
        return NotUnderstood(
            form=None, reason=f"The text is longer than 8 kB. {_CAN_OPEN} Paste that alone."
        )
    if not is_writable(text):
        return NotUnderstood(
            form=None,
            reason="The text holds control characters, or is no correct Unicode, as happens when "
            f"it is copied from a file of another kind. {_CAN_OPEN}",
        )
    text = tidied(text)
    if not text:
        return NotUnderstood(form=None, reason=f"The text is empty. {_CAN_OPEN}")
    name = bare(text)
    if is_experiment_name(name):
        return Understood(form=Form.NAME, name=name)
    form, read = _reader(text)
    try:
        return read(text)
    except UnclearError as unclear:
        return NotUnderstood(form=form, reason=str(unclear))


def _reader(text: str) -> tuple[Form | None, Callable[[str], Understood]]:
    if command.is_command(text):
        return Form.COMMAND, command.read
    if text.startswith(("{", "[")):
        return Form.JSON, _json
    if text.lower().startswith(("http://", "https://")):
        return Form.CONSOLE, links.read
    if _NAME_MEMBER.search(text) or text.startswith(("---", "%YAML", "%TAG")):
        return Form.YAML, _yaml
    if arn.arns_in(text):
        return Form.ARN, arn.read
    if links.links_in(text):
        return Form.CONSOLE, links.read
    if _MEMBER.match(text) or _YAML_MARK.match(text):
        return Form.YAML, _yaml
    return None, _nothing


def _json(text: str) -> Understood:
    try:
        return _named(Form.JSON, documents.read_json(text))
    except MalformedError:
        # {Name: x} is YAML and no JSON. If it is neither, it was meant as JSON.
        try:
            return _named(Form.YAML, documents.read_yaml(text))
        except UnclearError:
            pass
        raise


def _yaml(text: str) -> Understood:
    # A line copied out of JSON ends in a comma.
    return _named(Form.YAML, documents.read_yaml(text.rstrip(",")))


def _named(form: Form, name: str | None) -> Understood:
    if not name:
        raise UnclearError(
            "The document names no experiment: write its name into Name, as in Name: my-experiment."
        )
    if not is_experiment_name(name):
        raise UnclearError(
            "The Name in the document cannot be an experiment's: it takes 1 to 120 letters, digits "
            "and hyphens, with no hyphen first or last."
        )
    return Understood(form=form, name=name)


def _nothing(text: str) -> Understood:
    if "describe-inference-experiment" in text:
        raise UnclearError(
            "The text holds describe-inference-experiment but does not begin as a command. "
            "Begin with aws sagemaker describe-inference-experiment."
        )
    if any(mark in text for mark in (" ", "\n", "\t")):
        raise UnclearError(f"This is none of what the portal can open. {_CAN_OPEN}")
    raise UnclearError(
        "This can be no experiment's name: one takes 1 to 120 letters, digits and hyphens, with no "
        f"hyphen first or last. {_CAN_OPEN}"
    )
