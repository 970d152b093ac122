"""How far a watch is, for whoever looks at the watcher."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """``listed`` and ``described`` are of this round, the others since the start."""

    source: str
    state: str = "starting"
    rounds: int = 0
    listed: int = 0
    described: int = 0
    changes: int = 0
    calls: int = 0


class Reporter:
    """Tells ``report`` of every step."""

    def __init__(self, source: str, report: Callable[[Progress], None]) -> None:
        self.progress = Progress(source)
        self._report = report
        self._complaints: dict[str, str] = {}

    def tell(self, **news: str | int) -> None:
        self.progress = replace(self.progress, **news)  # type: ignore[arg-type]
        self._report(self.progress)

    def count(self, *counters: str) -> None:
        """Add one to each of these."""
        self.tell(**{name: getattr(self.progress, name) + 1 for name in counters})

    def complain(self, about: str, text: str) -> None:
        """Log what is wrong once, and not again in every round in which it still is."""
        if self._complaints.get(about) != text:
            log.warning("%s: %s %s", self.progress.source, about, text)
        self._complaints[about] = text

    def withdraw(self, about: str) -> None:
        """What was wrong is so no more."""
        if self._complaints.pop(about, None) is not None:
            log.info("%s: %s is as it should be again", self.progress.source, about)
