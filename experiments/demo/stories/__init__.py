"""The experiments that the demo begins with.

Between them they show every status, every shape of schedule and of data capture, and what goes
wrong; ``tests/demo/test_seed.py`` has one test for each promise.
"""

from .ended import STORIES as ENDED
from .passing import LIVE
from .passing import STORIES as PASSING
from .running import STORIES as RUNNING

STORIES = (*RUNNING, *PASSING, *ENDED)

__all__ = ["LIVE", "STORIES"]
