"""What a browser complains of: errors and warnings in the console, exceptions, broken policies."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError

# The policy's violations are in Chromium's console anyway; this names the directive in one form.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI || "inline"}`));
"""
FAILED_REQUEST = "Failed to load resource"
# What htmx writes to the console when it gets no answer.
NO_ANSWER = ("htmx:sendError", "htmx:sendAbort", "htmx:afterRequest", "htmx:timeout")


class Complaints:
    """Collects from every page of the contexts it is shown."""

    def __init__(self) -> None:
        self._messages: list[tuple[str, str]] = []
        self._documents: set[str] = set()

    def collect(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._heard)
        context.on("weberror", self._raised)
        context.on("response", self._answered)

    def left(self, *, requests_may_fail: bool) -> list[str]:
        return [
            f"{text} ({url})"
            for text, url in self._messages
            if not (requests_may_fail and text.startswith((FAILED_REQUEST, *NO_ANSWER)))
            # A problem's page comes with its status, which Chromium writes to the console.
            and not (text.startswith(FAILED_REQUEST) and url in self._documents)
            # Where a document that is no page names no icon, Chromium looks for one by itself.
            and not url.endswith("/favicon.ico")
        ]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._messages.append((message.text, message.location["url"]))

    def _raised(self, error: WebError) -> None:
        self._messages.append((str(error.error), error.page.url if error.page else ""))

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._documents.add(response.url)
