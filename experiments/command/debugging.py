"""``--debug``: on standard error, in the form of the AWS CLI, and without credentials.

botocore logs what it signs and with what, so none of its loggers is believed but for the messages
of its retries, and of those only the ones that hold nothing but numbers.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from experiments.aws.tracing import REMOVED, without_secrets
from experiments.command.arguments import OPTIONS, Arguments
from experiments.command.parameters import is_harmless
from experiments.command.version import user_agent
from experiments.domain import synopsis
from experiments.domain.synopsis import Option

log = logging.getLogger(__name__)

_FORMAT = "%(asctime)s - %(threadName)s - %(name)s - %(levelname)s - %(message)s"
_OURS = ("experiments.command", "experiments.aws.tracing")
_RETRIES = ("botocore.retries", "botocore.retryhandler")


@contextmanager
def debugging(stderr: TextIO, *, wanted: bool) -> Iterator[None]:
    """Say what happens inside the block, where somebody wants that."""
    if not wanted:
        yield
        return
    handler = logging.StreamHandler(stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.addFilter(_holds_no_text)
    loggers = [logging.getLogger(name) for name in (*_OURS, *_RETRIES)]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        # The portal's own handlers would say it again.
        logger.propagate = False
    try:
        yield
    finally:
        for logger, (level, propagates) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagates


def _holds_no_text(record: logging.LogRecord) -> bool:
    if record.name.startswith(_OURS):
        return True
    values = record.args if isinstance(record.args, tuple) else (record.args,)
    return record.exc_info is None and all(isinstance(each, int | float) for each in values)


def tell_version() -> None:
    log.debug("CLI version: %s", user_agent())


def tell_arguments(given: Arguments) -> None:
    """The options as they were understood."""
    words = []
    for option in OPTIONS:
        value = None if option is synopsis.VERSION else given[option]
        if value is not None:
            words += [option.name, _shown_value(option, value)] if option.takes else [option.name]
    log.debug("Arguments entered to CLI: %s", words)


def _shown_value(option: Option, value: str) -> str:
    if option is synopsis.ENDPOINT_URL:
        return without_secrets(value)
    if option in {synopsis.INPUT_JSON, synopsis.INPUT_YAML}:
        return value if is_harmless(option, value) else REMOVED
    return value
