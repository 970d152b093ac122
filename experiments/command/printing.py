"""Printing an answer, in a pager or not."""

import os
from typing import Any, TextIO

from experiments.command import errors, paging
from experiments.command.arguments import Arguments
from experiments.command.configuration import Configuration
from experiments.command.errors import CommandError, Exit
from experiments.domain import synopsis
from experiments.exports import FORMATS, Output, compile_query
from experiments.exports.ansi import RESET
from experiments.exports.errors import BrokenQueryError, UnprintableError
from experiments.exports.query import Query


def compiled(query: str | None) -> Query | None:
    """Raises CommandError for what is no JMESPath."""
    try:
        return None if query is None else compile_query(query, limited=False)
    except BrokenQueryError as error:
        raise errors.parameters(str(error)) from error


def show(
    response: dict[str, Any],
    query: Query | None,
    given: Arguments,
    configuration: Configuration,
    stdout: TextIO,
) -> None:
    """Raises CommandError and PagerError."""
    form = configuration.output(given)
    if form not in FORMATS:
        raise CommandError(Exit.FAILED, f"Unknown output type: {form}")
    color = paging.colours(given[synopsis.COLOR] or "auto", stdout)
    pager = None
    if given[synopsis.NO_CLI_PAGER] is None:
        pager = paging.chosen(os.environ, configuration.profile.get("cli_pager"))
    try:
        with paging.page(pager, stdout) as stream:
            output = Output(
                stream,
                limited=False,
                width=paging.width(stdout),
                color=color,
                resets=stream is stdout,
            )
            FORMATS[form].write(response if query is None else query.search(response), output)
    except UnprintableError as error:
        raise CommandError(Exit.FAILED, str(error.__cause__ or error)) from error
    finally:
        # Whatever was shown, and in whatever pager, a terminal has its own colours again.
        if form == "table" and color and paging.is_terminal(stdout):
            stdout.write(RESET)
            stdout.flush()
