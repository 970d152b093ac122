"""What of the fleet somebody wants to see, as the query of an address and as a value.

A word that nobody knows in an address is as good as none: links are edited by hand, and an older
portal may have made them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

# A page of the table.
A_PAGE = 50
LONGEST_SEARCH = 200
# No source has so many pages, and no database counts further than 64 bits.
LAST_PAGE = 1_000_000
ENDING_WITHIN = timedelta(hours=24)
ENDED_WITHIN = timedelta(days=7)


class Preset(StrEnum):
    """What ``status`` may be in an address beside AWS's words, which begin with a capital."""

    ATTENTION = "attention"
    ENDING = "ending"
    RECENT = "recent"


# By attention is how the fleet comes if nobody says otherwise: in sections, each in its own order.
BY_ATTENTION = "attention"
SORTS = (
    "name",
    "status",
    "source",
    "type",
    "endpoint",
    "model",
    "sampling",
    "start",
    "end",
    "modified",
)
# Those of which the largest comes first when somebody first asks for them.
LARGEST_FIRST = frozenset({"sampling", "start", "modified"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """``sort`` is one of SORTS, with a minus where the largest comes first, or BY_ATTENTION."""

    q: str = ""
    status: str = ""
    source: str = ""
    sort: str = BY_ATTENTION
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        sort, page = query.get("sort", ""), query.get("page", "")
        digits = page.isascii() and page.isdigit() and len(page) < 9
        return cls(
            q=_text(query.get("q", "")),
            status=_text(query.get("status", "")),
            source=query.get("source", ""),
            sort=sort if sort.removeprefix("-") in SORTS else BY_ATTENTION,
            page=min(max(int(page), 1), LAST_PAGE) if digits else 1,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What every found experiment holds, in lower case."""
        return tuple(dict.fromkeys(self.q.casefold().split()))

    @property
    def preset(self) -> Preset | None:
        return Preset(self.status) if self.status in set(Preset) else None

    @property
    def filtered(self) -> bool:
        return bool(self.q or self.status or self.source)

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def sorted_by(self, column: str) -> Self:
        """The same by another column, or by the same one turned around."""
        if column == self.column:
            return replace(self, sort=column if self.descending else f"-{column}", page=1)
        return replace(self, sort=f"-{column}" if column in LARGEST_FIRST else column, page=1)

    @property
    def query(self) -> str:
        """As an address has it, "?" included; what is as usual is left out."""
        values = {
            "q": self.q,
            "status": self.status,
            "source": self.source,
            "sort": "" if self.sort == BY_ATTENTION else self.sort,
            "page": "" if self.page == 1 else str(self.page),
        }
        given = {name: value for name, value in values.items() if value}
        return f"?{urlencode(given)}" if given else ""


def _text(text: str) -> str:
    # No database searches for a null character.
    return text.replace("\0", "").strip()[:LONGEST_SEARCH].rstrip()
