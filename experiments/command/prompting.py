"""``--cli-auto-prompt``: a prompt for the options, with what was typed already."""

import logging
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output, create_output
from prompt_toolkit.validation import ValidationError, Validator

from experiments.command.completing import Known, Offers, is_open
from experiments.command.offered import AUTO_PROMPT, fault
from experiments.command.paging import is_terminal
from experiments.command.typed import cut, shown

HEAD = "> manage.py describe_inference_experiment "
_KEYS = "Enter: take the choice, or run    Tab: next choice    Ctrl-C: leave"


class PromptInterruptedError(KeyboardInterrupt):
    """Somebody has left the prompt. Its text is what stood there, as the AWS CLI says it."""


class NoTerminalError(Exception):
    """There is nobody to ask, or nowhere to."""


def prompt(
    words: Sequence[str], known: Known, *, stdin: TextIO, stdout: TextIO, stderr: TextIO
) -> list[str]:
    """The words to run the command with, in which nothing asks for a prompt.

    The prompt is on ``stdout``, or on ``stderr`` where what is printed goes elsewhere. Raises
    NoTerminalError, and PromptInterruptedError after Ctrl-C or Ctrl-D.
    """
    screen = next((one for one in (stdout, stderr) if is_terminal(one)), None)
    if screen is None or not is_terminal(stdin):
        raise NoTerminalError(
            f"{AUTO_PROMPT} asks in a terminal, and there is none to read from or to write to. "
            "Run the command in a terminal, or give its options without a prompt."
        )
    with _nothing_logged():
        text = ask(words, known, create_input(stdin), create_output(screen))
    # The prompt is gone then; this says what the output below it belongs to.
    screen.write(f"{HEAD}{shown(text)}\n")
    screen.flush()
    return [word for word in shlex.split(text) if word != AUTO_PROMPT]


def ask(words: Sequence[str], known: Known, keys: Input, screen: Output) -> str:
    """The line that somebody makes of these words."""
    offers = Offers(known)
    session: PromptSession[str] = PromptSession(
        HEAD,
        completer=offers,
        complete_in_thread=True,
        validator=_Faults(known.sources),
        key_bindings=_bindings(),
        bottom_toolbar=lambda: offers.note or _KEYS,
        erase_when_done=True,
        input=keys,
        output=screen,
    )
    return session.prompt(default=prefilled(words, known.sources), pre_run=_begin)


def prefilled(words: Sequence[str], sources: Sequence[str]) -> str:
    """What was typed, ready for the next word unless the last one may go on."""
    text = shlex.join(word for word in words if word != AUTO_PROMPT)
    return text if not text or is_open(text, sources) else f"{text} "


class _Faults(Validator):
    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = sources

    def validate(self, document: Document) -> None:
        found = fault(document.text, self._sources)
        if found is not None:
            # Enter moves the cursor to where it is to be mended.
            raise ValidationError(document.cursor_position, found)


@Condition
def _choosing() -> bool:
    state = get_app().current_buffer.complete_state
    return state is not None and state.current_completion is not None


def _bindings() -> KeyBindings:
    bindings = KeyBindings()
    bindings.add("enter", filter=_choosing)(_take)
    for key in ("c-c", "c-d", "<sigint>"):
        bindings.add(key)(_leave)
    return bindings


def _take(event: KeyPressEvent) -> None:
    """What was chosen stands there already; go on behind it."""
    buffer = event.current_buffer
    buffer.complete_state = None
    document = buffer.document
    if document.current_char and cut(document.text_before_cursor).quote == document.current_char:
        buffer.cursor_right()
    if buffer.document.current_char == " ":
        buffer.cursor_right()
    else:
        buffer.insert_text(" ")


def _leave(event: KeyPressEvent) -> None:
    text = shown(event.app.current_buffer.text)
    event.app.exit(exception=PromptInterruptedError(f"{HEAD}{text}"))


def _begin() -> None:
    buffer = get_app().current_buffer
    buffer.validate(set_cursor=False)
    buffer.start_completion()


@contextmanager
def _nothing_logged() -> Iterator[None]:
    """A log line would be written across the prompt."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(before)
