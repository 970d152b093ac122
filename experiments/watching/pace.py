"""A budget of calls per second."""

from math import inf


class Pace:
    """When the next call may be made, however long the pauses between the calls before were.

    Times are seconds of one clock, whichever that is.
    """

    def __init__(self, per_second: float) -> None:
        self._seconds = 1.0 / per_second
        self._next = -inf

    def left(self, now: float) -> float:
        """How long the next call has to wait; 0 if it may be made now."""
        return max(0.0, self._next - now)

    def called(self, at: float) -> None:
        """A call was made, be it one that nobody had waited for."""
        self._next = max(self._next, at) + self._seconds
