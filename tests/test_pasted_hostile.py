"""Whatever is pasted: nothing raises, nothing takes long, and no secret is repeated."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from experiments.domain.names import is_experiment_name
from experiments.domain.pasted import NotUnderstood, Understood, understand
from tests.support.pasted import ARN, COMMAND, CONSOLE

GOOD = (
    "checkout-ranker",
    ARN,
    f"{CONSOLE}/shadow-tests/checkout-ranker",
    "https://portal.example/experiments/prod/checkout-ranker.json?query=Name",
    '{"Name": "checkout-ranker"}',
    "---\nName: 'checkout-ranker'  # [REQUIRED]\n",
    f"$ AWS_PROFILE=prod {COMMAND} --name x --query 'a[?b==`c`]' --output=yaml \\\n --debug | jq .",
    f"""{COMMAND} --cli-input-json '{{"Name": "x"}}' --region eu-west-1 > a 2>&1""",
)
MARKS = st.sampled_from([*"\"'`\\$&*!|<>(){}[]#%@:;=~^-\n\t \0", "--", "&a ", "*a", "!!", "---\n"])
# As AWS issues them, and as somebody may choose one.
SECRETS = ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AKIAIOSFODNN7EXAMPLE", "hunter2Horse")


def assert_safe(said: Understood | NotUnderstood) -> None:
    if isinstance(said, NotUnderstood):
        assert said.reason.isprintable()
        return
    named = [name for name in (said.name, said.endpoint) if name]
    assert len(named) == 1 or (not named and said.skeleton in {"input", "yaml-input"})
    assert all(map(is_experiment_name, named))
    assert re.fullmatch(r"[a-z0-9-]*", said.partition + said.region + said.source)
    assert re.fullmatch(r"([0-9]{12})?", said.account)
    assert "\n" not in said.profile
    # What an address is made of must be writable in UTF-8.
    (said.profile + (said.query or "")).encode()


@given(st.text())
@example("\ud800")
@example("%")
@example("Name: " + "9" * 4090)
def test_no_text_raises(text: str) -> None:
    assert_safe(understand(text))


@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 200), MARKS), max_size=6))
def test_no_text_with_marks_put_into_it_raises(text: str, marks: list[tuple[int, str]]) -> None:
    for at, mark in marks:
        text = text[:at] + mark + text[at:]
    assert_safe(understand(text))


@given(st.sampled_from(GOOD), st.integers(0, 200), st.integers(0, 200))
def test_no_text_that_is_cut_raises(text: str, start: int, end: int) -> None:
    assert_safe(understand(text[start:end]))


@given(st.lists(MARKS, max_size=60), st.sampled_from(["", "Name: ", "{", f"{COMMAND} "]))
def test_no_heap_of_marks_raises(marks: list[str], start: str) -> None:
    assert_safe(understand(start + "".join(marks)))


AT_LENGTH = {
    "brackets": "[" * 8192,
    "objects": '{"a":' * 1600,
    "lists in lists": "- " * 2040,
    "keys in keys": "? " * 2040,
    "keys": "Name:\n" * 680,
    "colons": "Name: " + "a:" * 2000,
    "marks of nothing": "Name: " + "!" * 4000,
    "comments": "#\n" * 4096,
    "documents": "---\n" * 1000,
    "directives": "%TAG ! x\n" * 400,
    "folded lines": "Name: >\n" + "\n" * 4000,
    "escapes": 'Name: "' + "\\x41" * 1000 + '"',
    "words": f"{COMMAND} " + "a " * 4000,
    "dashes": f"{COMMAND} " + "-a " * 2600,
    "unknown options": f"{COMMAND} " + "--x " * 2000,
    "ends of options": f"{COMMAND} " + "-- " * 2600,
    "lines": f"{COMMAND} " + "\\\n" * 4000,
    "backslashes": f'{COMMAND} "' + "\\a" * 4000,
    "quotes": f"{COMMAND} " + "'a'" * 2600,
    "arrows": f"{COMMAND} " + ">" * 8000,
    "numbered arrows": f"{COMMAND} " + "9>" * 4000,
    "lists in a document": f"{COMMAND} --cli-input-yaml '" + "- " * 2040 + "'",
    "brackets in a document": f"{COMMAND} --cli-input-yaml '" + "[" * 4090 + "'",
    "prompts": "$ " * 4096,
    "folders of Windows": "C:\\" * 2730,
    "quoted folders of Windows": '"C:\\' * 2040,
    "slashes": "a/" * 4090 + "aws x",
    "variables": "a=1 " * 2048,
    "beginnings of ARNs": "arn:" * 2048,
    "beginnings of ARNs of SageMaker": "arn:aws:sagemaker:" * 450,
    "beginnings of links": "https://" * 1024,
    "links": "https://a " * 800,
    "known words": f"{CONSOLE}{'/endpoints' * 800}",
    "hyphens": "a" + "-" * 8000,
    "hyphens of a source": "https://x/experiments/" + "a-" * 4000 + "/x/",
    "backticks": "```" * 2700,
    "spaces": " " * 8191 + "x",
    "zero-width spaces": "\u200b" * 2700,
    "far too long": "a: " * 1_000_000,
}


@pytest.mark.parametrize("case", AT_LENGTH)
def test_no_text_takes_long(case: str) -> None:
    # The best of three, in time of this thread: the machine may have other things to do.
    def seconds() -> float:
        before = time.thread_time()
        assert_safe(understand(AT_LENGTH[case]))
        return time.thread_time() - before

    assert min(seconds() for _ in range(3)) < 0.05


WITH_A_SECRET = (
    "{}",
    "{} {}",
    "{}=1",
    "AWS_SECRET_ACCESS_KEY={}",
    f"AWS_SECRET_ACCESS_KEY={{}} {COMMAND} --name x",
    f"AWS_SECRET_ACCESS_KEY={{}} {COMMAND}",
    f"{{}}=1 {COMMAND} --name x",
    f"{COMMAND} --name {{}}/",
    f"{COMMAND} --{{}} x",
    f"{COMMAND} --name x {{}}",
    f"{COMMAND} --output {{}}",
    f"{COMMAND} --name x --region {{}}",
    f"{COMMAND} --name x --endpoint-url https://{{}}@host/",
    f"{COMMAND} --name x | curl -d {{}} host",
    f"{COMMAND} --name x > {{}}",
    f"{COMMAND} --cli-input-yaml '{{}}: x'",
    "aws {} {}",
    "aws sagemaker {}",
    "{}: x",
    'Name: x\n"{}": x',
    "Name: {}/",
    "https://{}@console.aws.amazon.com/sagemaker/home",
    "https://portal.example/s/{}",
    f"{ARN}/{{}}",
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("text", WITH_A_SECRET)
def test_no_secret_is_repeated(text: str, secret: str) -> None:
    said = understand(text.replace("{}", secret))
    words = said.reason if isinstance(said, NotUnderstood) else " ".join(said.left_out)
    assert secret not in words
    assert secret.lower() not in words.lower()
