"""The help of the command."""

import textwrap

from experiments.command.arguments import OPTIONS, SOURCE
from experiments.command.errors import PROGRAM
from experiments.domain import synopsis
from experiments.domain.synopsis import Option

_WIDTH = 80
_DOCUMENTS = f"[{synopsis.INPUT_JSON.name} JSON | {synopsis.INPUT_YAML.name} YAML]"
_INTRODUCTION = (
    "Prints an inference experiment as aws sagemaker describe-inference-experiment prints it, with "
    "the same options, variables and files of ~/.aws. It only reads. AWS's words for what is wrong "
    "are on standard error, and its exit codes are 252 for the words of the command, 253 for the "
    "configuration, 254 for what AWS refuses, and 255 for everything else."
)
_DJANGO = (
    "Django's own options --settings, --pythonpath, --traceback, --verbosity, --no-color, "
    "--force-color and --skip-checks are taken as well, each written out whole."
)


def manual() -> str:
    """Every option with what it means, for a terminal of 80 columns."""
    usage = ["--name NAME", _DOCUMENTS, *(_synopsis(option) for option in _others())]
    parts = [
        "\n".join([f"usage: {PROGRAM}", *(f"  {part}" for part in usage)]),
        textwrap.fill(_INTRODUCTION, _WIDTH),
        "\n".join(_explained(option) for option in OPTIONS),
        textwrap.fill(_DJANGO, _WIDTH),
    ]
    return "\n\n".join(parts) + "\n"


def _others() -> list[Option]:
    named = {synopsis.NAME, synopsis.INPUT_JSON, synopsis.INPUT_YAML}
    return [SOURCE, *(option for option in synopsis.OPTIONS if option not in named)]


def _synopsis(option: Option) -> str:
    return f"[{_with_value(option)}]"


def _with_value(option: Option) -> str:
    if not option.takes:
        return option.name
    return f"{option.name} [{option.takes}]" if option.optional else f"{option.name} {option.takes}"


def _explained(option: Option) -> str:
    choices = f" One of {', '.join(option.choices)}." if option.choices else ""
    indent = " " * 6
    meaning = textwrap.fill(
        option.meaning + choices,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return f"  {_with_value(option)}\n{meaning}"
