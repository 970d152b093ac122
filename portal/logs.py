"""What no log line may hold."""

import logging
import re

# The address of a share link is all that it takes to open it.
_TOKEN = re.compile(r"(/s/|%2Fs%2F)[^/\s\"'<>&]+", re.IGNORECASE)


class WithoutTokens(logging.Formatter):
    """A formatter whose lines, tracebacks included, name no share link."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub(r"\1…", super().format(record))
