"""One call to AWS, as whoever has to find it again needs it told: the web counterpart of --debug.

Nothing of what signs a request is here, no header as it came, and nothing of an answer.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from experiments.domain.problem import Kind, Problem, ProblemError

_PLAIN = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it went, botocore's second tries included.

    ``attempts`` is how many requests were sent, 0 where the credentials for one were missing;
    ``host`` is where the last of them went, ``http_status`` and ``request_id`` came with its
    answer. ``retry_mode`` is botocore's, which allows for ``most_attempts`` in all. ``problem`` is
    None of a call that was answered. It began ``at`` this time and took ``seconds``.
    """

    operation: str
    host: str | None
    request_id: str | None
    attempts: int
    most_attempts: int
    seconds: float
    http_status: int | None
    retry_mode: str
    at: datetime
    problem: Problem | None = None

    @property
    def took(self) -> str:
        """ "84 ms", from a second on "6.52 s"."""
        milliseconds = round(self.seconds * 1000)
        if milliseconds < 1:
            return "less than 1 ms"
        return f"{milliseconds} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.2f} s"

    @property
    def version(self) -> str:
        """What a page compares that shows the call: no two calls about one experiment overlap."""
        return self.at.strftime("%Y%m%dT%H%M%S%f")

    def to_text(self) -> str:
        """For storing; ASCII, so that every database takes it."""
        problem = None if self.problem is None else [self.problem.kind.value, self.problem.code]
        return json.dumps(asdict(self) | {"at": self.at.isoformat(), "problem": problem})

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What ``to_text`` wrote. Raises ValueError on anything else."""
        try:
            members: dict[str, Any] = dict(json.loads(text))
            problem = members.pop("problem")
            at, seconds = datetime.fromisoformat(members.pop("at")), float(members.pop("seconds"))
            if problem is not None:
                kind, code = problem
                problem = Problem(Kind(kind), code)
            return cls(**members, at=at, seconds=seconds, problem=problem)
        except (TypeError, KeyError) as error:
            raise ValueError("not the text of a call") from error


class FailedCallError(ProblemError):
    """A ProblemError with the call that ended in it."""

    def __init__(self, call: Call, problem: Problem) -> None:
        super().__init__(problem)
        self.call = call


def plain_id(text: str | None) -> str | None:
    """A request's id if it looks like one: it comes from outside, and anybody may be outside."""
    return text if text is not None and _PLAIN.fullmatch(text) else None
