"""Whether somebody is asked for the options in the terminal, and asking."""

import os
from collections.abc import Sequence
from typing import TextIO

import django
from django.conf import settings

from experiments.aws.direct import Profile
from experiments.command import errors
from experiments.domain import synopsis

_NEVER = ("help", synopsis.VERSION.name)


class InterruptedPromptError(KeyboardInterrupt):
    """Somebody has left the prompt. Its text is what stood there."""


def mode(words: Sequence[str]) -> str:
    """``on``, ``on-partial`` (after a mistake), or ``off``. Raises CommandError."""
    on, off = (option.name in words for option in (synopsis.AUTO_PROMPT, synopsis.NO_AUTO_PROMPT))
    if on and off:
        raise errors.parameters(
            "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time."
        )
    if off or any(word in words for word in _NEVER):
        return "off"
    if on:
        return "on"
    configured = os.environ.get("AWS_CLI_AUTO_PROMPT")
    if configured is None:
        configured = Profile(None).get("cli_auto_prompt") or "off"
    return configured.lower() if configured.lower() in {"on", "on-partial"} else "off"


def ask(words: Sequence[str], stdin: TextIO, stdout: TextIO, stderr: TextIO) -> list[str]:
    """The words that somebody makes of these. Raises InterruptedPromptError."""
    # Only a prompt needs the portal's tables, and what draws it; both take longer to load than most
    # runs of the command take.
    django.setup()
    from experiments.command.completing import Known
    from experiments.command.known import names
    from experiments.command.prompting import PromptInterruptedError, prompt

    profile = Profile(None)
    known = Known(
        names=names,
        sources=list(settings.PORTAL_SOURCES),
        profiles=profile.names,
        regions=profile.regions,
    )
    try:
        return prompt(words, known, stdin=stdin, stdout=stdout, stderr=stderr)
    except PromptInterruptedError as interrupt:
        raise InterruptedPromptError(str(interrupt)) from None
