"""The watcher in a process of its own: one thread for each source, until SIGTERM or Ctrl-C."""

import logging
import signal
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from experiments.management import supervision
from experiments.sources import SOURCES
from experiments.watching.progress import Progress
from experiments.watching.watch import Watch

log = logging.getLogger("experiments.watching")

# The longest that a call to AWS, and the writing after it, may still take.
LAST_CALL_SECONDS = 12.0
REDRAW_SECONDS = 0.5


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
        threads = []
        for source in SOURCES.values():
            watch = Watch(source, stop, display.show)
            work = watch.once if once else watch.run
            threads.append(threading.Thread(target=work, name=source.name, daemon=True))
        log.info("Watching %s", ", ".join(SOURCES))
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads) and not stop.wait(REDRAW_SECONDS):
            display.draw()
        for thread in threads:
            thread.join(LAST_CALL_SECONDS)
        display.end()
        log.info("Stopped watching")


class _Display:
    """One line that is drawn again and again in a terminal; a log line a round elsewhere."""

    def __init__(self, terminal: bool) -> None:
        self._terminal = terminal
        self._latest: dict[str, Progress] = {}
        self._lock = threading.Lock()

    def show(self, progress: Progress) -> None:
        with self._lock:
            before = self._latest.get(progress.source)
            self._latest[progress.source] = progress
        if not self._terminal and (before is None or before.state != progress.state):
            _log(progress)

    def draw(self) -> None:
        if self._terminal:
            with self._lock:
                line = "   ".join(_words(progress) for progress in self._latest.values())
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._terminal:
            print(file=sys.stderr)


def _words(progress: Progress) -> str:
    counts = f"{progress.described} of {progress.listed} described, {progress.changes} changes"
    return f"{progress.source}: round {progress.rounds}, {progress.state}, {counts}"


def _log(progress: Progress) -> None:
    # A round without news is not worth a line in a log that is kept.
    quiet = progress.state in {"listing", "describing", "starting"} or (
        progress.state == "waiting" and progress.rounds > 1
    )
    log.log(logging.DEBUG if quiet else logging.INFO, "%s", _words(progress))
