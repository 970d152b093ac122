"""Nothing that AWS sends runs, and no page breaks its own policy or speaks to anybody else."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.experiments import address, ask, hurry, problem_pages, variants
from tests.support.scripted_aws import ScriptedAws

PAYLOADS = (
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "</title></bdi></section><svg onload='window.pwned = 1'>",
    "\"><b hx-get='/' hx-trigger='load' hx-on:load='window.pwned = 1'>",
    "javascript:window.pwned = 1",
    "{{ 7 }}{% now 'Y' %}",
)
HOSTILE = " ".join(PAYLOADS)


def test_no_page_of_the_demo_complains(page: Page, seeded: tuple[str, ...], portal: str) -> None:
    """The fixture of the page fails where anything is in the console or breaks the policy."""
    page.goto(portal)
    expect(page.get_by_role("link", name="checkout-ranker-v7")).to_be_visible()
    for name in seeded:
        page.goto(address(portal, name))
        expect(page.locator("h1")).to_have_text(name)


def test_no_problem_page_complains(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    for kind, url in problem_pages(aws, scripted_portal).items():
        page.goto(url)
        expect(page.locator("[data-problem]")).to_have_attribute("data-problem", kind)
        if page.locator("#experiment[hx-trigger]").count():
            assert ask(page).status in {200, 204}
    for path in (
        "/nothing/here/",
        "/experiments/default/",
        "/open/?q=no%20name",
        "/open/?q=x",
        "/?page=no",
    ):
        page.goto(scripted_portal + path)
        expect(page.locator("h1")).to_be_visible()


def test_an_update_complains_of_nothing(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    aws.describes("updated", Status="Starting", **variants())
    page.goto(address(scripted_portal, "updated"))
    aws.describes("updated", Status="Running", Brand={"New": ["member"]}, **variants())
    hurry(page)
    expect(page.locator("#experiment")).to_have_attribute("data-status", "Running", timeout=15_000)
    expect(page.locator("[data-field='Brand.New[0]']")).to_have_text("member")


def test_text_from_aws_is_shown_and_never_run(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    def hostile(description: str) -> None:
        members = variants(shadow=HOSTILE)
        members["ModelVariants"][0]["ModelName"] = HOSTILE
        members["ModelVariants"][1]["VariantName"] = HOSTILE
        aws.describes(
            "hostile",
            Status=HOSTILE,
            StatusReason=HOSTILE,
            Type=HOSTILE,
            Description=description,
            RoleArn=HOSTILE,
            KmsKey=HOSTILE,
            EndpointMetadata={
                "EndpointName": HOSTILE,
                # AWS is at work on it, so that an update comes within seconds.
                "EndpointStatus": "Updating",
                "FailureReason": HOSTILE,
            },
            DataStorageConfig={
                "Destination": HOSTILE,
                "ContentType": {"JsonContentTypes": [HOSTILE], "CsvContentTypes": [HOSTILE]},
            },
            **{"<script>window.pwned = 1</script>": {HOSTILE: [HOSTILE]}},
            **members,
        )

    hostile(HOSTILE)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address(scripted_portal, "hostile"))
    expect(page.locator("[data-field=Description]")).to_have_text(HOSTILE)
    expect(page).to_have_title(f"hostile · {HOSTILE} · default")
    hostile(HOSTILE + " again")
    hurry(page)
    expect(page.locator("[data-field=Description]")).to_have_text(
        HOSTILE + " again", timeout=15_000
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    for injected in ("main script", "main img", "b[hx-get]", "svg[onload]"):
        expect(page.locator(injected)).to_have_count(0)
    assert page.locator("a[href^='javascript:']").count() == 0
    assert all(url.startswith(scripted_portal) for url in requests)


def test_text_from_aws_is_announced_as_text(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    aws.describes("announced", Status="Starting")
    page.goto(address(scripted_portal, "announced"))
    aws.describes("announced", Status=PAYLOADS[1])
    hurry(page)
    announced = page.locator("#announcer")
    expect(announced).to_have_text(f"announced: Starting → {PAYLOADS[1]}", timeout=15_000)
    expect(announced.locator("*")).to_have_count(0)
    assert page.evaluate("window.pwned") is None


@pytest.mark.parametrize("name", ["checkout-ranker-v7", "support-triage-multilingual"])
def test_the_policy_holds_against_what_gets_past_the_escaping(
    page: Page, seeded: tuple[str, ...], portal: str, name: str
) -> None:
    """Were markup ever to get through, the policy would still not run it."""
    assert name in seeded
    answer = page.goto(address(portal, name))
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
