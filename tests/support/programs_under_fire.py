"""The server and the watcher as an operator runs them, to be killed at any moment."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support.portal import REPOSITORY, environment, free_port, wait_until_ready


class Program:
    """One command with all of its processes."""

    def __init__(self, variables: dict[str, str], *command: str, own_group: bool = False) -> None:
        self._variables, self._command, self._own_group = variables, command, own_group
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *self._command],
            cwd=REPOSITORY,
            env=self._variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=self._own_group,
        )

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        return self._process

    def children(self) -> list[int]:
        """The processes that do the work, the oldest first."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        return sorted(int(pid) for task in tasks for pid in task.read_text().split())

    def kill_child(self) -> bool:
        """Whether there was one to kill."""
        children = self.children()
        if children:
            os.kill(children[0], signal.SIGKILL)
        return bool(children)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def end(self) -> int:
        """Its exit code after SIGTERM."""
        self._process.terminate()
        return self._process.wait(30)


class Deployment:
    """A server with two processes and a watcher, on one database."""

    def __init__(self, aws_url: str, database_url: str) -> None:
        port = free_port()
        variables = environment(
            aws_url,
            PORT=str(port),
            PORTAL_DATABASE_URL=database_url,
            PORTAL_WORKERS="2",
            PORTAL_CALLS_PER_SECOND="100",
        )
        self.url = f"http://127.0.0.1:{port}"
        self.server = Program(variables, "-m", "portal.server")
        wait_until_ready(self.server.process, self.url)
        self.watcher = Program(variables, "manage.py", "watch")

    def restart_server(self) -> None:
        """Start again what was killed as a whole, as soon as its processes are gone."""
        until = time.monotonic() + 20
        while True:
            self.server.start()
            time.sleep(1.5)
            if self.server.process.poll() is None or time.monotonic() > until:
                break
        wait_until_ready(self.server.process, self.url)

    def end(self) -> None:
        for program in (self.watcher, self.server):
            program.end()
