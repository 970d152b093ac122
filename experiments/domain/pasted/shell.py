"""The words of a command line, as a POSIX shell would make them, without a shell."""

import re
from dataclasses import dataclass

from experiments.domain.pasted.understood import UnclearError

# Each alternative begins with a character that no other begins with, or stands before the one that
# would take it, and none is tried twice for one place: the time grows with the length alone.
_PIECE = re.compile(
    r"""(?P<continuation>[\\`^][ \t]*\n(?:[ \t]*>{1,2}[ \t])?)
    | (?P<blank>[ \t]+)
    | (?P<end>\n)
    | (?P<redirection>(?:[0-9](?=>)|&(?=>))?>>?(?:&[0-9-])?)
    | (?P<operator>&&|\|\||[|;&<()])
    | '(?P<single>[^']*)'
    | "(?P<double>(?:[^"\\]|\\.)*+)"
    | \\(?P<escaped>[^\n])
    | (?P<substitution>\$[A-Za-z_({'"?@*#!$0-9-]|`)
    | (?P<plain>[$^] | [^\s'"\\$`^|&;<>()]+)""",
    re.VERBOSE | re.DOTALL,
)
_WITHIN_QUOTES = re.compile(
    r"\\(?P<escaped>[\\\"$`\n])|(?P<substitution>\$[A-Za-z_({]|`)", re.DOTALL
)

_BETWEEN_WORDS = {None, "continuation", "blank", "end", "redirection", "operator"}

PIPED = "what follows the pipe"
REDIRECTED = "where the output is written to"
_PASTE_ONE = "Paste the one command aws sagemaker describe-inference-experiment."


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The words of one command, and what was cut off at its end."""

    words: tuple[str, ...]
    left_out: tuple[str, ...]


def split(text: str) -> Line:
    """Raises UnclearError for open quotes, several commands, and what only a shell fills in."""
    words: list[str] = []
    left_out: list[str] = []
    word: str | None = None
    is_target = False
    at = 0
    while True:
        piece = _PIECE.match(text, at)
        kind = None if piece is None else piece.lastgroup
        if word is not None and kind in _BETWEEN_WORDS:
            if not is_target:
                words.append(word)
            word, is_target = None, False
        if piece is None:
            break
        at = piece.end()
        value = piece[kind] if kind else ""
        if kind == "plain" and word is None and value.startswith("#"):
            at = text.find("\n", at)
            at = len(text) if at < 0 else at
        elif kind in {"plain", "single", "escaped"}:
            word = (word or "") + value
        elif kind == "double":
            word = (word or "") + _WITHIN_QUOTES.sub(_unquoted, value)
        elif kind == "substitution":
            raise UnclearError(_substitution())
        elif kind == "redirection":
            left_out.append(REDIRECTED)
            is_target = "&" not in value[1:]
        elif kind == "operator" and value == "|":
            return Line(words=tuple(words), left_out=(*left_out, PIPED))
        elif kind == "operator" and value in "<()":
            raise UnclearError(
                f"The command holds {value} outside of quotes. Put what belongs together in single "
                "quotes, and no input from elsewhere."
            )
        elif kind in {"operator", "end"} and text[at:].strip():
            raise UnclearError(f"The text holds more than one command or line. {_PASTE_ONE}")
    if at < len(text):
        raise UnclearError("The command has a quote that does not end. Paste the whole command.")
    return Line(words=tuple(words), left_out=tuple(dict.fromkeys(left_out)))


def _unquoted(found: re.Match[str]) -> str:
    if found["substitution"]:
        raise UnclearError(_substitution())
    return "" if found["escaped"] == "\n" else found["escaped"]


def _substitution() -> str:
    return (
        "The command holds a variable or another command ($ or a backtick), which only your shell "
        "can fill in. Write its value out, or put a literal in single quotes."
    )
