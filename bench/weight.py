"""How many bytes a first look takes: the page and all that it names, as a browser gets them."""

import re
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from bench.load import HEADERS

# A reference to a part of the same page is no file.
NAMED_BY_STYLES = re.compile(rb"url\((?![\"']?#)|@import")


@dataclass(frozen=True, slots=True)
class Weight:
    html: int
    everything: int


def first_look(url: str) -> Weight:
    html, compressed = _fetch(url)
    parser = _Links()
    parser.feed(html.decode())
    parts = {urldefrag(urljoin(url, link)).url for link in parser.links}
    total = compressed
    for part in parts:
        body, size = _fetch(part)
        assert not (part.endswith(".css") and NAMED_BY_STYLES.search(body)), "styles load no files"
        total += size
    return Weight(compressed, total)


def _fetch(url: str) -> tuple[bytes, int]:
    """The body in full, and how long it was on the wire."""
    with urllib.request.urlopen(urllib.request.Request(url)) as answer:
        body: bytes = answer.read()
    with urllib.request.urlopen(urllib.request.Request(url, headers=HEADERS)) as answer:
        return body, len(answer.read())


class _Links(HTMLParser):
    """Collects what a browser loads by itself: styles, scripts, the favicon and the icons."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        address = {"link": "href", "script": "src", "use": "href", "img": "src"}.get(tag)
        value = named.get(address) if address else None
        if value and not value.startswith("#"):
            self.links.append(value)
