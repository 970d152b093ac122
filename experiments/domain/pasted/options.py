"""The options of ``aws sagemaker describe-inference-experiment``, as the AWS CLI version 2 takes
them: its parsers are argparse's, one for each of the words and one for the options of the
operation, so abbreviations and repetitions mean the same here."""

import re
from argparse import Action, ArgumentError, ArgumentParser, Namespace
from typing import Any, NoReturn

from experiments.domain import synopsis
from experiments.domain.pasted.understood import UnclearError

# Whom to ask, how, and how it looks in a terminal: the portal decides this by itself.
_READ = {
    synopsis.NAME,
    synopsis.INPUT_JSON,
    synopsis.INPUT_YAML,
    synopsis.SKELETON,
    synopsis.OUTPUT,
    synopsis.QUERY,
    synopsis.PROFILE,
    synopsis.REGION,
}
_LEFT_OUT = sorted(
    (option for option in synopsis.OPTIONS if option not in _READ),
    # Flags first, and what is no flag to all who write one.
    key=lambda option: (option is synopsis.VERSION, bool(option.takes)),
)
_FLAGS = {option.name for option in synopsis.OPTIONS if not option.takes}
_NUMBERS = (synopsis.READ_TIMEOUT.name, synopsis.CONNECT_TIMEOUT.name)

# A command with each of its options has fewer. argparse takes a square of the time for a list.
_MAX_ARGUMENTS = 100
_OPTION = re.compile(r"--[a-z]{2,16}(-[a-z]{2,16}){0,4}")
_WORD = re.compile(r"[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,20}){0,6}")


class _Parser(ArgumentParser):
    """One that neither prints nor exits, and takes nothing from the process's own arguments."""

    def __init__(self) -> None:
        super().__init__(prog="aws", add_help=False, exit_on_error=False)

    def error(self, message: str) -> NoReturn:
        raise ArgumentError(None, message)

    def _check_value(self, action: Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            (option,) = action.option_strings
            raise UnclearError(
                f"{option} is one of {', '.join(action.choices)}. Choose one of them."
            )


_PARSERS = synopsis.parsers(_Parser)
# The AWS CLI's reference gives it a value and the AWS CLI takes none.
_PARSERS.operation.add_argument(synopsis.VERSION.name, nargs="?", const="given")


def parse(arguments: list[str]) -> tuple[Namespace, tuple[str, ...]]:
    """The options by their names with underscores, and the names of those left out.

    Raises UnclearError for whatever the AWS CLI would not take, and for other commands.
    """
    if len(arguments) > _MAX_ARGUMENTS:
        raise UnclearError("The command has more words than all of its options. Shorten it.")
    namespace = Namespace()
    try:
        namespace, rest = _PARSERS.main.parse_known_args(arguments, namespace)
        namespace, rest = _PARSERS.service.parse_known_args(rest, namespace)
        _check_command(namespace)
        namespace, rest = _PARSERS.operation.parse_known_args(rest, namespace)
    except ArgumentError as error:
        raise UnclearError(_sentence(error)) from None
    if rest:
        raise UnclearError(_unknown(rest))
    given = {
        option.name: value
        for option in synopsis.OPTIONS
        if (value := getattr(namespace, option.key)) is not None
    }
    for option, value in given.items():
        if option in _NUMBERS and re.fullmatch(r"\s*[0-9]{1,9}\s*", value) is None:
            raise UnclearError(f"{option} takes a whole number of seconds.")
    return namespace, tuple(option.name for option in _LEFT_OUT if option.name in given)


def _check_command(namespace: Namespace) -> None:
    words = [word for word in (namespace.service, namespace.operation) if word]
    if words == ["sagemaker", synopsis.OPERATION]:
        return
    opens = f"The portal opens aws sagemaker {synopsis.OPERATION} only."
    if words == ["sagemaker", "list-inference-experiments"]:
        raise UnclearError(
            f"This is aws sagemaker list-inference-experiments. {opens} "
            "The first page of the portal is the list of experiments, to search and to sort."
        )
    if words and all(len(word) <= 40 and _WORD.fullmatch(word) for word in words):
        raise UnclearError(f"This is aws {' '.join(words)}. {opens}")
    raise UnclearError(f"This is another command of aws, or none. {opens}")


def _sentence(error: ArgumentError) -> str:
    # argparse's own messages repeat what was pasted, and name the option as "--name".
    option = error.argument_name
    if option is None or not _OPTION.fullmatch(option):
        return (
            "The command has an option that is cut short so that it could be one of several. "
            "Write it out."
        )
    flag = option in _FLAGS
    return f"{option} takes no value." if flag else f"{option} needs a value after it."


def _unknown(rest: list[str]) -> str:
    option = next((word.partition("=")[0] for word in rest if word.startswith("-")), None)
    if option is None:
        return (
            "The command has a word that belongs to no option. Put a value that has spaces in it "
            "in quotes."
        )
    named = f" {option}" if _OPTION.fullmatch(option) else ""
    return (
        f"The command has an option{named} that {synopsis.OPERATION} does not have. Leave it out "
        "or correct its spelling."
    )
