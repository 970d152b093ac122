"""Polled parts of pages, rendered once for all who would see the same.

Rendering one costs more than everything else of a request, and after a change every open page asks
for it at the same moment.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

# Some 60 kB each.
MAX_KEPT = 128
# A page of more characters than this is rare enough to be rendered for each reader.
LARGEST = 500_000

Key = tuple[object, ...]
_kept: OrderedDict[Key, SafeString] = OrderedDict()
_turns: dict[Key, threading.Lock] = {}
_lock = threading.Lock()


def rendered(template: str, key: Key, make: Callable[[], Mapping[str, Any]]) -> SafeString:
    """The template with the context that ``make`` makes, unless it is kept by this key.

    A context with a true ``passing`` is rendered for this one reader.
    """
    html = _find(key)
    if html is not None:
        return html
    with _lock:
        turn = _turns.setdefault(key, threading.Lock())
    # One thread renders what many ask for at the same moment.
    with turn:
        try:
            return _find(key) or _render(template, key, make())
        finally:
            with _lock:
                _turns.pop(key, None)


def forget() -> None:
    """Render everything anew."""
    with _lock:
        _kept.clear()


def _find(key: Key) -> SafeString | None:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _render(template: str, key: Key, context: Mapping[str, Any]) -> SafeString:
    html = render_to_string(template, dict(context))
    if not context.get("passing") and len(html) < LARGEST:
        with _lock:
            _kept[key] = html
            while len(_kept) > MAX_KEPT:
                _kept.popitem(last=False)
    return html
