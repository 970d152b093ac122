"""A budget of calls per second."""

import threading
import time


class Pace:
    """Lets calls pass no faster than ``per_second``, however long the pauses between them were."""

    def __init__(self, per_second: float, stop: threading.Event) -> None:
        self._seconds = 1.0 / per_second
        self._stop = stop
        self._next = time.monotonic()

    def wait(self) -> bool:
        """Until the next call may be made; False when there is to be none any more."""
        if self._stop.wait(max(0.0, self._next - time.monotonic())):
            return False
        self._next = time.monotonic() + self._seconds
        return True

    def spend(self) -> None:
        """One more call was made than waited for."""
        self._next += self._seconds

    def give_back(self) -> None:
        """The call that was waited for was not made."""
        self._next -= self._seconds
