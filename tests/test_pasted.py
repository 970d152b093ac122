"""Names, ARNs and links that people paste, good, ambiguous and hostile ones."""

import pytest

from experiments.domain.pasted import Form
from tests.support.pasted import ARN, CONSOLE, Members, assert_means, assert_unclear

NAME = "checkout-ranker"
HERE: Members = {"partition": "aws", "account": "123456789012", "region": "eu-west-1"}
EXPERIMENT: Members = {**HERE, "name": NAME, "folded": True}
SEEN: Members = {"partition": "aws", "region": "eu-west-1"}

NAMES = {
    "a name": NAME,
    "one letter": "a",
    "what YAML reads as a number": "5",
    "what JSON reads as nothing": "null",
    "the name of the program": "aws",
    "spaces around": f" \t{NAME}\n",
    "no-break space": f"\u00a0{NAME}\u00a0",
    "zero-width space of a chat": "checkout\u200b-ranker\ufeff",
    "text that runs backwards": f"\u202e{NAME}\u202c",
    "backticks": f"`{NAME}`",
    "code block": f"```\n{NAME}\n```",
    "code block of a language": f"```shell-session\n{NAME}\n```",
    "quotes": f'"{NAME}"',
    "quotes of a word processor": f"“{NAME}”",
    "German quotes": f"„{NAME}“",
    "angle brackets": f"<{NAME}>",
    "end of a sentence": f"“{NAME}”.",
    "comma within quotes": f'"{NAME}",',
}


@pytest.mark.parametrize("case", NAMES)
def test_a_name_is_found_under_what_chats_put_around_it(case: str) -> None:
    name = {"one letter": "a", "the name of the program": "aws"}.get(case, NAME)
    name = NAMES[case] if case.startswith("what") else name
    assert_means(NAMES[case], Form.NAME, {"name": name})


ARNS: dict[str, tuple[str, Members]] = {
    "an experiment": (ARN, EXPERIMENT),
    "in backticks": (f"`{ARN}`.", EXPERIMENT),
    "a message of AWS": (
        (
            "An error occurred (AccessDeniedException) when calling the "
            "DescribeInferenceExperiment operation: User: "
            "arn:aws:sts::123456789012:assumed-role/reader/me is not authorized to "
            f"perform: sagemaker:DescribeInferenceExperiment on resource: {ARN} because no policy"
        ),
        EXPERIMENT,
    ),
    "a line of an answer": (f'    "Arn": "{ARN}",', EXPERIMENT),
    "twice the same": (f"{ARN}\n{ARN}", EXPERIMENT),
    "with its endpoint": (
        f"{ARN} on {ARN.replace('inference-experiment', 'endpoint')}",
        EXPERIMENT,
    ),
    "China": (
        ARN.replace(":aws:", ":aws-cn:").replace("eu-west-1", "cn-north-1"),
        {**EXPERIMENT, "partition": "aws-cn", "region": "cn-north-1"},
    ),
    "a government": (
        ARN.replace(":aws:", ":aws-us-gov:").replace("eu-west-1", "us-gov-west-1"),
        {**EXPERIMENT, "partition": "aws-us-gov", "region": "us-gov-west-1"},
    ),
    "an endpoint": (
        "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/shop",
        {**HERE, "endpoint": "shop", "folded": True},
    ),
}


@pytest.mark.parametrize("case", ARNS)
def test_an_arn_says_where_it_is(case: str) -> None:
    text, members = ARNS[case]
    assert_means(text, Form.ARN, members)


LINKS: dict[str, tuple[str, Members]] = {
    "an experiment": (f"{CONSOLE}/inference-experiments/{NAME}", {**SEEN, "name": NAME}),
    "a shadow test": (f"{CONSOLE}/shadow-tests/{NAME}", {**SEEN, "name": NAME}),
    "a page of a shadow test": (f"{CONSOLE}/shadow-tests/{NAME}/edit?a=b", {**SEEN, "name": NAME}),
    "an endpoint": (f"{CONSOLE}/endpoints/Shop", {**SEEN, "endpoint": "Shop"}),
    "an ARN within": (f"{CONSOLE}/inference-experiments/{ARN}", EXPERIMENT),
    "an ARN within, encoded": (
        f"{CONSOLE}/shadow-tests/{ARN.replace('/', '%2F').replace(':', '%3A')}",
        EXPERIMENT,
    ),
    "a host without region": (
        f"https://console.aws.amazon.com/sagemaker/home?region=eu-west-1#/shadow-tests/{NAME}",
        {**SEEN, "name": NAME},
    ),
    "several accounts at a time": (
        (
            "https://123456789012-abcd1234.eu-west-1.console.aws.amazon.com/sagemaker/home"
            f"#/shadow-tests/{NAME}"
        ),
        {**HERE, "name": NAME},
    ),
    "China": (
        f"https://cn-north-1.console.amazonaws.cn/sagemaker/home#/shadow-tests/{NAME}",
        {"partition": "aws-cn", "region": "cn-north-1", "name": NAME},
    ),
    "a government": (
        f"https://console.amazonaws-us-gov.com/sagemaker/home#/shadow-tests/{NAME}",
        {"partition": "aws-us-gov", "name": NAME},
    ),
    "in a sentence": (f"Please look at {CONSOLE}/shadow-tests/{NAME}.", {**SEEN, "name": NAME}),
}


@pytest.mark.parametrize("case", LINKS)
def test_a_link_to_the_console_says_what_it_shows(case: str) -> None:
    text, members = LINKS[case]
    assert_means(text, Form.CONSOLE, members)


OWN_LINKS: dict[str, tuple[str, Members]] = {
    "an experiment": ("https://portal.example/experiments/prod/{}/", {}),
    "with a port": ("http://localhost:8000/experiments/prod/{}/", {}),
    "a look of its history": ("https://portal.example/experiments/prod/{}/history/3/", {}),
    "the raw view": (
        "https://portal.example/experiments/prod/{}.yaml?query=Name",
        {"output": "yaml", "query": "Name"},
    ),
    "as Slack writes it": ("<https://portal.example/experiments/prod/{}/|the test>", {}),
}


@pytest.mark.parametrize("case", OWN_LINKS)
def test_a_link_to_the_portal_says_source_and_name(case: str) -> None:
    text, members = OWN_LINKS[case]
    assert_means(text.format(NAME), Form.NAME, {"name": NAME, "source": "prod", **members})


UNCLEAR: dict[str, tuple[str, Form | None, str]] = {
    "nothing": ("  ", None, "empty"),
    "words": ("the checkout test", None, "none of what the portal can open"),
    "a dot": ("a.b", None, "no experiment's name"),
    "too long for a name": ("x" * 121, None, "1 to 120 letters"),
    "hyphen last": ("name-", None, "no hyphen first or last"),
    "digits of another script": ("\u0663", None, "letters, digits"),
    "markup": ("<script>alert(1)</script>", None, "no experiment's name"),
    "NUL": ("a\0b", None, "control characters"),
    "half a character": ("a\ud800", None, "no correct Unicode"),
    "colours of a terminal": ("\x1b[1mname\x1b[0m", None, "control characters"),
    "more than 8 kB": ("x " * 4097, None, "longer than 8 kB"),
    "more than 8 kB of few characters": ("é" * 4097, None, "longer than 8 kB"),
    "two ARNs": (f"{ARN} {ARN}-2", Form.ARN, "several experiments"),
    "an ARN of another service": ("arn:aws:s3:::bucket", Form.ARN, "no ARN of SageMaker's"),
    "an ARN of a model": (ARN.replace("inference-experiment", "model"), Form.ARN, "something else"),
    "an ARN cut off": (ARN.partition("/")[0] + "/", Form.ARN, "cut off"),
    "an ARN with a bad name": (f"{ARN}_2", Form.ARN, "cut off or misspelt"),
    "an ARN with a short account": (ARN.replace("9012", ""), Form.ARN, "cut off or misspelt"),
    "an ARN of no region": (ARN.replace("eu-west-1", "evil"), Form.ARN, "cut off or misspelt"),
    "an ARN of no partition": (ARN.replace(":aws:", ":evil:"), Form.ARN, "cut off or misspelt"),
    "look-alike host": (
        f"https://console.aws.amazon.com.evil.example/sagemaker/home#/endpoints/{NAME}",
        Form.CONSOLE,
        "none of the console's",
    ),
    "somebody before the host": (
        f"https://console.aws.amazon.com@evil.example/sagemaker/home#/endpoints/{NAME}",
        Form.CONSOLE,
        "none of the console's",
    ),
    "somebody at the console": (
        f"https://me:pw@console.aws.amazon.com/sagemaker/home#/endpoints/{NAME}",
        Form.CONSOLE,
        "none of the console's",
    ),
    "a port of the console": (
        f"https://console.aws.amazon.com:8443/sagemaker/home#/endpoints/{NAME}",
        Form.CONSOLE,
        "none of the console's",
    ),
    "a console without encryption": (
        f"{CONSOLE}/endpoints/x".replace("https", "http"),
        Form.CONSOLE,
        "none of the console's",
    ),
    "no host": ("https://[/experiments/a/b/", Form.CONSOLE, "does not know"),
    "another site": ("https://example.com/", Form.CONSOLE, "does not know"),
    "another page of the console": (
        "https://console.aws.amazon.com/s3/home#/endpoints/x",
        Form.CONSOLE,
        "another page",
    ),
    "a list of the console": (f"{CONSOLE}/shadow-tests", Form.CONSOLE, "names no inference"),
    "two regions": (
        CONSOLE.replace("=eu-west-1", "=us-east-1") + "/endpoints/x",
        Form.CONSOLE,
        "no region clearly",
    ),
    "a region that is none": (
        "https://console.aws.amazon.com/sagemaker/home?region=evil#/endpoints/x",
        Form.CONSOLE,
        "no region clearly",
    ),
    "link and ARN of two regions": (
        f"{CONSOLE}/shadow-tests/{ARN}".replace("sagemaker:eu-west-1", "sagemaker:us-east-1"),
        Form.CONSOLE,
        "different places",
    ),
    "two links": (f"{CONSOLE}/endpoints/a {CONSOLE}/endpoints/b", Form.CONSOLE, "several links"),
    "a share link": (f"https://portal.example/s/{'a' * 43}", Form.CONSOLE, "share link"),
    "a raw view asked for NUL": (
        "https://portal.example/experiments/prod/a.json?query=%00",
        Form.CONSOLE,
        "does not know",
    ),
    "a link of the portal with a password": (
        "https://me:pw@portal.example/experiments/prod/a/",
        Form.CONSOLE,
        "does not know",
    ),
    "a link of the portal that climbs": (
        "https://portal.example/experiments/../a/",
        Form.CONSOLE,
        "does not know",
    ),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_what_cannot_be_opened_is_told_why(case: str) -> None:
    assert_unclear(*UNCLEAR[case])
