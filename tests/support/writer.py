"""Many processes that write at once: ``python -m tests.support.writer PROCESSES WRITES``.

Each look is four writes: it takes the lease, stores an answer with its observation, is confirmed by
a list, as by a watcher, and is checked, as by a reader. Each process prints how many writes there
were; the first that the database refuses ends it with an error.
"""

import multiprocessing
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
WRITES_PER_LOOK = 4
STATUS = "Starting"


def main(processes: int, writes: int) -> int:
    """How many of the processes ended with an error."""
    # Like those of the server, they are made of one that has imported everything.
    made = multiprocessing.get_context("fork")
    writers = [made.Process(target=write, args=(number, writes)) for number in range(processes)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return sum(writer.exitcode != 0 for writer in writers)


def write(number: int, writes: int) -> None:
    clock = datetime.now(UTC)
    looks = writes // WRITES_PER_LOOK
    for turn in range(looks):
        key, holder = ("default", f"writer-{number}-{turn % EXPERIMENTS}"), f"{number}-{turn}"
        # Later than the look before, so that nothing is fresh any more.
        clock += timedelta(minutes=2) * (turn % EXPERIMENTS == 0)
        before = storage.take_lease(key, holder, clock)
        assert before is not None
        answer = Answer(description(key[1], Status=STATUS, Description=holder))
        look = knowledge.answered(before, answer, parsing.parse(answer), clock, clock)
        assert storage.save(key, holder, look)
        storage.confirm("default", [key[1]], STATUS, clock + timedelta(seconds=1))
        assert storage.force(key, clock)
    print(looks * WRITES_PER_LOOK)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
