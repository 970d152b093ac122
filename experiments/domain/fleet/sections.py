"""The sections in which the fleet comes if nobody sorts it otherwise."""

from enum import StrEnum

from experiments.domain.status import ENDED

# Words under which an experiment has not begun; what is neither this nor ended is at work.
COMING = frozenset({"Creating", "Created"})


class Section(StrEnum):
    """In this order."""

    ATTENTION = "Needs attention"
    ACTIVE = "Active"
    COMING = "Coming"
    ENDED = "Ended"


def section(status: str, *, needs_attention: bool) -> Section:
    if needs_attention:
        return Section.ATTENTION
    if status in ENDED:
        return Section.ENDED
    return Section.COMING if status in COMING else Section.ACTIVE
