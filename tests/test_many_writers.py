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
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.writer", str(PROCESSES), str(WRITES)],
        cwd=REPOSITORY,
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-2000:]
    assert done.stdout.split() == [str(WRITES)] * PROCESSES
