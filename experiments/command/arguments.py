"""The words of the command, read as the AWS CLI version 2 reads them."""

from argparse import Action, ArgumentError, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, NoReturn

from experiments.command import errors
from experiments.domain import synopsis
from experiments.domain.synopsis import Option, Parsers

SOURCE = Option(
    name="--source",
    takes="NAME",
    meaning="A source of PORTAL_SOURCES: what it sets holds where no option says otherwise, and "
    "its role is assumed.",
)
OPTIONS = (*synopsis.OPTIONS, SOURCE)


class HelpAskedError(Exception):
    """Somebody asks for help instead of an experiment."""


class VersionAskedError(Exception):
    """Somebody asks for the version instead of an experiment."""


class _Help(Action):
    def __call__(self, *_args: Any, **_options: Any) -> NoReturn:
        raise HelpAskedError


class _Version(Action):
    def __call__(self, *_args: Any, **_options: Any) -> NoReturn:
        raise VersionAskedError


class _Parser(ArgumentParser):
    """One that raises instead of printing, and lists choices as the AWS CLI does."""

    def __init__(self) -> None:
        super().__init__(add_help=False)

    def error(self, message: str) -> NoReturn:
        raise errors.usage(message)

    def _check_value(self, action: Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            raise ArgumentError(action, invalid_choice(value, list(action.choices)))


@dataclass(frozen=True, slots=True)
class Arguments:
    """What somebody has asked for; None is what was not given."""

    options: Namespace

    def __getitem__(self, option: Option) -> str | None:
        value: str | None = getattr(self.options, option.key)
        return value


def invalid_choice(value: str, choices: list[str]) -> str:
    said = ["Invalid choice, valid choices are:\n", *_pairs(choices)]
    if close := get_close_matches(value, choices, cutoff=0.8):
        said.append(f"\n\nInvalid choice: {value!r}, maybe you meant:\n")
        said += [f"  * {choice}" for choice in close]
    return "\n".join(said)


def debugs(words: Sequence[str]) -> bool:
    """Whether the words ask for --debug, which is found out before the others are read.

    Raises HelpAskedError, and CommandError for mistakes in the little that it reads.
    """
    found: bool = _first().parse_known_args(list(words))[0].debug
    return found


def read_global(words: Sequence[str]) -> tuple[Arguments, list[str]]:
    """The options of ``aws`` itself, and the words that are left for the operation.

    Raises CommandError and VersionAskedError, whichever the words call for first.
    """
    main = _parsers().main
    namespace, rest = main.parse_known_args([synopsis.SERVICE, synopsis.OPERATION, *words])
    return Arguments(namespace), rest


def read_operation(aws: Arguments, rest: list[str]) -> Arguments:
    """All options, from what ``read_global`` has returned. Raises CommandError, HelpAskedError."""
    parsers = _parsers()
    namespace, rest = parsers.service.parse_known_args(rest, aws.options)
    if rest == ["help"]:
        raise HelpAskedError
    for action in parsers.operation._actions:
        if action.dest == synopsis.NAME.key:
            action.required = _needs_name(rest)
    namespace, rest = parsers.operation.parse_known_args(rest, namespace)
    if namespace.help == "help":
        raise HelpAskedError
    if namespace.help:
        rest.append(namespace.help)
    if rest:
        raise errors.unknown(rest)
    return Arguments(namespace)


def _needs_name(words: list[str]) -> bool:
    """As the AWS CLI finds out, which looks for whole words."""
    if synopsis.INPUT_JSON.name in words or synopsis.INPUT_YAML.name in words:
        return False
    if synopsis.SKELETON.name not in words:
        return True
    at = words.index(synopsis.SKELETON.name)
    return words[at + 1 : at + 2] == ["output"]


@cache
def _first() -> _Parser:
    parser = _Parser()
    parser.add_argument("-h", "--help", action=_Help, nargs=0)
    parser.add_argument(synopsis.PROFILE.name)
    parser.add_argument(synopsis.DEBUG.name, action="store_true")
    return parser


@cache
def _parsers() -> Parsers[_Parser]:
    parsers = synopsis.parsers(_Parser, also=(SOURCE,))
    parsers.main.add_argument(synopsis.VERSION.name, action=_Version, nargs=0)
    parsers.operation.add_argument("help", nargs="?")
    return parsers


def _pairs(choices: list[str]) -> Iterator[str]:
    for at in range(0, len(choices), 2):
        yield " | ".join(f"{choice:<40}" for choice in choices[at : at + 2])
