"""The list of one source, from its first page to its last."""

from collections.abc import Iterator
from datetime import UTC, datetime

from experiments.aws.sagemaker import Page
from experiments.domain import parsing
from experiments.domain.experiment import Summary
from experiments.domain.problem import Kind, Problem
from experiments.watching.calls import Calls
from experiments.watching.progress import Reporter

# AWS pages by a hundred. A list without an end has gone in circles.
MOST_PAGES = 2_000


class Listing:
    """``names`` grow from page to page; they are ``whole`` once the last page has been read."""

    def __init__(self, calls: Calls, reporter: Reporter) -> None:
        self._calls, self._reporter = calls, reporter
        self.began = datetime.now(UTC)
        self.names: set[str] = set()
        self.whole = False

    def pages(self) -> Iterator[tuple[list[Summary], datetime]]:
        """The experiments of each page, and when it arrived."""
        token: str | None = None
        tokens: set[str | None] = set()
        while len(tokens) < MOST_PAGES and token not in tokens:
            tokens.add(token)
            page = self._calls.page(token)
            if page is None:
                return
            listed_at = datetime.now(UTC)
            summaries = list(self._readable(page))
            self.names |= {summary.name for summary in summaries}
            yield summaries, listed_at
            if page.next_token is None:
                self.whole = True
                self._reporter.withdraw("the end of the list")
                return
            token = page.next_token
        self._calls.disbelieve(Problem(Kind.BAD_RESPONSE))
        self._reporter.complain("the end of the list", "never comes")

    def _readable(self, page: Page) -> Iterator[Summary]:
        for wire in page.summaries:
            try:
                summary = parsing.parse_summary(wire)
            except Exception as error:
                # One that nobody can read must not hide the others.
                self._reporter.complain(
                    "a member of the list", f"cannot be read ({type(error).__name__})"
                )
                continue
            if summary.has_page:
                yield summary
