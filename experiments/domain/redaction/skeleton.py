"""A text as its readers would understand it, whatever it was written with.

Digits of other scripts, invisible characters and escapes hide an account number from a pattern but
from no person. The patterns therefore read skeletons, and every character of a skeleton remembers
where it stands in the text.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self
from urllib.parse import unquote

from experiments.domain.redaction.part import Part

# Stands for a mask that is already there, of whatever length: no pattern takes it for a secret.
# It is of Unicode's private use, and one that the text itself brings is as good as a NUL.
MASK = "\ue000"

_MASKS = re.compile("|".join(re.escape(part.mask) for part in Part))
_ESCAPES = re.compile(
    r"""%[0-7][0-9a-f] | %[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3}   # of an address, as UTF-8
    | &\#?[0-9a-z]{1,24};                                        # of HTML
    | \\u[0-9a-f]{4} | \\x[0-9a-f]{2}                            # of JSON and of programs""",
    re.VERBOSE | re.IGNORECASE,
)
# An escape may itself be escaped; who does so more often is not read by people either.
_DEEPEST = 3
_ODD = re.compile(r"[^\t\n\v\f\r -~\ue000]+")
_LOWER = str.maketrans({chr(letter): chr(letter + 32) for letter in range(ord("A"), ord("Z") + 1)})
# Marks and formats join or turn what stands beside them, and are not seen themselves.
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc", "Co", "Cs", "Cn"})
# Letters that are empty; and the character that a NUL or half a surrogate pair was made into.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffd")
_LOOKALIKES = str.maketrans("∶꞉ː∕⁄−аеорсухѕіјкмтα", ":::" + "//-" + "aeopcyxsijkmta")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """``starts`` and ``ends`` hold, for each character of ``text``, its place in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the skeleton stands in the original."""
        return self.starts[start], self.ends[end - 1]

    def rewritten(self, pattern: re.Pattern[str], rewrite: Callable[[str], str]) -> Self:
        texts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            new = rewrite(match[0])
            texts += self.text[done:start], new
            starts += self.starts[done:start]
            starts += [self.starts[start]] * len(new)
            ends += self.ends[done:start]
            ends += [self.ends[end - 1]] * len(new)
            done = end
        if not done:
            return self
        texts.append(self.text[done:])
        starts += self.starts[done:]
        ends += self.ends[done:]
        return type(self)("".join(texts), starts, ends)

    def folded(self) -> Self:
        """In small letters, and as ASCII as far as there is something alike."""
        if not _ODD.search(self.text):
            return self.in_small_letters()
        seen = [_seen(character) for character in self.text]
        return type(self)(
            "".join(seen),
            [place for place, new in zip(self.starts, seen, strict=True) for _ in new],
            [place for place, new in zip(self.ends, seen, strict=True) for _ in new],
        ).in_small_letters()

    def in_small_letters(self) -> Self:
        return replace(self, text=self.text.translate(_LOWER))


def readings(original: str) -> tuple[Skeleton, ...]:
    """The skeletons of a text, each of another reading, as it stands being the first.

    All of them count: "%42" is a B to who takes it for an escape, and otherwise the beginning of a
    number that has a percent sign before it.
    """
    original = original.replace(MASK, "\ufffd")
    plain = Skeleton(original, range(len(original)), range(1, len(original) + 1))
    unescaped = [plain]
    while len(unescaped) <= _DEEPEST and _ESCAPES.search(unescaped[-1].text):
        unescaped.append(unescaped[-1].rewritten(_ESCAPES, _unescaped))
    masked = [skeleton.rewritten(_MASKS, lambda _: MASK) for skeleton in unescaped]
    found = [masked[0].in_small_letters(), *(skeleton.folded() for skeleton in masked)]
    return tuple({skeleton.text: skeleton for skeleton in found}.values())


def _unescaped(escape: str) -> str:
    match escape[0]:
        case "%":
            plain = unquote(escape, errors="replace")
        case "&":
            plain = html.unescape(escape)
        case _:
            plain = chr(int(escape[2:], 16))
    return plain.replace(MASK, "")


@lru_cache(maxsize=4096)
def _seen(character: str) -> str:
    """What a reader sees of one character, in ASCII as far as there is something alike."""
    if _ODD.match(character) is None:
        return character
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(map(_plain, decomposed)).translate(_LOOKALIKES)


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    category = unicodedata.category(character)
    if digit is not None:
        return str(digit)
    if category == "Pd":
        return "-"
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    return "" if category in _UNSEEN or character in _BLANK else character
