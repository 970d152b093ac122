"""How far a watch is, for whoever looks at the watcher."""

from collections.abc import Callable
from dataclasses import dataclass, replace


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

    def tell(self, **news: str | int) -> None:
        self.progress = replace(self.progress, **news)  # type: ignore[arg-type]
        self._report(self.progress)

    def count(self, *counters: str) -> None:
        """Add one to each of these."""
        self.tell(**{name: getattr(self.progress, name) + 1 for name in counters})
