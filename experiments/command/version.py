"""The line of ``--version``, in the form of the AWS CLI's."""

import platform
import tomllib
from functools import cache
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@cache
def user_agent() -> str:
    """This program, Python, the system, and where the program comes from."""
    project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    return (
        f"{project['name']}/{project['version']} Python/{platform.python_version()} "
        f"{platform.system()}/{platform.release()} source/{platform.machine()}{_distribution()}"
    )


def _distribution() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    major = release.get("VERSION_ID", "").partition(".")[0]
    return f".{release['ID']}" + (f".{major}" if major else "")
