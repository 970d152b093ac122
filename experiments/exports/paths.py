"""Where a value stands in what is written, as JMESPath."""

import json
import re
from typing import NamedTuple, Optional

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_CHAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*|\[-?[0-9]+\])*\Z")


class Path(NamedTuple):
    """A member or an index of what ``parent`` leads to; None leads to the whole."""

    parent: Optional["Path"]
    member: str | int


def written(path: Path | None) -> str:
    """``ModelVariants[0].ModelName``; ``@`` for the whole."""
    steps: list[str] = []
    while path is not None:
        steps.append(_step(path.member))
        path = path.parent
    return "".join(reversed(steps)).removeprefix(".") or "@"


def _step(member: str | int) -> str:
    if isinstance(member, int):
        return f"[{member}]"
    return f".{member if _IDENTIFIER.match(member) else json.dumps(member)}"


def appended(query: str, path: Path) -> str:
    """The query that selects what stands at the path of the result of ``query`` (none if empty)."""
    steps = written(path)
    if not query.strip():
        return steps
    # A pipe ends every projection; after a plain chain of names it would be in the way.
    if not _CHAIN.match(query):
        return f"{query} | {steps}"
    return f"{query}{'' if steps.startswith('[') else '.'}{steps}"
