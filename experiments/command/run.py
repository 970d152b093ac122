"""The command from its words to its exit code."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from experiments.aws import skeletons
from experiments.aws.direct import Client
from experiments.aws.failures import DirectError
from experiments.aws.tracing import Trace
from experiments.command import arguments, asking, debugging, errors, manual, version
from experiments.command.arguments import HelpAskedError, VersionAskedError
from experiments.command.configuration import Configuration, configure
from experiments.command.errors import CommandError, Exit
from experiments.command.paging import PagerError, page
from experiments.command.parameters import request
from experiments.command.printing import compiled, show
from experiments.domain import synopsis

_SKELETONS: dict[str, Callable[[], str]] = {
    "input": skeletons.input_json,
    "yaml-input": skeletons.input_yaml,
}


def main(words: Sequence[str], *, stdin: TextIO, stdout: TextIO, stderr: TextIO) -> int:
    """Run the command with the words after its name; the exit code is the AWS CLI's."""
    with _ends(stdout, stderr) as end:
        mode = asking.mode(words)
        if mode == "on":
            words = asking.ask(words, stdin, stdout, stderr)
        try:
            _run(words, mode, stdout, stderr)
        except CommandError as error:
            if mode != "on-partial" or error.code is not Exit.PARAMETERS:
                raise
            if not error.told_by_prompt:
                stderr.write(f"\n{error}\n")
            _run(asking.ask(words, stdin, stdout, stderr), "partial", stdout, stderr)
    return end.code


class _End:
    """How it ended, known after the block of ``_ends``."""

    code = Exit.DONE


@contextmanager
def _ends(stdout: TextIO, stderr: TextIO) -> Iterator[_End]:
    """Say on standard error what was raised inside the block, as the AWS CLI says it."""
    end = _End()
    try:
        yield end
    except CommandError as error:
        stderr.write(f"\n{error}\n")
        end.code = error.code
    except PagerError as error:
        stderr.write(f"\n{error}\n")
        end.code = Exit.CONFIGURATION
    except asking.InterruptedPromptError as error:
        stderr.write(f"{error}\n")
        end.code = Exit.INTERRUPTED
    except KeyboardInterrupt:
        _print("\n", stdout)
        end.code = Exit.INTERRUPTED
    # Whatever it is: the AWS CLI knows no other end.
    except Exception as error:
        stderr.write(f"\n{error}\n")
        end.code = Exit.FAILED


def _run(words: Sequence[str], mode: str, stdout: TextIO, stderr: TextIO) -> None:
    try:
        with debugging.debugging(stderr, wanted=arguments.debugs(words)):
            _describe(words, stdout, stderr)
    except HelpAskedError:
        _print(manual.manual(), stdout)
    except VersionAskedError:
        _print(f"{version.user_agent()} prompt/{mode}\n", stdout)


def _print(text: str, stdout: TextIO) -> None:
    """Without a pager, and calm where nobody reads it."""
    with page(None, stdout) as output:
        output.write(text)


def _describe(words: Sequence[str], stdout: TextIO, stderr: TextIO) -> None:
    """Raises CommandError, HelpAskedError and VersionAskedError, in the AWS CLI's order."""
    aws, rest = arguments.read_global(words)
    query = compiled(aws[synopsis.QUERY])
    configuration = configure(aws)
    debugging.tell_version()
    given = arguments.read_operation(aws, rest)
    debugging.tell_arguments(given)
    members = request(given)
    kind = given[synopsis.SKELETON]
    if kind in _SKELETONS:
        _print(_SKELETONS[kind](), stdout)
        return
    with _warnings(stderr):
        response = _response(configuration, members, sample=kind == "output")
    show(response, query, given, configuration, stdout)


def _response(
    configuration: Configuration, members: dict[str, Any], *, sample: bool
) -> dict[str, Any]:
    try:
        client = Client(
            configuration.profile, configuration.door, times=configuration.times, trace=Trace()
        )
        if not sample:
            return client.describe(members)
        client.check(members)
    except DirectError as error:
        raise errors.failed(error) from error
    return skeletons.output()


@contextmanager
def _warnings(stderr: TextIO) -> Iterator[None]:
    """Say, as the AWS CLI does, when the certificate of who answered was not verified."""
    with warnings.catch_warnings(record=True) as raised:
        # The portal leaves this to its doctor.
        warnings.simplefilter("default")
        yield
    for each in raised:
        said = (each.message, each.category, each.filename, each.lineno, each.line)
        stderr.write(warnings.formatwarning(*said))
