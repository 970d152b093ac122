"""The options that the prompt offers, and what is wrong with a command line that is being typed."""

import shlex
from argparse import ArgumentError, ArgumentParser, Namespace
from collections.abc import Collection, Iterable
from typing import NoReturn

from experiments.command.arguments import SOURCE
from experiments.command.typed import shown
from experiments.domain import synopsis

AUTO_PROMPT = synopsis.AUTO_PROMPT.name
# Taken, and of no use at a prompt.
_UNOFFERED = (AUTO_PROMPT, synopsis.NO_AUTO_PROMPT.name)
OPTIONS = {
    option.name: option
    for option in (synopsis.NAME, SOURCE, *synopsis.OPTIONS[1:])
    if option.name not in _UNOFFERED
}
_NUMBERS = (synopsis.READ_TIMEOUT.name, synopsis.CONNECT_TIMEOUT.name)
DOCUMENTS = (synopsis.INPUT_JSON.name, synopsis.INPUT_YAML.name)
# With one of these, the command runs without a name.
_INSTEAD = (*DOCUMENTS, synopsis.VERSION.name)
_HELP = frozenset(("help", "-h", "--help"))


class _Parser(ArgumentParser):
    def __init__(self) -> None:
        super().__init__(prog="", add_help=False, exit_on_error=False)

    def error(self, message: str) -> NoReturn:
        raise ArgumentError(None, message)


_PARSERS = synopsis.parsers(_Parser, choices=False, also=(SOURCE,))
_PARSERS.main.add_argument(synopsis.VERSION.name, action="store_const", const="given")


def meant(word: str) -> str | None:
    """The option that this is, or is the beginning of, as argparse takes it."""
    if word in OPTIONS:
        return word
    begins = _beginning(word)
    return begins[0] if len(begins) == 1 and word.startswith("--") else None


def given(words: Iterable[str]) -> tuple[dict[str, str], str | None]:
    """The options of these words with their values, and the one whose value comes next."""
    found: dict[str, str] = {}
    awaits: str | None = None
    for word in words:
        name, equals, value = word.partition("=")
        option = meant(name)
        if option is not None and word.startswith("-"):
            found[option] = value
            awaits = None if equals or not OPTIONS[option].takes else option
        elif awaits is not None:
            found[awaits], awaits = word, None
    return found, awaits


def fault(text: str, sources: Collection[str]) -> str | None:
    """One sentence on why this command line cannot run, None where it can."""
    try:
        words = shlex.split(text)
    except ValueError:
        return "A quote is not closed, or a backslash stands at the end."
    if _HELP & set(words):
        return None
    try:
        parsed, rest = _parse(words)
    except ArgumentError as error:
        return _sentence(error, words)
    if rest:
        return _unknown(rest)
    values = {
        name: value
        for name, option in OPTIONS.items()
        if (value := getattr(parsed, option.key)) is not None
    }
    return _unfit(values, sources) or _missing(values)


def _parse(words: list[str]) -> tuple[Namespace, list[str]]:
    rest = [synopsis.SERVICE, synopsis.OPERATION, *words]
    parsed = Namespace()
    for parser in (_PARSERS.main, _PARSERS.service, _PARSERS.operation):
        parsed, rest = parser.parse_known_args(rest, parsed)
    return parsed, rest


def _unfit(values: dict[str, str], sources: Collection[str]) -> str | None:
    for name, value in values.items():
        allowed = sources if name == SOURCE.name else OPTIONS[name].choices
        if allowed and value not in allowed:
            return f"{name} is one of {', '.join(allowed)}."
        if name in _NUMBERS and not value.strip().isdecimal():
            return f"{name} takes a whole number of seconds."
    if all(name in values for name in DOCUMENTS):
        return f"Only one of {' and '.join(DOCUMENTS)} can be given."
    return None


def _missing(values: dict[str, str]) -> str | None:
    if synopsis.NAME.name in values or any(name in values for name in _INSTEAD):
        return None
    if values.get(synopsis.SKELETON.name) in ("input", "yaml-input"):
        return None
    return "--name is missing: which experiment?"


def _sentence(error: ArgumentError, words: Iterable[str]) -> str:
    if error.argument_name is not None:
        option = OPTIONS.get(error.argument_name)
        takes = "needs a value after it" if option and option.takes else "takes no value"
        return f"{error.argument_name} {takes}."
    unclear = [word.partition("=")[0] for word in words if word.startswith("--")]
    for word in unclear:
        begins = _beginning(word)
        if word not in begins and len(begins) > 1:
            return f"{shown(word)} could be {', '.join(begins)}. Write more of it."
    return "An option is cut short so that it could be one of several. Write more of it."


def _unknown(rest: list[str]) -> str:
    option = next((word.partition("=")[0] for word in rest if word.startswith("-")), None)
    if option is not None:
        return f"There is no option {shown(option)}."
    return f"{shown(rest[0])} belongs to no option. A value with spaces needs quotes."


def _beginning(word: str) -> list[str]:
    return [name for name in (*OPTIONS, *_UNOFFERED) if name.startswith(word)]
