"""How much memory a server has had, in front of whichever database."""

import os
import re
from collections.abc import Iterable
from pathlib import Path


def processes(parent: int | None = None) -> set[int]:
    """Those that this process, or ``parent``, has started, and those that they have."""
    found: set[int] = set()
    for file in Path(f"/proc/{parent or os.getpid()}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            found |= {child} | processes(child)
    return found


def mebibytes(some: Iterable[int]) -> float:
    """The most memory that each of these processes has had."""
    return sum(_most(process) for process in some)


def _most(process: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
