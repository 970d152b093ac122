"""What people outside may see of an answer: only what is allowed, and nothing that identifies."""

import gc
import json
import time
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.domain import parsing, traffic
from experiments.domain.answer import Answer, leaves
from experiments.domain.redaction import Part, Redacted, redact
from tests.support.examples import every_member, variant
from tests.support.scripted_aws import ACCOUNT, description
from tests.support.shapes import json_values

NOTHING: frozenset[Part] = frozenset()
TIMES = {"StartTime", "EndTime", "CreationTime", "CompletionTime", "LastModifiedTime"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service-role/ShadowTestExecution"
KEY_ID = "8f2c1d4e-77aa-4c1b-9e0d-2b6a5f3c9d10"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{KEY_ID}"
ALIAS = f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/ml-data-capture"
BUCKET = f"sagemaker-eu-west-1-{ACCOUNT}"
OWN = {"Arn", "RoleArn", "KmsKey", "DataStorageConfig.KmsKey", "DataStorageConfig.Destination"}


def answer(**members: Any) -> Answer:
    """An answer with every member, as the door to AWS hands it on, and ``members`` over it."""
    identifying = {
        "RoleArn": ROLE,
        "KmsKey": KEY,
        "DataStorageConfig": {"Destination": f"s3://{BUCKET}/team-falcon/v7", "KmsKey": ALIAS},
    }
    whole = description("ranker-v7") | every_member() | identifying
    return Answer(_timed(whole) | members)


def _timed(members: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _timed(value)
        if isinstance(value, dict)
        else "2026-11-19T18:00:00.250000+00:00"
        if name in TIMES
        else value
        for name, value in members.items()
    }


def said(text: str, *shown: Part, **members: Any) -> str:
    """What is left of ``text`` in the description of an otherwise ordinary experiment."""
    redacted = redact(answer(Description=text, **members), frozenset(shown))
    return str(redacted.answer.response["Description"])


def values(redacted: Redacted) -> dict[str, Any]:
    return dict(leaves(redacted.answer.response))


def test_what_identifies_is_left_out_as_a_whole() -> None:
    redacted = redact(answer(), NOTHING)
    assert redacted.hidden == OWN
    assert not OWN & values(redacted).keys()
    assert redacted.answer.response["DataStorageConfig"] == {}


def test_the_sharer_is_told_what_is_hidden_and_what_for() -> None:
    redacted = redact(answer(Description=f"Asked by {ROLE} of {ACCOUNT}."), NOTHING)
    told = {member.path: member for member in redacted.masked}
    assert told["RoleArn"].before == ROLE
    assert told["RoleArn"].after is None
    assert told["RoleArn"].parts == {Part.ROLE}
    assert told["Description"].before == f"Asked by {ROLE} of {ACCOUNT}."
    assert told["Description"].after == "Asked by [ARN hidden] of [account hidden]."
    assert told["Description"].parts == {Part.ACCOUNT, Part.ARNS, Part.ROLE}
    assert told.keys() == OWN | {"Description"}


def test_everything_else_stays_as_it_is() -> None:
    before, after = dict(leaves(answer().response)), values(redact(answer(), NOTHING))
    assert {path: before[path] for path in before.keys() - OWN} == {
        path: after[path] for path in after.keys() - {"DataStorageConfig"}
    }


@pytest.mark.parametrize(
    ("part", "path", "shown"),
    [
        (Part.ARNS, "Arn", "arn:aws:sagemaker:eu-west-1:{}:inference-experiment/ranker-v7"),
        (Part.ROLE, "RoleArn", "arn:aws:iam::{}:role/service-role/ShadowTestExecution"),
        (Part.KMS, "KmsKey", f"arn:aws:kms:eu-west-1:{{}}:key/{KEY_ID}"),
        (Part.KMS, "DataStorageConfig.KmsKey", "arn:aws:kms:eu-west-1:{}:alias/ml-data-capture"),
        (Part.S3, "DataStorageConfig.Destination", "s3://sagemaker-eu-west-1-{}/team-falcon/v7"),
    ],
)
def test_a_chosen_member_is_shown_without_its_account(part: Part, path: str, shown: str) -> None:
    assert values(redact(answer(), frozenset({part})))[path] == shown.format("[account hidden]")
    both = frozenset({part, Part.ACCOUNT})
    assert values(redact(answer(), both))[path] == shown.format(ACCOUNT)


def test_everything_chosen_changes_nothing() -> None:
    text = f"{ROLE} {KEY} s3://{BUCKET}/x https://b.s3.amazonaws.com/k {ACCOUNT} alias/some-key"
    whole = answer(Description=text)
    assert redact(whole, frozenset(Part)) == Redacted(answer=whole)


def test_digits_that_only_some_readers_see_beside_it_do_not_save_a_number() -> None:
    assert said("\u0661\u200b999988887777") == "\u0661\u200b[account hidden]"


FULLWIDTH = "".join(chr(ord("０") + int(digit)) for digit in ACCOUNT)
ARABIC = "".join(chr(ord("٠") + int(digit)) for digit in ACCOUNT)


@pytest.mark.parametrize(
    "text",
    [
        ACCOUNT,
        "999988887777",
        "9999-8888-7777",
        "9999 8888 7777",
        f"x{ACCOUNT}y",
        f"00{ACCOUNT}00",
        f"_{ACCOUNT}_",
        "1234-5678-9012",
        "12 34 56 78 90 12",
        "1.2.3.4.5.6.7.8.9.0.1.2",
        "1234\n5678\n9012",
        FULLWIDTH,
        ARABIC,
        "\u200b".join(ACCOUNT),
        "\u00ad".join(ACCOUNT),
        "\u0301".join(ACCOUNT),
        "\ufe0f\u20e3".join(ACCOUNT),
        "\ufffd".join(ACCOUNT),
        "\ue000".join(ACCOUNT),
        "\x01".join(ACCOUNT),
        "1234\u20105678\u20119012",
        "1234\u00a05678\u202f9012",
        "".join(f"%3{digit}" for digit in ACCOUNT),
        "".join(f"%253{digit}" for digit in ACCOUNT),
        "".join(f"&#{48 + int(digit)};" for digit in ACCOUNT),
        "".join(f"\\u003{digit}" for digit in ACCOUNT),
        "%E2%80%8B".join(ACCOUNT),
        f"%{ACCOUNT}",
        f"\\u00{ACCOUNT}",
    ],
)
def test_an_account_number_is_masked_however_it_is_written(text: str) -> None:
    left = said(f"Of {text}!")
    assert "[account hidden]" in left
    assert sum(letter.isdigit() for letter in left) == 0, left
    assert said(f"Of {text}!", Part.ACCOUNT) == f"Of {text}!"


@pytest.mark.parametrize(
    "text",
    [
        f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:endpoint/other-things",
        f"arn:aws-cn:sagemaker:cn-north-1:{ACCOUNT}:endpoint/other-things",
        f"arn:aws-us-gov:sagemaker:us-gov-west-1:{ACCOUNT}:endpoint/other-things",
        "arn:mars:sagemaker:olympus-1::endpoint/other-things",
        "ARN:AWS:SageMaker:EU-WEST-1:000:endpoint/other-things",
        "xarn:aws:sagemaker:eu-west-1::endpoint/other-things",
        "arn%3Aaws%3Asagemaker%3Aeu-west-1%3A%3Aendpoint%2Fother-things",
        "arn&colon;aws:sagemaker:eu-west-1::endpoint/other-things",
        "ａｒｎ：ａｗｓ：sagemaker:eu-west-1::endpoint/other-things",
        "a\u200brn:aws\u2060:sagemaker:eu-west-1::endpoint/other-things",
        "аrn:aws:sagemaker:eu-west-1::endpoint/other-things",
        "arn:aws:sagemaker:[account hidden]:endpoint/other-things",
    ],
)
def test_an_arn_is_masked_in_every_partition_and_however_it_is_written(text: str) -> None:
    assert said(f"See ({text}).").endswith("[ARN hidden]).")
    assert "things" not in said(text)
    assert "things" in said(text, Part.ARNS)


@pytest.mark.parametrize(
    ("part", "mask", "arn"),
    [
        (Part.ROLE, "[role hidden]", "arn:aws:iam::999988887777:role/Deployers"),
        (Part.ROLE, "[role hidden]", "arn:aws:sts::999988887777:assumed-role/Deployers/me"),
        (Part.KMS, "[key hidden]", f"arn:aws:kms:eu-west-1:999988887777:key/{KEY_ID}"),
        (Part.S3, "[S3 location hidden]", "arn:aws:s3:::deployers/folder"),
    ],
)
def test_an_arn_of_another_part_in_a_text_needs_both(part: Part, mask: str, arn: str) -> None:
    both = frozenset({Part.ARNS, part, Part.ACCOUNT})
    assert said(arn) == "[ARN hidden]"
    assert said(arn, part, Part.ACCOUNT) == "[ARN hidden]"
    assert said(arn, Part.ARNS, Part.ACCOUNT) == mask
    assert said(arn, *both) == arn


@pytest.mark.parametrize(
    "text",
    [
        "s3://some-data/deep/er",
        "S3://some-data",
        "s3a://some-data/x",
        "s3%3A%2F%2Fsome-data%2Fx",
        "https://some-data.s3.amazonaws.com/deep?x=1",
        "https://some-data.s3.eu-west-1.amazonaws.com/deep",
        "https://s3.eu-west-1.amazonaws.com/some-data/deep",
        "https://s3-eu-west-1.amazonaws.com/some-data/deep",
        "http://some-data.s3-website-eu-west-1.amazonaws.com",
        "https://some-data.s3.dualstack.eu-west-1.amazonaws.com.cn/x",
        "some-data.s3.amazonaws.com/x",
        "https://s3.console.aws.amazon.com/s3/buckets/some-data",
        "https://eu-west-1.console.aws.amazon.com/s3/buckets/some-data",
    ],
)
def test_a_place_in_s3_is_masked_however_it_is_addressed(text: str) -> None:
    assert said(f"Cannot write to {text}.") == "Cannot write to [S3 location hidden]."
    assert said(text, Part.S3) == text


@pytest.mark.parametrize(
    ("text", "mask", "part"),
    [
        (KEY_ID, "[key hidden]", Part.KMS),
        (KEY_ID.upper(), "[key hidden]", Part.KMS),
        (KEY_ID.replace("-", ""), "[key hidden]", Part.KMS),
        ("0f0f0f0f-1111-4222-8333-abcdefabcdef", "[key hidden]", Part.KMS),
        ("mrk-" + "0a" * 16, "[key hidden]", Part.KMS),
        ("alias/somebody", "[key hidden]", Part.KMS),
        ("ml-data-capture", "[key hidden]", Part.KMS),
        ("role/Somebody", "[role hidden]", Part.ROLE),
        ("assumed-role/Somebody/i-0", "assumed-[role hidden]", Part.ROLE),
        ("shadowtestexecution", "[role hidden]", Part.ROLE),
        ("ShadowTest\u200bExecution", "[role hidden]", Part.ROLE),
        ("xShadowTestExecution2", "x[role hidden]2", Part.ROLE),
        ("Shadow%54estExecution", "[role hidden]", Part.ROLE),
        ("roles/details/Somebody", "[role hidden]", Part.ROLE),
        ("AKIAIOSFODNN7EXAMPLE", "[account hidden]", Part.ACCOUNT),
        ("AmazonSageMaker-ExecutionRole-x", "[role hidden]", Part.ROLE),
        (BUCKET.upper(), "[S3 location hidden]", Part.S3),
        ("team-falcon/v7", "[S3 location hidden]", Part.S3),
    ],
)
def test_keys_roles_and_the_answers_own_names_are_masked(text: str, mask: str, part: Part) -> None:
    assert said(f"That is '{text}'.") == f"That is '{mask}'."
    assert said(text, part, Part.ACCOUNT) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The production variant did not pass its health check: 503 of 20000 requests failed.",
        "Learn: more: about ml.m5.xlarge; call +49 30 1234567 at 2026-11-19 18:00:00 UTC",
        "A 16-digit number is 4444333322221111; S3 and KMS and the role of s3 are only words",
        "[account hidden] [ARN hidden] [role hidden] [key hidden] [S3 location hidden]",
    ],
)
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert said(text) == text


def test_what_one_text_names_is_found_in_another() -> None:
    named = "arn:aws:iam::999988887777:role/Scout-7 may not read s3://scouts-data/x."
    text = "Scout-7 of 9999/8888/7777 and scouts-data"
    left = "[role hidden] of [account hidden] and [S3 location hidden]"
    assert said(text, StatusReason=named) == left


def test_a_name_of_some_length_is_found_as_a_whole_token_only() -> None:
    role = "arn:aws:iam::111122223333:role/Scout-7"
    text = "Scout-7, (SCOUT-7) and Boyscout-77"
    left = "[role hidden], ([role hidden]) and Boyscout-77"
    assert said(text, RoleArn=role) == left


@pytest.mark.parametrize(
    "destination",
    ["https://acme-capture.s3.eu-west-1.amazonaws.com/x", "https://s3.amazonaws.com/acme-capture"],
)
def test_the_bucket_of_a_web_address_is_found_too(destination: str) -> None:
    left = said("Bucket acme-capture", DataStorageConfig={"Destination": destination})
    assert left == "Bucket [S3 location hidden]"


def test_a_member_that_passes_for_another_does_not_save_it() -> None:
    spoof = {
        "RoleArn\u200b": "x",
        "DataStorageConfig.KmsKey": "x",
        "Extra": {"Name": "team-falcon/v7"},
    }
    assert said("ml-data-capture, team-falcon/v7", **spoof) == "[key hidden], [S3 location hidden]"


def test_a_short_or_ordinary_name_is_not_looked_for() -> None:
    role = "arn:aws:iam::111122223333:role/Admin"
    capture = {"Destination": "s3://photos/production", "KmsKey": "alias/hidden"}
    text = "The Admin of photos in production: hidden, [role hidden]"
    assert said(text, RoleArn=role, DataStorageConfig=capture) == text


def test_a_folder_named_after_the_experiment_does_not_hide_its_name() -> None:
    capture = {"Destination": "s3://acme-capture/ranker-v7"}
    redacted = redact(answer(DataStorageConfig=capture), NOTHING)
    assert redacted.answer.response["Name"] == "ranker-v7"


def test_every_text_is_looked_at() -> None:
    variants = [variant(f"p-{ACCOUNT}", Status=f"Odd{ACCOUNT}", ModelName=f"{ACCOUNT}")]
    endpoint = {"EndpointName": ACCOUNT, "EndpointStatus": ACCOUNT, "FailureReason": ACCOUNT}
    types = {"CsvContentTypes": [f"text/{ACCOUNT}"], "JsonContentTypes": [ACCOUNT]}
    whole = answer(
        Name=ACCOUNT,
        Type=ACCOUNT,
        Status=ACCOUNT,
        StatusReason=ACCOUNT,
        EndpointMetadata=endpoint,
        ModelVariants=variants,
        DataStorageConfig={"Destination": "s3://x", "ContentType": types},
    )
    redacted = redact(whole, NOTHING)
    assert ACCOUNT not in json.dumps(redacted.answer.response)
    assert {path for path, value in leaves(whole.response) if ACCOUNT in str(value)} == {
        member.path for member in redacted.masked if ACCOUNT in member.before
    }


@pytest.mark.parametrize(
    "members",
    [
        {"BrandNew": "secret"},
        {"Tags": [{"Key": "secret"}]},
        {"Schedule": {"Cadence": "secret"}},
        {"EndpointMetadata": {"EndpointName": "r", "Extra": {"Deep": "secret"}}},
        {"Schedule.StartTime": "secret", "EndpointMetadata.EndpointName": "secret"},
        {"ModelVariants[0].ModelName": "secret"},
        {"": "secret", "Ｎame": "secret"},
        {"Description": {"Text": "secret"}},
        {"Description": ["secret"]},
        {"StatusReason": [["secret"]]},
        {"ShadowModeConfig": "secret"},
        {"ShadowModeConfig": [["secret"]]},
        {"CreationTime": "secret"},
        {"Schedule": {"StartTime": "secret", "EndTime": {"secret": 1}}},
        {
            "DataStorageConfig": {
                "Destination": "s3://x",
                "ContentType": {"CsvContentTypes": "secret"},
            }
        },
        {"Schedule": ["secret"]},
    ],
)
def test_what_is_not_allowed_or_has_another_type_is_left_out(members: dict[str, Any]) -> None:
    whole = answer(**members)
    redacted = redact(Answer(whole.response, {"Secret.Member": "secret"}), frozenset(Part))
    assert "secret" not in redacted.answer.to_text()
    assert redacted.answer.unmodelled == {}
    assert not any("ecret" in member.path for member in redacted.masked)
    assert parsing.other_fields(redacted.answer) == ()


def test_a_redacted_answer_says_that_capture_is_on_but_not_where() -> None:
    experiment = parsing.parse(redact(answer(), NOTHING).answer)
    assert experiment.arn is None
    assert experiment.role_arn is None
    assert experiment.data_capture is not None
    assert experiment.data_capture.destination is None
    assert traffic.capture_prefixes(experiment) == ()


def rendered(template: str, redacted: Redacted, **context: Any) -> BeautifulSoup:
    experiment = parsing.parse(redacted.answer)
    page = {"experiment": experiment, "now": None, "zone": None} | context
    return BeautifulSoup(render_to_string(template, page), "html5lib")


def test_a_page_says_hidden_where_something_is_hidden() -> None:
    redacted = redact(Answer(_untimed(answer().response)), NOTHING)
    for template, paths in {
        "experiments/_details.html": {"Arn", "RoleArn", "KmsKey"},
        "experiments/_capture.html": OWN - {"Arn", "RoleArn", "KmsKey"},
    }.items():
        page = rendered(template, redacted, hidden=redacted.hidden)
        assert [block.get_text() for block in page.select(".redact")] == ["hidden"] * len(paths)
        assert not paths & {str(field["data-field"]) for field in page.select("[data-field]")}
        assert not page.select(".redact ~ [data-copy], :has(> .redact) ~ [data-copy]")


def test_a_page_says_that_aws_gives_none_where_nothing_was_given() -> None:
    bare = Answer(description("bare", EndpointMetadata={"EndpointName": "r"}))
    redacted = redact(bare, NOTHING)
    page = rendered("experiments/_details.html", redacted, hidden=redacted.hidden)
    assert len(page.select(".redact")) == 1
    assert "AWS gives none" in page.get_text()


def _untimed(response: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in response.items() if name not in {*TIMES, "Schedule"}}


# What must not be found, by part; each is telling enough to be looked for by itself.
CANARIES = {
    Part.ACCOUNT: "424242987654",
    Part.ROLE: "CanaryExecutor7",
    Part.KMS: "c0ffee00-dead-4bee-8fee-facade012345",
    Part.S3: "canary-bucket-77",
}
FORMS = [
    *CANARIES.values(),
    "arn:aws:iam::424242987654:role/path/CanaryExecutor7",
    "arn:aws-cn:kms:cn-north-1:424242987654:key/c0ffee00-dead-4bee-8fee-facade012345",
    "arn:aws:sagemaker:eu-west-1:424242987654:endpoint/r",
    "arn:aws:s3:::canary-bucket-77/a",
    "s3://canary-bucket-77/a,b",
    "https://canary-bucket-77.s3.eu-west-1.amazonaws.com/",
    "4242-4298-7654",
    "role/CanaryExecutor7",
    "%63anary-bucket-77",
]
# No letter or digit beside a canary, which would make another word of it.
glue = st.text(st.sampled_from(" .,:;()[]{}\"'<>/=@%&#\\\n\u200b–🦆"), min_size=1, max_size=3)
planted = st.lists(st.tuples(glue, st.sampled_from(FORMS)), max_size=3).map(
    lambda pieces: "".join(before + form for before, form in pieces)
)
fragments = st.lists(
    st.sampled_from(FORMS)
    | st.sampled_from(["arn:aws:", "role/", "s3://", "[key hidden]", "1234", "%3", "&#4", "alias/"])
    | st.sampled_from("1aA:-/ \ue000[]%")
    | st.text(max_size=5),
    max_size=8,
).map("".join)


@st.composite
def answers(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> Answer:
    """Any modelled members with any texts, and others that no model has."""
    whole = answer(
        Arn="arn:aws:sagemaker:eu-west-1:424242987654:inference-experiment/x",
        RoleArn="arn:aws:iam::424242987654:role/CanaryExecutor7",
        KmsKey="arn:aws:kms:eu-west-1:424242987654:key/c0ffee00-dead-4bee-8fee-facade012345",
        DataStorageConfig={
            "Destination": "s3://canary-bucket-77/deep",
            "KmsKey": "c0ffee00-dead-4bee-8fee-facade012345",
            "ContentType": {"CsvContentTypes": ["a", "b"], "JsonContentTypes": ["c"]},
        },
    )
    response = json.loads(json.dumps(whole.response))
    for name in draw(st.sets(st.sampled_from(["Schedule", "Description", "KmsKey"]))):
        del response[name]
    _replant(response, draw, texts, "")
    response |= {f"New{n}": draw(json_values) for n in range(draw(st.integers(0, 1)))}
    return Answer(response, {"ModelVariants[0].New": draw(texts)})


def _replant(value: Any, draw: st.DrawFn, texts: st.SearchStrategy[str], path: str) -> None:
    for step, member in list(value.items() if isinstance(value, dict) else enumerate(value)):
        inner = f"{path}.{step}".lstrip(".")
        if isinstance(member, dict | list):
            _replant(member, draw, texts, inner)
        elif isinstance(member, str) and step not in TIMES and inner not in OWN:
            value[step] = draw(texts)


@settings(max_examples=50)
@given(whole=answers(planted))
def test_no_canary_survives_but_that_of_the_chosen_part(whole: Answer) -> None:
    for shown in [NOTHING, *(frozenset({part}) for part in Part)]:
        left = json.dumps(redact(whole, shown).answer.response, ensure_ascii=False).lower()
        for part, canary in CANARIES.items():
            assert part in shown or canary.lower() not in left, (part, shown)


@settings(max_examples=50)
@given(whole=answers(fragments), shown=st.frozensets(st.sampled_from(Part)))
def test_redacting_again_changes_nothing_and_what_is_left_parses(
    whole: Answer, shown: frozenset[Part]
) -> None:
    once = redact(whole, shown).answer
    again = redact(once, shown)
    assert again.answer == once
    parsing.parse(once)
    assert parsing.other_fields(once) == ()
    paths = {path for path, _ in leaves(once.response)}
    assert not any("New" in path for path in paths)


HOSTILE = {
    "digits": "1",
    "account with gaps": "1---",
    "the account": ACCOUNT,
    "arns": "arn:aws:",
    "colons": "arn:aws::::",
    "s3": "s3-",
    "schemes": "s3://",
    "hex": "abcdef01-",
    "escapes": "%25",
    "roles": "role/",
    "the role": "ShadowTestExecution-",
    "marks": "\u0301",
    "brackets": "[key hidden",
    "masks": "[key hidden]",
    "punctuation": "role/.",
    "addresses": "https://s3x.",
    "roles of SageMaker": "amazonsagemaker",
}


@pytest.mark.parametrize("pattern", HOSTILE.values(), ids=HOSTILE)
def test_a_long_text_takes_time_in_proportion(pattern: str) -> None:
    def seconds(length: int) -> float:
        whole = answer(Description=(pattern * length)[:length])
        started = time.process_time()
        redact(whole, NOTHING)
        return time.process_time() - started

    # The best of several tries, because the machine does other things too, and without collecting
    # the garbage of all other tests. By the square it would take sixteen times as long.
    gc.disable()
    try:
        assert min(seconds(200_000) for _ in range(3)) < 9 * min(seconds(50_000) for _ in range(3))
    finally:
        gc.enable()
