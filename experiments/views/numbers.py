"""Numbers as an address may hold them."""


def number(text: str) -> int | None:
    """A number of the database, which has 64 bits; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
