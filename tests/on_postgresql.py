"""The tests on PostgreSQL instead of SQLite: ``python -m tests.on_postgresql <pytest arguments>``.

Starts a server for as long as pytest runs, names a database on it in PORTAL_TEST_DATABASE_URL
and gives back pytest's exit code.
"""

import os
import subprocess
import sys

from tests.programs import POSTGRESQL, postgresql
from tests.support.postgresql import empty_database, throwaway_postgresql


def main(arguments: list[str]) -> int:
    if postgresql() is None:
        print(f"Not found: {POSTGRESQL}. No test was run on it.", flush=True)
        return int(os.environ.get("CI") == "true")
    # Django makes its test databases beside the one that is named, one for each worker.
    with throwaway_postgresql() as server, empty_database(server.url) as url:
        tests = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(
            tests, env=os.environ | {"PORTAL_TEST_DATABASE_URL": url}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
