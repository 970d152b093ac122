"""A command line of the AWS CLI, understood as the AWS CLI understands it, and never run."""

import re
from argparse import Namespace

from experiments.domain.names import is_experiment_name, is_region
from experiments.domain.pasted import documents, shell
from experiments.domain.pasted.options import parse
from experiments.domain.pasted.tidying import unwrapped
from experiments.domain.pasted.understood import Form, UnclearError, Understood
from experiments.domain.synopsis import OUTPUTS

_AWS = r"(?:[^\s\"'|;&]{0,200}/)?aws2?(?:\.exe|\.cmd)?"
# The call operator of PowerShell may stand in front.
_WINDOWS = re.compile(
    r"""(?:&[ \t]*)?(?:"[A-Za-z]:\\[^"\n]*\\aws(?:\.exe)?"|[A-Za-z]:\\[^\s"]*\\aws(?:\.exe)?)
        (?=\s)""",
    re.VERBOSE,
)
_BEGINS = (
    rf"(?:[A-Za-z_][A-Za-z0-9_]*=|(?:sudo|env)[ \t]|{_AWS}(?:\s|$)"
    r"|(?:&[ \t]*)?\"?[A-Za-z]:\\[^\n]{1,200}?\\aws)"
)
_COMMAND = re.compile(_BEGINS)
_PROMPT = re.compile(rf"[^\n\"'`|;]{{0,100}}?[$#%>❯➜][ \t]*(?={_BEGINS})")
_PROGRAM = re.compile(_AWS)
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)
_CURLY = str.maketrans("“”„‘’", '"""\'\'')
_DASH = re.compile(r"(?<=\s)[—–](?=[a-z])")
_PROFILE = re.compile(r"[^\x00-\x1f\x7f]{1,128}")

_KEPT_VARIABLES = {
    "AWS_DEFAULT_OUTPUT",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_PROFILE",
    "AWS_REGION",
}
_LEFT_OUT_VARIABLES = {
    "AWS_ACCESS_KEY_ID",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_SAGEMAKER",
    "AWS_PAGER",
    "AWS_ROLE_ARN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
}
_OTHER_VARIABLE = "another variable in front of the command"
_FULL = "aws sagemaker describe-inference-experiment --name my-experiment"


def is_command(text: str) -> bool:
    """Whether a tidied text begins as a command line does, perhaps after a prompt."""
    return _COMMAND.match(text) is not None or _PROMPT.match(text) is not None


def read(text: str) -> Understood:
    """What a command line asks for. Raises UnclearError."""
    line = shell.split(_without_prompt(text))
    variables, left_out, arguments = _in_front(line.words)
    options, options_left_out = parse(arguments)
    output = options.output or variables.get("AWS_DEFAULT_OUTPUT", "")
    if output and output not in OUTPUTS:
        raise UnclearError(f"--output is one of {', '.join(OUTPUTS)}. Choose one of them.")
    region = _first(options.region, variables, "AWS_REGION", "AWS_DEFAULT_REGION")
    if region and not is_region(region):
        raise UnclearError("--region takes a region of AWS, such as eu-central-1.")
    profile = _first(options.profile, variables, "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    if profile and not _PROFILE.fullmatch(profile):
        raise UnclearError("--profile takes the name of a profile, of 128 characters at most.")
    return Understood(
        form=Form.COMMAND,
        name=_name(options),
        region=region,
        profile=profile,
        query=options.query,
        output=output,
        skeleton=options.generate_cli_skeleton or "",
        left_out=tuple(dict.fromkeys((*left_out, *options_left_out, *line.left_out))),
    )


def _without_prompt(text: str) -> str:
    prompt = _PROMPT.match(text)
    if _COMMAND.match(text) is None and prompt is not None:
        text = text[prompt.end() :]
    program = _WINDOWS.match(text)
    if program is not None:
        # To a POSIX shell, what stands between backslashes would be one word.
        text = "aws" + text[program.end() :]
    text = _DASH.sub("--", text)
    # Word processors turn all quotes at once. Where one is straight, the others are meant.
    return text if '"' in text or "'" in text else text.translate(_CURLY)


def _in_front(words: tuple[str, ...]) -> tuple[dict[str, str], list[str], list[str]]:
    """The variables and what of them is left out, and the arguments of aws."""
    variables: dict[str, str] = {}
    left_out: list[str] = []
    for at, word in enumerate(words):
        assignment = _ASSIGNMENT.fullmatch(word)
        if _PROGRAM.fullmatch(word):
            return variables, left_out, list(words[at + 1 :])
        if assignment is None:
            if word not in {"sudo", "env"}:
                break
        elif assignment["name"] in _KEPT_VARIABLES:
            variables[assignment["name"]] = assignment["value"]
        else:
            known = assignment["name"] in _LEFT_OUT_VARIABLES
            left_out.append(assignment["name"] if known else _OTHER_VARIABLE)
    raise UnclearError(f"The text begins as a command but not one of aws. Paste {_FULL}.")


def _first(option: str | None, variables: dict[str, str], *names: str) -> str:
    """As the AWS CLI chooses: the option, then the variables in this order."""
    return next(filter(None, (option, *map(variables.get, names))), "")


def _name(options: Namespace) -> str:
    given = {"--cli-input-json": options.cli_input_json, "--cli-input-yaml": options.cli_input_yaml}
    inputs = {option: value for option, value in given.items() if value is not None}
    if len(inputs) > 1:
        raise UnclearError(
            "The command has --cli-input-json and --cli-input-yaml, of which the AWS CLI takes "
            "only one. Leave one of them out."
        )
    name = options.name
    for option, value in {"--name": name or "", **inputs}.items():
        if value.startswith(("file://", "fileb://")):
            raise UnclearError(
                f"{option} names a file on your machine, which the portal cannot read. Paste what "
                "is in the file."
            )
    for option, value in inputs.items():
        read_document = documents.read_json if option == "--cli-input-json" else documents.read_yaml
        try:
            in_document = read_document(_unescaped(value))
        except UnclearError as unclear:
            raise UnclearError(f"{option} takes a document of its own. {unclear}") from None
        # As in the AWS CLI, what stands on the command line overrides the document.
        name = in_document if name is None else name
    if name is None and options.generate_cli_skeleton in {"input", "yaml-input"}:
        return ""
    if not name:
        raise UnclearError(f"The command names no experiment. Paste it with --name, as in {_FULL}.")
    name = unwrapped(name)
    if not is_experiment_name(name):
        raise UnclearError(
            "The name in the command cannot be an experiment's: it takes 1 to 120 letters, digits "
            "and hyphens, with no hyphen first or last. An ARN is pasted alone, without a command."
        )
    return str(name)


def _unescaped(document: str) -> str:
    # As PowerShell needs it. No JSON begins so, hence nothing else can be meant.
    return document.replace('\\"', '"') if document.lstrip().startswith('{\\"') else document
