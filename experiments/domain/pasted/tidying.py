"""What chats, mails and terminals add to a text that somebody copies out of them."""

import re

# Of the whole text, in bytes of UTF-8.
MAX_SIZE = 8192

# What is invisible and joins no letters: bidirectional marks, zero-width characters, soft hyphens.
_INVISIBLE = dict.fromkeys(
    (0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
)
_SPACES = dict.fromkeys((0xA0, 0x2007, 0x202F), " ")
# Nothing that is pasted needs these. Lone surrogates cannot even be written in an address.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_FENCE = re.compile(r"```(?:[A-Za-z0-9+-]{0,20}[ \t]*\n)?(?P<inner>.*?)```", re.DOTALL)
_WRAPPINGS = (("`", "`"), ('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("„", "“"), ("<", ">"))


def is_too_long(text: str) -> bool:
    """True beyond ``MAX_SIZE``."""
    return len(text) > MAX_SIZE or len(text.encode(errors="surrogatepass")) > MAX_SIZE


def is_writable(text: str) -> bool:
    """False for control characters and lone surrogates."""
    return _UNWRITABLE.search(text) is None


def tidied(text: str) -> str:
    """The text without what is invisible, and without the marks of code or quotations around it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_INVISIBLE).translate(_SPACES).strip()
    fenced = _FENCE.fullmatch(text)
    return unwrapped(text if fenced is None else fenced["inner"])


def unwrapped(text: str) -> str:
    """The text without the pairs of quotes, backticks or angle brackets around the whole of it."""
    text = text.strip()
    # Three pairs are more than any chat puts around a text.
    for _ in range(3):
        for opening, closing in _WRAPPINGS:
            inner = text[1:-1]
            wrapped = len(text) > 2 and text.startswith(opening) and text.endswith(closing)
            if wrapped and opening not in inner and closing not in inner:
                text = inner.strip()
    return text


def bare(text: str) -> str:
    """One word without the punctuation that a sentence puts after it."""
    return unwrapped(unwrapped(text).rstrip(".,;:!?"))
