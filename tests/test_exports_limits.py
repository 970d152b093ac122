"""No query holds a worker: each is answered or refused within 250 ms and a few megabytes."""

import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jmespath.parser import Parser

from experiments.exports import FORMATS, ExportError, export
from experiments.exports.errors import TooMuchError

SECONDS = 0.25
BYTES = 256_000_000

RESPONSE: dict[str, Any] = {
    "Arn": "arn:aws:sagemaker:eu-west-1:123456789012:inference-experiment/ranker",
    "Name": "ranker",
    "Description": "é" * 1024,
    "Schedule": None,
    "ModelVariants": [
        {"ModelName": f"model-{number}", "Infra": {"Count": number, "Type": "ml.m5.large"}}
        for number in range(6)
    ],
}


def many(query: str, times: int = 11) -> str:
    """The query, and a list of thousands of what it selects."""
    return "|".join([query, "[@]", *(["[@,@][]"] * times)])


def grown(step: str, times: int, first: str = "@") -> str:
    return "|".join([first, *([step] * times)])


TWICE = "join('',[@,@])"
REFUSED = {
    "doubled 15 times": grown("[@,@]", 15),
    "doubled 20 times": grown("[@,@]", 20),
    "doubled 50 times": grown("[@,@]", 50),
    "objects in objects": grown("{a:@,b:@,c:@}", 12),
    "merged": grown("merge(@,{a:@,b:@})", 30),
    "a list that grows": grown("[@,@][]", 40, "[Name]"),
    "a text that grows": grown("join('',[@,@])", 40, "Name"),
    "a text as its own separator": grown("join(@,[@,@,@])", 12, "Description"),
    "a long separator": f"{many('Name')}|join('{'x' * 1000}',@)",
    "a long text between thousands": (
        f"{{s: {grown(TWICE, 14, 'Name')}, l: {many('Name')}}} | join(s, l)"
    ),
    "a text of everything": grown("to_string([@,@])", 20),
    "sorted and sorted": f"{many('Name')}{'|sort(@)' * 40}",
    "sorted by itself": f"{many('Name')}{'|sort_by(@,&@)' * 20}",
    "reversed": f"{many('Name')}{'|reverse(@)' * 30}",
    "a loop in a loop": "map(&map(&map(&map(&map(&@,`{0}`),`{0}`),`{0}`),`{0}`),`{0}`)".format(
        list(range(12))
    ),
    "filters of filters": f"{many('Name')}|[?`{[0] * 150}`==`{[0] * 150}`]",
    "contains": f"{many('Name')}|[?contains('{'a' * 900}', '{'a' * 450}b')]",
    "nested values": grown("[@]", 63) + "|[[@]]",
    "parentheses": "(" * 900 + "Name" + ")" * 900,
    "negations": "!" * 1900 + "Name",
    "lists": "[" * 900 + "Name" + "]" * 900,
    "a literal": "`" + "[" * 950 + "]" * 950 + "`",
    "pipes": "@|" * 400 + "@",
    "projections": "[]" * 500,
    "long": "Name ||" * 400 + "Name",
    "wide": f"{{{','.join(f'k{number}:@' for number in range(280))}}}",
}


def cost(query: str, form: str, response: dict[str, Any] = RESPONSE) -> tuple[float, bytes | str]:
    """The CPU time that an export takes, and what it is or why there is none."""
    before = time.thread_time()
    try:
        made: bytes | str = export(response, FORMATS[form], query)
    except ExportError as error:
        made = str(error)
    return time.thread_time() - before, made


@pytest.mark.parametrize("case", REFUSED)
def test_a_query_that_grows_is_refused_at_once(case: str) -> None:
    with pytest.raises(TooMuchError, match=r"with the AWS CLI|with fewer|another format"):
        export(RESPONSE, FORMATS["json"], REFUSED[case])
    assert min(cost(REFUSED[case], "json")[0] for _ in range(2)) < SECONDS


# The largest that are printed, and what is hardest to print.
LARGE = {
    "values": many("`0`", 11),
    "texts": many("'é日 '", 11),
    "wide texts": f"'{'日本 ' * 500}'|{grown(TWICE, 6)}|[@]",
    "escaped texts": f"'{'😀 ' * 500}'|{grown(TWICE, 6)}|[@]",
    "objects": many("{a:Name,b:`1.5`,c:`null`}", 9),
    "objects of their own": f"{many('{a:Name,b:`1.5`}', 9)}|[].{{x:a,y:[b,a],z:{{b:b}}}}",
    "long names": f"{many('`0`', 11)}|{{{'k' * 1500}:@}}",
    "deep": f"{many('`0`', 7)}|[].{'[' * 20}@{']' * 20}",
    "one wide column": f"[['{'w' * 1500}'],[{many('`0`', 10)}]]|[[0],[1]]",
    "everything": "[@,@,@,@,@,@]",
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", LARGE)
def test_what_is_large_is_printed_or_refused_in_time(case: str, form: str) -> None:
    # The faster of two, since this machine does other things as well.
    assert min(cost(LARGE[case], form)[0] for _ in range(2)) < SECONDS


def test_memory_is_bounded() -> None:
    tracemalloc.start()
    try:
        for query in (*REFUSED.values(), *LARGE.values()):
            cost(query, "yaml" if "'" in query else "table")
        assert tracemalloc.get_traced_memory()[1] < BYTES / 4
    finally:
        tracemalloc.stop()


WRITTEN = """
    [@,@] [@,@][] [@][] {a:@,b:@} * @.* *.* [] [][] [*][] [*].[@,@] [::-1] values(@) keys(@)
    to_string(@) join('ab',@) join(@,[@,@]) reverse(@) sort(@) sort_by(@,&to_string(@))
    map(&[@,@],@) map(&to_string(@),@) [?@==@] [?contains(to_string(@),'a')] merge(@,{c:@})
    not_null(@) to_array(@) max_by(@,&length(@))
"""
STEPS = WRITTEN.split()


@given(
    steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=50),
    form=st.sampled_from([*FORMATS]),
)
def test_no_combination_of_steps_takes_longer(steps: list[str], form: str) -> None:
    query = "|".join(steps)
    assert min(cost(query, form)[0] for _ in range(2)) < SECONDS


def test_no_parsed_query_is_kept() -> None:
    for number in range(600):
        export(RESPONSE, FORMATS["json"], f"[{'@,' * 10}Name{number}]")
    assert len(vars(Parser)["_CACHE"]) == 0


def test_nothing_is_refused_that_people_ask_of_a_large_experiment() -> None:
    variants = [RESPONSE["ModelVariants"][0] | {"VariantName": f"v-{n}"} for n in range(40)]
    response = RESPONSE | {"ModelVariants": variants}
    for query in (
        "@",
        "[@]",
        "ModelVariants[].[ModelName, VariantName, Infra.Type]",
        "ModelVariants[?contains(VariantName, '7')].{n: VariantName, t: Infra.Type}",
        "sort_by(ModelVariants, &VariantName)[].VariantName",
        "join(', ', ModelVariants[].VariantName)",
    ):
        for form in FORMATS:
            assert export(response, FORMATS[form], query)


def test_no_query_is_told_an_address_in_memory() -> None:
    for query in (
        "&Name",
        "[&Name]",
        "to_string(&Name)",
        "keys(&Name)",
        "{a: [&Name]}",
        "join('', &a)",
    ):
        for form in FORMATS:
            with pytest.raises(ExportError) as refused:
                export(RESPONSE, FORMATS[form], query)
            assert "0x" not in str(refused.value)
