"""In a browser nothing of a hostile text runs, is fetched or becomes an element that could."""

import os
import secrets
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.experiments import address, ask
from tests.browser.fleets import has_described
from tests.support import links
from tests.support.links import Link
from tests.support.payloads import GROUPS
from tests.support.portal import running_portal
from tests.support.scripted_aws import ScriptedAws, description
from tests.support.served import Browser
from tests.support.watcher import summary
from tests.test_scripting import as_it_is, members

PARTS = ["account", "arns", "role", "kms", "s3"]
# What a payload does, and what is left in a page of one that could.
HOOK = "window.alert = window.confirm = window.prompt = () => { window.pwned = 1 }"
WHAT_RUNS = """() => [...document.querySelectorAll("*")].flatMap((element) => [
    ...[...element.attributes].map((it) => it.name).filter((name) => name.startsWith("on")),
    ...(/^(javascript|data|vbscript):/i.test((element.href ?? "").toString()) ? ["href"] : []),
    ...(element.matches("main :is(script, style, iframe, object, embed, base, meta, img)")
      ? [element.outerHTML] : []),
])"""


@pytest.fixture
def requests(page: Page) -> list[str]:
    """Everything that the page asks for, now and later."""
    asked: list[str] = []
    page.add_init_script(HOOK)
    page.on("request", lambda request: asked.append(request.url))
    return asked


def describes(aws: ScriptedAws, name: str, turn: int) -> None:
    aws.says(name, description(name) | members(turn, as_it_is))


def made(portal: str, name: str, note: str = "") -> Link:
    note = note.replace("\0", "")
    path = f"{links.address(name)}share/"
    form = links.form(shown=PARTS, preview="on", note=note.encode(errors="replace").decode()[:200])
    return links.made(Browser(portal).post(path, **form))


def seen(page: Page) -> None:
    """The page has been read to its end, with all that was folded open and all in focus once."""
    page.evaluate(
        """() => {
          document.querySelectorAll("details").forEach((it) => { it.open = true });
          document.querySelectorAll("a, button, input, bdi").forEach((it) => { it.focus() });
          document.querySelectorAll("bdi").forEach((it) => {
            it.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
          });
        }"""
    )
    assert page.evaluate("window.pwned") is None, page.url
    assert page.evaluate(WHAT_RUNS) == [], page.url


def test_nothing_runs_on_any_page(
    page: Page, requests: list[str], aws: ScriptedAws, scripted_portal: str
) -> None:
    """The fixture of the page fails where the policy had to forbid something."""
    name = f"planted-{secrets.token_hex(4)}"
    here = address(scripted_portal, name)
    describes(aws, name, 0)
    page.goto(here)
    describes(aws, name, 1)
    Browser(scripted_portal).post(f"{links.address(name)}check/")
    shared = [made(scripted_portal, name, note) for note in GROUPS]
    for path in (
        here,
        f"{here}share/",
        f"{here}share/preview/?hours=1&kind=live&preview=on&"
        + "&".join(f"shown={part}" for part in PARTS),
        f"{here}history/",
        f"{here}history/1/",
        f"{here}compare/?older=1&newer=2",
        scripted_portal + shared[0].page,
        f"{scripted_portal}/links/",
        f"{scripted_portal}/operators/audit/",
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        seen(page)
    assert [url for url in requests if not url.startswith(scripted_portal + os.sep)] == []


@pytest.mark.parametrize("where", ["inside", "outside"])
def test_nothing_runs_of_what_a_poll_brings(
    page: Page, requests: list[str], aws: ScriptedAws, scripted_portal: str, where: str
) -> None:
    """Every text in every member, each merged into the page that is open."""

    def planted(turn: int) -> tuple[str, str]:
        # Another experiment each time, since one is asked about every few seconds only.
        name = f"polled-{secrets.token_hex(4)}"
        describes(aws, name, turn)
        path = links.address(name)
        return name, path if where == "inside" else made(scripted_portal, name).page

    _name, path = planted(0)
    latest: list[bytes] = []

    def answer(route: Route) -> None:
        route.fulfill(body=latest[-1], content_type="text/html; charset=utf-8")

    page.route("**/status/?*", answer)
    page.goto(scripted_portal + path)
    for turn in range(len(GROUPS)):
        name, path = planted(turn)
        latest.append(Browser(scripted_portal).get(f"{path}status/?seen=0").content)
        assert ask(page).status == 200
        expect(page.locator("#experiment")).to_have_attribute("data-name", name)
        seen(page)
    assert [url for url in requests if not url.startswith(scripted_portal + os.sep)] == []


def test_nothing_runs_in_the_fleet(page: Page, requests: list[str]) -> None:
    """What lists and descriptions say, in the table, its title, what is suggested and what is said,
    and what somebody asks for in the pages that answer it."""
    aws = ScriptedAws()
    summaries = []
    for turn in range(len(GROUPS)):
        describes(aws, f"planted-{turn}", turn)
        text = GROUPS[turn].encode(errors="replace").decode()
        summaries.append(summary(f"planted-{turn}", text, Description=text, StatusReason=text))
    aws.lists(*summaries, summary(GROUPS[0], GROUPS[1]))
    with running_portal(aws.url, PORTAL_CALLS_PER_SECOND="100") as url:
        has_described(url, *(f"planted-{turn}" for turn in range(len(GROUPS))))
        asked = quote("".join(GROUPS[:3]).encode(errors="replace")[:190])
        paths = ("", "?sort=-status", f"?q={asked}", f"?status={asked}", f"open/?q={asked}")
        for path in paths:
            page.goto(f"{url}/{path}")
            seen(page)
        page.goto(url)
        rows = page.locator("[data-experiment^='default/planted-']")
        expect(rows).to_have_count(len(GROUPS))
        box = page.get_by_role("combobox", name="Open an experiment")
        box.press_sequentially("planted")
        expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        seen(page)
        # Drawn anew in place, and said.
        page.locator("a.pick", has_text="onerror").first.click()
        expect(page.locator("a.pick[aria-current]")).to_contain_text("onerror")
        seen(page)
        assert [each for each in requests if not each.startswith(url + os.sep)] == []
