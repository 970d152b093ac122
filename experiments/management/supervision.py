"""A command in a process of its own that is started anew when it dies."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

log = logging.getLogger("experiments.watching")

# Set for the process that does the work; it ends with whoever holds the other end of its pipe.
PIPE = "PORTAL_SUPERVISED_BY"
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# One that lived for so long has not died of how it was started.
LONG_LIFE = 60.0


def supervised() -> bool:
    """Whether this is the process that does the work."""
    return PIPE in os.environ


def stop_with_supervisor(stop: threading.Event) -> None:
    """Set ``stop`` when the supervisor is gone, however it went."""
    pipe = int(os.environ[PIPE])

    def wait() -> None:
        os.read(pipe, 1)
        stop.set()

    threading.Thread(target=wait, name="supervisor", daemon=True).start()


def supervise(*command: str) -> int:
    """Run ``manage.py <command>`` until it ends by itself or a signal ends both; its exit code."""
    stop = threading.Event()
    # Nobody writes to it: it is closed when this process is gone.
    theirs, _ours = os.pipe()
    pause = SHORTEST_PAUSE
    child: subprocess.Popen[bytes] | None = None

    def end(*_: object) -> None:
        stop.set()
        if child is not None:
            child.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    while not stop.is_set():
        began = time.monotonic()
        child = _start(command, theirs)
        if stop.is_set():
            # The signal came while it was being started.
            child.terminate()
        code = child.wait()
        if code >= 0:
            return code
        if stop.is_set():
            break
        pause = SHORTEST_PAUSE if time.monotonic() - began > LONG_LIFE else pause
        log.error("Killed by signal %d; it starts again in %.0f s", -code, pause)
        stop.wait(pause)
        pause = min(LONGEST_PAUSE, pause * 2)
    # A child that was told to end before it could listen has ended as it should.
    return 0


def _start(command: Sequence[str], pipe: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603, this very program
        [sys.executable, sys.argv[0], *command],
        env=os.environ | {PIPE: str(pipe)},
        pass_fds=[pipe],
        # Ctrl-C is for this process, which then ends the other.
        process_group=0,
    )
