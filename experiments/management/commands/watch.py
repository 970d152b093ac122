"""The watcher in a process of its own: one thread for each source, until SIGTERM or Ctrl-C."""

import logging
import shutil
import signal
import sys
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from experiments.management import supervision
from experiments.sources import SOURCES
from experiments.watching.progress import Progress
from experiments.watching.watch import Watch

log = logging.getLogger("experiments.watching")

# The longest that a call to AWS, and the writing after it, may still take.
LAST_CALL_SECONDS = 12.0
REDRAW_SECONDS = 0.5
# States of every round.
PASSING = frozenset({"starting", "listing", "describing"})


class Command(BaseCommand):
    help = "Record what happens to experiments while nobody is looking."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="Look at every source once, then end."
        )

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        if not once and not supervision.supervised():
            sys.exit(supervision.supervise("watch"))
        stop = threading.Event()
        if not once:
            supervision.stop_with_supervisor(stop)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        display = _Display(sys.stderr.isatty())
        watches = {name: Watch(source, stop, display.show) for name, source in SOURCES.items()}
        threads = [
            threading.Thread(target=watch.once if once else watch.run, name=name, daemon=True)
            for name, watch in watches.items()
        ]
        log.info("Watching %s", ", ".join(SOURCES))
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads) and not stop.wait(REDRAW_SECONDS):
            display.draw()
        until = time.monotonic() + LAST_CALL_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        display.end()
        log.info("Stopped watching")
        missed = [name for name, watch in watches.items() if not watch.looked]
        if once and missed and not stop.is_set():
            raise CommandError(f"Not looked at: {', '.join(missed)}. The lines above say why.")


class _Display:
    """One line that is drawn again and again in a terminal; a log line for news elsewhere."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._latest = {name: Progress(name) for name in SOURCES}
        self._logged: dict[str, str] = {}
        self._lock = threading.Lock()
        if terminal:
            for handler in logging.getLogger("experiments").handlers:
                handler.addFilter(_clear_line)

    def show(self, progress: Progress) -> None:
        source, state = progress.source, progress.state
        with self._lock:
            self._latest[source] = progress
            # A round without news is not worth a line in a log that is kept.
            news = state not in PASSING and state != self._logged.get(source)
            if news:
                self._logged[source] = state
        if news and not self._terminal:
            log.info("%s", _words(progress))

    def draw(self) -> None:
        if self._terminal:
            with self._lock:
                line = "   ".join(_words(progress) for progress in self._latest.values())
            # A line that is too long for the terminal could not be drawn again.
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{line[:width]}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        self.draw()
        if self._terminal:
            print(file=sys.stderr)


def _clear_line(_: logging.LogRecord) -> bool:
    """Let a log line begin where the drawn one did."""
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return True


def _words(progress: Progress) -> str:
    counts = f"{progress.described} of {progress.listed} described, {progress.changes} changes"
    return f"{progress.source}: round {progress.rounds}, {progress.state}, {counts}"
