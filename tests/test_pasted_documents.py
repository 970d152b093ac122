"""Request documents that people paste."""

import pytest

from experiments.domain.pasted import Form
from tests.support.pasted import assert_means, assert_unclear

GOOD: dict[str, tuple[str, Form]] = {
    "JSON": ('{"Name": "x"}', Form.JSON),
    "JSON over lines": ('{\n    "Name": "x"\n}\n', Form.JSON),
    "JSON in a code block": ('```json\n{"Name": "x"}\n```', Form.JSON),
    "JSON with escapes": ('{"\\u004eame": "\\u0078"}', Form.JSON),
    "a line of JSON": ('    "Name": "x",', Form.YAML),
    "YAML": ("Name: x", Form.YAML),
    "YAML in one line": ("{Name: x}", Form.YAML),
    "YAML with its marks": ("---\nName: x\n...\n", Form.YAML),
    "YAML in quotes": ("Name: 'x'", Form.YAML),
    "the skeleton filled in": (
        "Name: 'x'  # [REQUIRED] The name of the inference experiment to describe.\n",
        Form.YAML,
    ),
    "a comment first": ("# of Monday\nName: x\n", Form.YAML),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_request_document_names_its_experiment(case: str) -> None:
    text, form = GOOD[case]
    assert_means(text, form, {"name": "x"})


@pytest.mark.parametrize("name", ["5", "1e3", "0x1f", "null", "2026-11-23", "1_0", "true"])
def test_a_name_that_yaml_takes_for_something_else_needs_quotes(name: str) -> None:
    assert_unclear(f"Name: {name}", Form.YAML, "Put it in quotes")


@pytest.mark.parametrize("name", ["5", "null", "2026-11-23", "yes"])
def test_in_quotes_any_name_is_a_name(name: str) -> None:
    assert_means(f'Name: "{name}"', Form.YAML, {"name": name})


UNCLEAR: dict[str, tuple[str, Form, str]] = {
    "another member": ('{"Name": "x", "Role": "y"}', Form.JSON, "this document says Role"),
    "a whole answer": ('{"Arn": "y", "Name": "x"}', Form.JSON, "name or ARN alone"),
    "a small letter": ('{"name": "x"}', Form.JSON, "with a capital N"),
    "a member that is a secret": ('{"wJalrXUtnFEMI/K7MDENG": "x"}', Form.JSON, "something else"),
    "Name twice": ('{"Name": "x", "Name": "x"}', Form.JSON, "says Name twice"),
    "no member": ("{}", Form.JSON, "names no experiment"),
    "empty": ('{"Name": ""}', Form.JSON, "names no experiment"),
    "a number": ('{"Name": 5}', Form.JSON, "its value is a text"),
    "a number of many digits": ('{"Name": ' + "9" * 4000 + "}", Form.JSON, "its value is a text"),
    "NaN": ('{"Name": NaN}', Form.JSON, "its value is a text"),
    "nothing": ('{"Name": null}', Form.JSON, "its value is a text"),
    "a list": ('["x"]', Form.JSON, "no members"),
    "a nested object": ('{"Name": {"a": "x"}}', Form.JSON, "its value is a text"),
    "thousands of brackets": ("[" * 4000, Form.JSON, "its value is a text"),
    "cut off": ('{"Name": "x"', Form.JSON, "not complete"),
    "two objects": ('{"Name": "x"}{"Name": "y"}', Form.JSON, "not complete"),
    "a bad name": ('{"Name": "a.b"}', Form.JSON, "cannot be an experiment's"),
    "a newline in the name": ('{"Name": "a\\n"}', Form.JSON, "cannot be an experiment's"),
    "half a character": ('{"Name": "\\ud800"}', Form.JSON, "cannot be an experiment's"),
    "JSON beyond 4 kB": ('{"Name": "x"}' + " " * 4090 + "{", Form.JSON, "longer than 4 kB"),
    "YAML beyond 4 kB": ("Name: x\n" + "# a\n" * 1024, Form.YAML, "longer than 4 kB"),
    "the skeleton as it is": ("Name: ''  # [REQUIRED]", Form.YAML, "names no experiment"),
    "an anchor": ("Name: &a x", Form.YAML, "anchors or aliases"),
    "an alias": ("Name: *a", Form.YAML, "anchors or aliases"),
    "a bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nName: *b", Form.YAML, "anchors or aliases"),
    "a tag": ("Name: !!str x", Form.YAML, "has a tag"),
    "a tag that runs": ("Name: !!python/name:os.system x", Form.YAML, "has a tag"),
    "a merge": ("<<: x\nName: x", Form.YAML, "merges"),
    "Name twice in YAML": ("Name: x\nName: y", Form.YAML, "says Name twice"),
    "several documents": ("Name: x\n---\nName: y", Form.YAML, "more than one document"),
    "a directive": ("%YAML 1.1\n---\nName: x", Form.YAML, "directive"),
    "a list in YAML": ("- x", Form.YAML, "holds something else"),
    "a list for a name": ("Name:\n- x", Form.YAML, "holds something else"),
    "a mapping for a name": ("Name:\n  a: x", Form.YAML, "holds something else"),
    "a mapping for a member": ("? {a: b}\n: x\nName: y", Form.YAML, "holds something else"),
    "a tab": ("Name:\tx\n\t- y", Form.YAML, "not complete or not correct"),
    "a member of YAML": ("Role: x", Form.YAML, "this document says Role"),
    "a document of one word": ("--- x", Form.YAML, "no members"),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_a_document_that_is_no_request_is_told_why(case: str) -> None:
    assert_unclear(*UNCLEAR[case])
