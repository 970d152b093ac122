"""How libyaml writes a single value: without quotes, in single ones or in double ones.

A text is written without quotes if nothing in it is an indicator and YAML 1.2 reads it as a text
again; what reads as a number, a time, ``null`` or ``true`` is quoted.
"""

import re
from typing import Any

from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import Resolver

PLAIN, SINGLE, DOUBLE = "plain", "single", "double"
BREAKS = "\r\n\x85\u2028\u2029"
_BLANK = " \t\r\n\x85\u2028\u2029\0"
# NEL, tabs, byte order marks and everything beyond the basic plane cannot
# be printed as they are, says libyaml.
_UNPRINTABLE = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_BREAK = re.compile(f"[{BREAKS}]")
_BROKEN_SPACE = re.compile(f"[{BREAKS}] | [{BREAKS}]")
_INDICATOR = re.compile(
    "|".join(
        (
            r"\A(?:---|\.\.\.)",
            r"""\A[#,\[\]{}&*!|>'"%@`]""",
            rf"\A[?-](?=[{_BLANK}]|\Z)",
            rf":(?=[{_BLANK}]|\Z)",
            rf"[{_BLANK}]#",
        )
    )
)
# Half of a pair is left as it is, so that the export fails as the AWS CLI does.
_ESCAPED = re.compile(r"[^ !#-\[\]-~\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]")
_ESCAPES = {
    "\0": "0",
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\u2028": "L",
    "\u2029": "P",
}
_TEXT = Resolver.DEFAULT_SCALAR_TAG
_resolver = Resolver()


def style(text: str, *, plain: bool) -> str:
    """``plain`` says that YAML reads the text as what it is, if it stands without quotes."""
    if _UNPRINTABLE.search(text) or _BROKEN_SPACE.search(text):
        return DOUBLE
    around = text[:1] + text[-1:]
    if plain and not _BREAK.search(text) and " " not in around and not _INDICATOR.search(text):
        return PLAIN
    return SINGLE


def escaped(char: str) -> str:
    """A character between double quotes."""
    if not _ESCAPED.match(char):
        return char
    if char in _ESCAPES:
        return "\\" + _ESCAPES[char]
    code = ord(char)
    if code > 0xFFFF:
        return f"\\U{code:08X}"
    return f"\\u{code:04X}" if code > 0xFF else f"\\x{code:02X}"


def of_value(value: Any) -> tuple[str, bool]:
    """A scalar as text, and whether YAML reads that as what it is without quotes."""
    if isinstance(value, str):
        return value, _resolver.resolve(ScalarNode, value, (True, False)) == _TEXT
    if value is None:
        return "null", True
    if isinstance(value, bool):
        return ("true" if value else "false"), True
    if isinstance(value, float):
        return _of_float(value), True
    return str(value), True


def _of_float(value: float) -> str:
    if value != value:
        return ".nan"
    return repr(value).replace("inf", ".inf")
