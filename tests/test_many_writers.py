"""Many processes that write at once, as several servers and watchers on one machine do."""

import subprocess
import sys
from pathlib import Path

from tests.support.portal import REPOSITORY, environment

PROCESSES = 8
WRITES = 2_500


def test_no_writer_finds_the_embedded_database_locked(tmp_path: Path) -> None:
    variables = environment(
        "http://127.0.0.1:9",
        PORTAL_DATABASE_URL=f"sqlite:///{tmp_path / 'portal.sqlite3'}",
        DJANGO_SETTINGS_MODULE="portal.settings",
    )
    subprocess.run(
        [sys.executable, "-m", "portal.preparation"], cwd=REPOSITORY, env=variables, check=True
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.writer", str(number), str(WRITES)],
            cwd=REPOSITORY,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for writer in writers:
        output, errors = writer.communicate(timeout=300)
        assert (writer.returncode, errors) == (0, ""), errors[-2000:]
        assert int(output) == WRITES
