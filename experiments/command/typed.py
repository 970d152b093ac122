"""A command line that somebody is still typing, cut into words as a shell would."""

import shlex
from dataclasses import dataclass

_SPACE = " \t\r\n"
_QUOTES = "'\""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """``words`` are whole; ``last`` is the one that is being typed, which begins at ``start``, and
    ``quote`` the quote that is open in it, if any. All without their quotes."""

    words: tuple[str, ...]
    last: str
    start: int
    quote: str


def cut(text: str) -> Typed:
    """As shlex.split, which takes no text with a quote that is still open."""
    words: list[str] = []
    last, start, quote = "", len(text), ""
    begun = escaped = False
    for index, character in enumerate(text):
        if not begun and character in _SPACE:
            continue
        if not begun:
            last, start, begun = "", index, True
        if escaped:
            # Between double quotes, a backslash is one before most characters.
            kept = "\\" if quote and character not in ('"', "\\") else ""
            last, escaped = last + kept + character, False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            last, quote = (last, "") if character == quote else (last + character, quote)
        elif character in _QUOTES:
            quote = character
        elif character in _SPACE:
            words.append(last)
            last, start, begun = "", len(text), False
        else:
            last += character
    return Typed(words=tuple(words), last=last, start=start, quote=quote)


def quoted(word: str, quote: str, following: str) -> str:
    """A word as somebody would have typed it who began it with ``quote``, or with none;
    ``following`` is what stands after it."""
    if not quote or (quote == "'" and "'" in word):
        return shlex.quote(word)
    inner = word.replace("\\", "\\\\").replace('"', '\\"') if quote == '"' else word
    closed = following.startswith(quote)
    return f"{quote}{inner}" if closed else f"{quote}{inner}{quote}"


def shown(text: str) -> str:
    """In one line, with what could do something to a terminal in the way Python writes it."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )
