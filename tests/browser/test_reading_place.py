"""A reader keeps their place while the page changes around it."""

from playwright.sync_api import Page, expect

from tests.browser.experiments import address, hurry, variants
from tests.support.scripted_aws import ScriptedAws

CHANGED = "[data-field='ShadowModeConfig.ShadowModelVariants[0].SamplingPercentage']"


class Reader:
    """Somebody at the page of an experiment that AWS then says something new of."""

    def __init__(self, page: Page, aws: ScriptedAws, portal: str, name: str) -> None:
        self.page, self.aws, self.name = page, aws, name
        self._says(30)
        page.goto(address(portal, name))

    def sees_a_change(self) -> None:
        self._says(70)
        hurry(self.page)
        expect(self.page.locator(CHANGED).first).to_have_text("70", timeout=15_000)

    def _says(self, percentage: int) -> None:
        members = variants()
        shadow = members["ShadowModeConfig"]["ShadowModelVariants"][0]
        shadow["SamplingPercentage"] = percentage
        # A status reason more moves everything below it.
        reason = "a banner that was not there before" if percentage == 70 else None
        self.aws.describes(
            self.name,
            Status="Starting",
            Description="Somebody reads this.",
            StatusReason=reason,
            RoleArn="arn:aws:iam::123456789012:role/demo",
            CreationTime=1_790_000_000,
            **members,
        )


def test_open_details_stay_open_and_closed_ones_closed(
    page: Page, aws: ScriptedAws, scripted_portal: str
) -> None:
    reader = Reader(page, aws, scripted_portal, "details")
    page.locator("#d-schedule-table > summary").click()
    page.locator("#d-status > summary").click()
    before = page.locator("details").count()
    reader.sees_a_change()
    expect(page.locator("#d-schedule-table")).to_have_attribute("open", "")
    expect(page.locator("#d-schedule-table table").first).to_be_visible()
    expect(page.locator("#d-status")).to_have_attribute("open", "")
    expect(page.locator("details[open]")).to_have_count(2)
    expect(page.locator("details")).to_have_count(before)


def test_the_focus_stays_where_it_was(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    reader = Reader(page, aws, scripted_portal, "focus")
    button = page.get_by_role("button", name="Copy Role")
    button.focus()
    page.evaluate("window.before = document.activeElement")
    reader.sees_a_change()
    expect(button).to_be_focused()
    # The very same element, so that a screen reader does not read it out once more.
    assert page.evaluate("window.before === document.activeElement")


def test_a_half_typed_name_stays(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    reader = Reader(page, aws, scripted_portal, "typing")
    box = page.get_by_role("combobox", name="Open an experiment")
    box.press_sequentially("another-exp")
    reader.sees_a_change()
    expect(box).to_have_value("another-exp")
    expect(box).to_be_focused()


def test_selected_text_stays_selected(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    reader = Reader(page, aws, scripted_portal, "selection")
    page.locator("[data-field=RoleArn]").first.select_text()
    selected = "() => getSelection().toString().trim()"
    assert page.evaluate(selected) == "arn:aws:iam::123456789012:role/demo"
    reader.sees_a_change()
    assert page.evaluate(selected) == "arn:aws:iam::123456789012:role/demo"


def test_what_one_reads_does_not_move(page: Page, aws: ScriptedAws, scripted_portal: str) -> None:
    reader = Reader(page, aws, scripted_portal, "scroll")
    page.locator("#details").scroll_into_view_if_needed()
    page.mouse.wheel(0, 50)
    page.wait_for_timeout(300)
    place = "() => Math.round(document.querySelector('#details').getBoundingClientRect().top)"
    scrolled = page.evaluate("scrollY")
    before = page.evaluate(place)
    assert scrolled > 200
    reader.sees_a_change()
    expect(page.locator("[data-notice=StatusReason]")).to_have_count(1)
    page.wait_for_timeout(300)
    # The browser scrolls on by the height of the banner that came in above.
    assert abs(page.evaluate(place) - before) <= 2
