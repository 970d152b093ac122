"""Measure in turns, print ratios, and fail where a budget is exceeded.

``python -m bench`` runs all of it, ``python -m bench calls outage`` what is named.
"""

import sys

from bench import (
    calls,
    command,
    exports,
    first_reading,
    fleet,
    long_history,
    outage,
    pages,
    people,
    suggestions,
    watcher,
)

BENCHES = {
    "pages": pages.run,
    "people": people.run,
    "calls": calls.run,
    "outage": outage.run,
    "history": long_history.run,
    "watcher": watcher.run,
    "fleet": fleet.run,
    "fleet-on-postgresql": fleet.run_on_postgresql,
    "suggestions": suggestions.run,
    "first-reading": first_reading.run,
    "exports": exports.run,
    "command": command.run,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        raise SystemExit(f"There are these: {', '.join(BENCHES)} (got {', '.join(unknown)})")
    return max([BENCHES[name]() for name in names or BENCHES])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
