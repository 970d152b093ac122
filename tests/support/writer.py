"""One of many processes that write at once: ``python -m tests.support.writer NUMBER WRITES``.

Each look takes the lease and stores an answer with its observation, which are two writes. Prints
how many writes there were; ends with an error on the first that the database refuses.
"""

import sys
from datetime import UTC, datetime, timedelta

import django

django.setup()

from experiments.domain import knowledge, parsing  # noqa: E402
from experiments.domain.answer import Answer  # noqa: E402
from experiments.store import storage  # noqa: E402
from tests.support.scripted_aws import description  # noqa: E402

# New names are swept up after, and one writer must not sweep away what another just began.
EXPERIMENTS = 250


def main(number: int, writes: int) -> None:
    clock = datetime.now(UTC)
    for turn in range(writes // 2):
        key, holder = ("default", f"writer-{number}-{turn % EXPERIMENTS}"), f"{number}-{turn}"
        # Later than the look before, so that nothing is fresh any more.
        clock += timedelta(minutes=2) * (turn % EXPERIMENTS == 0)
        before = storage.take_lease(key, holder, clock)
        assert before is not None
        answer = Answer(description(key[1], Status="Starting", Description=holder))
        look = knowledge.answered(before, answer, parsing.parse(answer), clock, clock)
        assert storage.save(key, holder, look)
    print(writes // 2 * 2)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
