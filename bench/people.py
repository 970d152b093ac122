"""What signing in costs a poll, and what a share link costs a page."""

import re
import secrets
import urllib.request
from urllib.parse import urlencode

from bench import budgets, serving, turns
from bench.pages import EXPERIMENT


def run() -> int:
    """1 where signing in costs a poll more than it may."""
    with serving.portals() as (open_to_all, closed, cookie):
        page = f"/experiments/default/{EXPERIMENT}/"
        shared = _share(open_to_all, page)
        rates = turns.measure(
            {
                "off": (turns.poll_url(open_to_all, open_to_all + page), ""),
                "signed in": (turns.poll_url(closed, closed + page, cookie=cookie), cookie),
                "shared poll": (turns.poll_url(open_to_all, open_to_all + shared), ""),
            }
        )
        # Apart from the polls, since opening a link is counted, which is writing.
        rates |= turns.measure(
            {"page": (open_to_all + page, ""), "shared": (open_to_all + shared, "")}
        )
    signed_in = turns.tell("poll, signed in", rates["signed in"], rates["off"], "without sign-in")
    turns.tell("share page", rates["shared"], rates["page"], "the detail page")
    turns.tell("poll of a share page", rates["shared poll"], rates["off"], "the page's own poll")
    return int(signed_in < budgets.SIGNED_IN_RATIO)


def _share(url: str, page: str) -> str:
    """A new live link's path."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    form = opener.open(f"{url}{page}share/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    wanted = {
        "kind": "live",
        "hours": "24",
        "form": secrets.token_urlsafe(24),
        "csrfmiddlewaretoken": token[1],
    }
    made = opener.open(f"{url}{page}share/", urlencode(wanted).encode()).read().decode()
    found = re.search(r"/s/[A-Za-z0-9_-]{43}/", made)
    assert found is not None
    return found[0]
