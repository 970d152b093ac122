"""What changed between two answers, in plain sentences and side by side.

The answers come from the history and may have been written by older code: no type is certain here,
and nothing raises.
"""

from experiments.domain.answer import Answer
from experiments.domain.changes.change import Change, Group, Part, Quoted
from experiments.domain.changes.leaves import align
from experiments.domain.changes.sentences import tell
from experiments.domain.changes.table import Row, rows

__all__ = ["Change", "Group", "Part", "Quoted", "Row", "changes", "rows"]


def changes(
    before: Answer | None, after: Answer | None, *, again: bool = False
) -> tuple[Change, ...]:
    """What makes ``after`` another answer than ``before``; ``None`` is no experiment.

    ``again`` says that this portal has known an experiment of this name before, so that no
    ``before`` means one that was gone, and not one that was never seen.
    """
    if before is not None and after is not None:
        return tell(align(before, after))
    if before is not None:
        return (_existence("AWS no longer knows this experiment."),)
    if after is None:
        return () if again else (_existence("AWS knows no experiment of this name."),)
    if again:
        return (_existence("An experiment of this name exists again."),)
    status = after.response.get("Status")
    if not isinstance(status, str):
        return (_existence("First seen by this portal."),)
    return (_existence("First seen by this portal, ", Quoted(status), "."),)


def _existence(*sentence: Part) -> Change:
    return Change(Group.EXISTENCE, (), sentence)
