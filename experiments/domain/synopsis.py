"""The options of ``aws sagemaker describe-inference-experiment``, defined once for the command and
for what people paste, and read by parsers like those of the AWS CLI version 2: one for each of its
words and one for the operation, so abbreviations, repetitions and ambiguities mean the same."""

from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Generic, TypeVar

SERVICE = "sagemaker"
OPERATION = "describe-inference-experiment"
OUTPUTS = ("json", "text", "table", "yaml", "yaml-stream")
COLORS = ("on", "off", "auto")
BINARY_FORMATS = ("base64", "raw-in-base64-out")
SKELETONS = ("input", "output", "yaml-input")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """``takes`` is the name of its value, empty for a flag; ``optional`` is what it means without
    one. An option ``of_operation`` is known to the operation alone, the others to ``aws`` itself.
    """

    name: str
    meaning: str
    takes: str = ""
    choices: tuple[str, ...] = ()
    optional: str | None = None
    of_operation: bool = False

    @property
    def key(self) -> str:
        """Where a parser puts its value."""
        return self.name[2:].replace("-", "_")


NAME = Option(
    name="--name",
    takes="NAME",
    of_operation=True,
    meaning="The experiment to describe. file:// and a path reads it from a file.",
)
INPUT_JSON = Option(
    name="--cli-input-json",
    takes="JSON",
    of_operation=True,
    meaning="The request as JSON, as --generate-cli-skeleton prints it, or file:// and a path. "
    "--name goes before what it says. Not together with --cli-input-yaml.",
)
INPUT_YAML = Option(
    name="--cli-input-yaml",
    takes="YAML",
    of_operation=True,
    meaning="The same as YAML, as --generate-cli-skeleton yaml-input prints it.",
)
SKELETON = Option(
    name="--generate-cli-skeleton",
    takes="KIND",
    choices=SKELETONS,
    optional="input",
    of_operation=True,
    meaning="Ask nothing of AWS and print a form of the request to fill in (input, or yaml-input "
    "with what each member means), or check the request and print a sample of an answer (output).",
)
DEBUG = Option(
    name="--debug",
    meaning="Say on standard error what is called, what comes back and what is tried again, with "
    "credentials removed.",
)
ENDPOINT_URL = Option(
    name="--endpoint-url", takes="URL", meaning="Ask this address instead of the region's own."
)
NO_VERIFY_SSL = Option(
    name="--no-verify-ssl", meaning="Do not verify the certificate of who answers."
)
NO_PAGINATE = Option(
    name="--no-paginate",
    meaning="Ask for the first page only. An experiment has one, so it changes nothing.",
)
OUTPUT = Option(
    name="--output",
    takes="FORMAT",
    choices=OUTPUTS,
    meaning="How to print the answer. Otherwise AWS_DEFAULT_OUTPUT, the profile's output, or json.",
)
QUERY = Option(
    name="--query", takes="JMESPATH", meaning="Print what this JMESPath expression selects."
)
PROFILE = Option(
    name="--profile", takes="PROFILE", meaning="A profile of ~/.aws/config and ~/.aws/credentials."
)
REGION = Option(
    name="--region",
    takes="REGION",
    meaning="Otherwise AWS_REGION, AWS_DEFAULT_REGION, the profile's region, or the machine's.",
)
VERSION = Option(name="--version", meaning="Print the version of this program, and of what it is.")
COLOR = Option(
    name="--color",
    takes="WHEN",
    choices=COLORS,
    meaning="Colours in tables: always, never, or (auto) where the output is a terminal.",
)
NO_SIGN_REQUEST = Option(
    name="--no-sign-request", meaning="Do not sign the request, and look for no credentials."
)
CA_BUNDLE = Option(
    name="--ca-bundle",
    takes="FILE",
    meaning="Certificates to verify with. Otherwise AWS_CA_BUNDLE or the profile's ca_bundle.",
)
READ_TIMEOUT = Option(
    name="--cli-read-timeout",
    takes="SECONDS",
    meaning="How long to wait for more of an answer: 60 seconds unless given, 0 without end.",
)
CONNECT_TIMEOUT = Option(
    name="--cli-connect-timeout",
    takes="SECONDS",
    meaning="How long to wait for a connection: 60 seconds unless given, 0 without end.",
)
BINARY_FORMAT = Option(
    name="--cli-binary-format",
    takes="FORMAT",
    choices=BINARY_FORMATS,
    meaning="How binary values are given. A request for an experiment has none, so it changes "
    "nothing.",
)
NO_CLI_PAGER = Option(name="--no-cli-pager", meaning="Print to a terminal without a pager.")
AUTO_PROMPT = Option(
    name="--cli-auto-prompt",
    meaning="Ask for the options in the terminal, with the experiments that the portal knows.",
)
NO_AUTO_PROMPT = Option(
    name="--no-cli-auto-prompt",
    meaning="Ask for none, whatever AWS_CLI_AUTO_PROMPT or the profile's cli_auto_prompt says.",
)

# In the order of AWS's reference.
OPTIONS = (
    NAME,
    INPUT_JSON,
    INPUT_YAML,
    SKELETON,
    DEBUG,
    ENDPOINT_URL,
    NO_VERIFY_SSL,
    NO_PAGINATE,
    OUTPUT,
    QUERY,
    PROFILE,
    REGION,
    VERSION,
    COLOR,
    NO_SIGN_REQUEST,
    CA_BUNDLE,
    READ_TIMEOUT,
    CONNECT_TIMEOUT,
    BINARY_FORMAT,
    NO_CLI_PAGER,
    AUTO_PROMPT,
    NO_AUTO_PROMPT,
)

_Parser = TypeVar("_Parser", bound=ArgumentParser)


@dataclass(frozen=True, slots=True)
class Parsers(Generic[_Parser]):
    """What reads the words one after the other, each what the one before it has left."""

    main: _Parser
    service: _Parser
    operation: _Parser


def parsers(
    kind: type[_Parser], *, choices: bool = True, also: tuple[Option, ...] = ()
) -> Parsers[_Parser]:
    """Parsers of a kind, without --version; ``also`` are options beside those of AWS.

    With ``choices``, they refuse a value that is none of an option's.
    """
    made = Parsers(kind(), kind(), kind())
    for option in (*OPTIONS, *also):
        parser = made.operation if option.of_operation else made.main
        allowed = option.choices if choices and option.choices else None
        if option is VERSION:
            continue
        if not option.takes:
            parser.add_argument(option.name, action="store_const", const=option.name)
        elif option.optional is None:
            parser.add_argument(option.name, choices=allowed)
        else:
            parser.add_argument(option.name, nargs="?", const=option.optional, choices=allowed)
    made.main.add_argument("service", nargs="?")
    made.service.add_argument("operation", nargs="?")
    return made
