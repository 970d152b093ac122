"""How long processes have been at work, which others on the same machine change less than time."""

from collections.abc import Iterable
from pathlib import Path


def seconds(some: Iterable[int]) -> float:
    """What all threads of these processes have had of a processor, except those that have ended."""
    files = (file for process in some for file in Path(f"/proc/{process}/task").glob("*/schedstat"))
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9
