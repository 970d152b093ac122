"""What a text turned out to mean, or why it means nothing here."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a text was recognised."""

    NAME = "name"
    ARN = "arn"
    CONSOLE = "console"
    JSON = "json"
    YAML = "yaml"
    COMMAND = "command"

    @property
    def label(self) -> str:
        """As a sentence has it."""
        return _LABELS[self]


_LABELS = {
    Form.NAME: "name",
    Form.ARN: "ARN",
    Form.CONSOLE: "link",
    Form.JSON: "request document in JSON",
    Form.YAML: "request document in YAML",
    Form.COMMAND: "command of the AWS CLI",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """An experiment's name, or an endpoint's, and what the text says of where it is.

    Without both, a ``skeleton`` was asked for: ``input``, ``yaml-input`` or ``output``, as
    ``--generate-cli-skeleton`` takes them. A ``folded`` name is as an ARN writes it, in lower case.
    ``source`` is of a link to this portal, and is of a source's form but perhaps of none.
    ``partition``, ``account``, ``region`` and ``profile`` are empty where the text says nothing.
    ``left_out`` names what the text says besides and has no meaning here, in the words of a fixed
    list, each once.
    """

    form: Form
    name: str = ""
    folded: bool = False
    endpoint: str = ""
    source: str = ""
    partition: str = ""
    account: str = ""
    region: str = ""
    profile: str = ""
    query: str | None = None
    output: str = ""
    left_out: tuple[str, ...] = ()
    skeleton: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """What a text looked like, None for nothing known, and why it does not do and what would.

    ``reason`` is made of sentences for a page. It repeats only short pieces of the text whose form
    cannot be that of a secret, such as the name of an option.
    """

    form: Form | None
    reason: str


class UnclearError(Exception):
    """A text of a recognised form that does not do; its message is a ``NotUnderstood.reason``."""


class MalformedError(UnclearError):
    """A text that breaks the grammar of the form it was read as, so that another may fit it."""
