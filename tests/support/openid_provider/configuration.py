"""What the provider is told when it starts (``PROVIDER_CONFIGURATION`` names the file), and since.

Only its own process reads this.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(os.environ["PROVIDER_CONFIGURATION"])
GIVEN: dict[str, Any] = json.loads(FILE.read_text())


@dataclass
class State:
    """What a test has changed, and what it may ask for."""

    people: dict[str, dict[str, Any]]
    fault: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)


def by_username(people: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {person["username"]: person for person in people}


state = State(by_username(GIVEN["people"]))
