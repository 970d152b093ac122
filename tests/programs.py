"""The programs that some tests use besides Python: Chromium, the AWS CLI version 2, PostgreSQL.

``python -m tests.programs`` installs what is missing where it may, which is as root on Debian or
Ubuntu; everywhere else it says which tests will be skipped.
"""

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = "Chromium"
AWS_CLI = "the AWS CLI version 2"
POSTGRESQL = "PostgreSQL"
# What the tests of each need, as Debian and Ubuntu call it. Without fonts a browser measures boxes.
PACKAGES = {
    CHROMIUM: ("chromium", "fonts-liberation", "fonts-noto-color-emoji"),
    AWS_CLI: ("awscli",),
    POSTGRESQL: ("postgresql",),
}
# Chromium without windows that nobody sees: painting them takes most of the processor of a short
# test. Not every release has it, so Chromium itself does as well.
LIGHT_CHROMIUM = "chromium-headless-shell"
# Debian's package makes and starts a server of its own, unless this file says otherwise. A machine
# that has the file already has chosen.
DEBIAN_CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")
DEBIAN_VERSIONS = Path("/usr/lib/postgresql")


def chromium() -> str | None:
    names = (
        LIGHT_CHROMIUM,
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    )
    return next((found for name in names if (found := shutil.which(name))), None)


@functools.cache
def aws_cli() -> str | None:
    """The first ``aws`` of version 2; the first on the PATH may well be version 1."""
    return next((found for found in _all_called("aws") if _is_version_2(found)), None)


def postgresql() -> str | None:
    """The folder of ``initdb`` and ``postgres``, which Debian does not keep on the PATH."""
    folders = [version / "bin" for version in _newest_first(DEBIAN_VERSIONS)]
    on_path = shutil.which("initdb")
    if on_path is not None:
        folders.append(Path(on_path).parent)
    complete = (f for f in folders if (f / "initdb").exists() and (f / "postgres").exists())
    return next(map(str, complete), None)


def require(program: str | None, name: str) -> str:
    """The path of a program, or a skip that names it; where ``CI=true``, a failure."""
    if program is not None:
        return program
    missing = f"this test needs {name} on the PATH"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def main() -> None:
    missing = _missing()
    if missing and _may_install():
        _install(missing)
        missing = _missing()
    for name in missing:
        print(f"Not found on the PATH: {name}. The tests that need it will be skipped.")


def _missing() -> list[str]:
    found = {CHROMIUM: chromium(), AWS_CLI: aws_cli(), POSTGRESQL: postgresql()}
    return [name for name, program in found.items() if program is None]


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(names: list[str]) -> None:
    packages = [package for name in names for package in PACKAGES[name]]
    print(f"Installing {' '.join(packages)}", flush=True)
    if POSTGRESQL in names and not DEBIAN_CLUSTERS.exists():
        DEBIAN_CLUSTERS.parent.mkdir(parents=True, exist_ok=True)
        DEBIAN_CLUSTERS.write_text("create_main_cluster = false\n")
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    commands = [["apt-get", "update", "-qq"], [*install, *packages]]
    if CHROMIUM in names:
        commands.append([*install, LIGHT_CHROMIUM])
    for command in commands:
        # What could not be installed is reported as missing; the tests decide what that means.
        subprocess.run(command, env=quietly, stdout=subprocess.DEVNULL, check=False)


def _newest_first(versions: Path) -> list[Path]:
    """Debian's folders, each named by a major version."""
    found = [version for version in versions.glob("*") if version.name.isdecimal()]
    return sorted(found, key=lambda version: int(version.name), reverse=True)


def _all_called(name: str) -> Iterator[str]:
    folders = os.environ.get("PATH", "").split(os.pathsep)
    for folder in dict.fromkeys([*folders, "/usr/bin"]):
        program = Path(folder, name)
        if program.is_file() and os.access(program, os.X_OK):
            yield str(program)


def _is_version_2(program: str) -> bool:
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.stdout.startswith("aws-cli/2")


if __name__ == "__main__":
    main()
