"""Somebody's text inside of Markdown, where it must stay text.

A backslash keeps a character from being Markdown, but not from being a mention or a link: tickets
look for ``@somebody``, ``#123`` and ``www.`` in what Markdown has made. In code they do not.
"""

import re
import unicodedata

# AWS's own limit for such texts is about that.
LONGEST = 1_000
_TICKS = re.compile("`+")
_SURROGATES = re.compile("[\ud800-\udfff]")


def code(text: str) -> str:
    """The text as a code span of one line, which nothing in it can end."""
    line = _one_line(text)
    if not line:
        return "(empty)"
    longest = max(map(len, _TICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    # Markdown takes one space away on each side again.
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def cell(text: str) -> str:
    """``code`` for a table, whose cells end at every bar, in code too.

    No name of AWS's has one, and readers of Markdown disagree about a backslash before it.
    """
    return code(text.replace("|", "¦"))


def _one_line(text: str) -> str:
    line = " ".join(_SURROGATES.sub("�", text).split())
    # What cannot be seen, or turns the direction of what follows, shows that it is there. Joiners
    # make letters and emoji.
    shown = "".join(char if _is_shown(char) else "�" for char in line[:LONGEST])
    return f"{shown}…" if len(line) > LONGEST else shown


def _is_shown(char: str) -> bool:
    return char in "\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf"}
