"""What no template may hold: anything a browser would run, and anything unescaped."""

import re
from pathlib import Path

import pytest

from tests.support.portal import REPOSITORY

TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=|<style",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an event handler": r"\son[a-z]+\s*=|hx-on",
    "unescaped text": r"\|\s*safe|mark_safe|autoescape\s+off",
    "an address of data": r"""(href|src|action)\s*=\s*["']?\s*javascript:""",
    "an unquoted attribute": r"""\s[\w-]+\s*=\s*{[{%]""",
}


def source(template: Path) -> str:
    return COMMENT.sub("", template.read_text())


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    found = [
        f"{template.relative_to(REPOSITORY)}: {match[0]!r}"
        for template in TEMPLATES
        for match in re.finditer(FORBIDDEN[what], source(template))
    ]
    assert found == []


def test_a_drawing_is_described_without_a_title() -> None:
    # htmx takes the first <title> of an answer for the page's own.
    for template in TEMPLATES:
        for drawing in re.findall(r"<svg.*?</svg>", source(template), re.DOTALL):
            assert "<title" not in drawing, template


def test_python_marks_nothing_as_safe_but_constants() -> None:
    for module in sorted((REPOSITORY / "experiments").rglob("*.py")):
        text = module.read_text()
        assert "mark_safe(" not in text, module
        assert all(
            constant.startswith(('"', "'")) for constant in re.findall(r"SafeString\((.)", text)
        ), module


def test_text_of_aws_stands_where_htmx_reads_nothing() -> None:
    region = source(REPOSITORY / "templates/experiments/_experiment.html")
    first = re.search(r"<section[^>]*>\s*<div([^>]*)>", region)
    assert first is not None
    assert "hx-disable" in first[1]
    assert "hx-ignore" in first[1]
