"""What no log line may hold."""

import logging
import re

# The address of a share link is all that it takes to open it.
_TOKEN = re.compile(r"(/s/|%2Fs%2F)[^/\s\"'<>&]+", re.IGNORECASE)
# Somebody who mistypes such an address asks for another one, which has the token all the same.
_LONG = re.compile(r"[A-Za-z0-9_-]{43,}")
# Controls, and what Unicode ends lines with or turns their direction round by.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


class WithoutTokens(logging.Formatter):
    """A formatter whose lines, tracebacks included, name no share link, and whose messages are one
    line each, whatever somebody has typed that stands in them."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802, logging's own name
        record.message = _CONTROL.sub(_escaped, record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        line = _TOKEN.sub(r"\1…", super().format(record))
        # Django's lines repeat addresses as they were asked for.
        return _LONG.sub("…", line) if record.name.startswith("django.") else line
