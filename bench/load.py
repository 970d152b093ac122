"""Requests as fast as a server answers them, over connections that are kept open.

wrk sends them where it is installed. Elsewhere this module does, in processes of its own:
``python -m bench.load URL SECONDS COOKIE`` prints how many requests one of them got answered.
"""

import http.client
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 8
PROCESSES = 2
# What a browser sends, so that pages are compressed as they are for one.
HEADERS = {"Accept-Encoding": "gzip, deflate, br", "HX-Request": "true"}


@dataclass(frozen=True, slots=True)
class Load:
    """How many requests a second were answered, and how many cores the client needed for it."""

    rate: float
    client_cores: float


def measure(url: str, seconds: float, *, cookie: str = "") -> Load:
    """Ask as a browser does that has this ``cookie``."""
    before, begun = _cpu_of_children(), time.monotonic()
    send = _wrk if shutil.which("wrk") else _python
    rate = send(url, seconds, cookie)
    return Load(rate, (_cpu_of_children() - before) / (time.monotonic() - begun))


def _wrk(url: str, seconds: float, cookie: str) -> float:
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
    options += [f"-H{name}: {value}" for name, value in _headers(cookie).items()]
    said = subprocess.run(["wrk", *options, url], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None or "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{url} did not answer every request:\n{said}")
    return float(rate[1])


def _headers(cookie: str) -> dict[str, str]:
    return HEADERS | {"Cookie": cookie} if cookie else HEADERS


def _python(url: str, seconds: float, cookie: str) -> float:
    command = [sys.executable, "-m", "bench.load", url, str(seconds), cookie]
    clients = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    answered = [int(client.communicate()[0]) for client in clients]
    if any(client.returncode for client in clients):
        raise SystemExit(f"{url} did not answer every request")
    return sum(answered) / seconds


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(url: str, seconds: float, cookie: str) -> None:
    answered = [0] * (CONNECTIONS // PROCESSES)
    deadline = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_ask, args=(url, deadline, answered, place, _headers(cookie)))
        for place in range(len(answered))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(answered))
    # A thread that met an error has counted nothing.
    sys.exit(0 if all(answered) else 1)


def _ask(
    url: str, deadline: float, answered: list[int], place: int, headers: dict[str, str]
) -> None:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    count = 0
    while time.monotonic() < deadline:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status >= 300:
            return
        count += 1
    answered[place] = count


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
