"""``make demo``: the portal and its watcher in front of a SageMaker, until Ctrl-C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.eventually import eventually
from tests.support.portal import REPOSITORY, environment, free_port
from tests.support.visits import get
from tests.support.watcher import gone

NO_AWS = "http://127.0.0.1:9"
STARTING_SECONDS = 60


def descendants(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return children + [found for child in children for found in descendants(child)]


def test_it_watches_and_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as written:
        demo = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=REPOSITORY,
            env=environment(NO_AWS, PORT=str(port), TMPDIR=str(tmp_path), PYTHONUNBUFFERED="1"),
            stdout=written,
            stderr=written,
            # As in a terminal, where Ctrl-C is for all programs of the foreground.
            start_new_session=True,
        )
    try:
        eventually(log.read_text, lambda text: "observation 1, Completed" in text, STARTING_SECONDS)
        assert "Ctrl-C ends all of it." in log.read_text()
        assert get(f"http://127.0.0.1:{port}", "/healthz").status_code == 200
        processes = descendants(demo.pid)
        # The server with its workers, the watcher's supervisor and the watcher.
        assert len(processes) >= 5
        os.killpg(demo.pid, signal.SIGINT)
        assert demo.wait(20) == 0
        assert all(gone(process) for process in processes)
    finally:
        demo.kill()
        demo.wait()
    said = log.read_text()
    assert "Stopped watching" in said
    assert "nothing of it is kept" in said
    assert "Traceback" not in said
    assert list(tmp_path.glob("portal-demo-*")) == []
