"""Several sources: the file that describes them, and pages that never mix them up."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import sources
from tests.support import faults
from tests.support.pages import fields, parse, problem, words
from tests.support.portal import REPOSITORY, free_port, running_portal
from tests.support.scripted_aws import ACCOUNT, Answer, ScriptedAws, description
from tests.support.starting import Page, ask, start

KEYS = (
    "region, profile, role_arn, external_id, endpoint_url, verify_ssl, ca_bundle, sign_requests, "
    "connect_timeout, read_timeout, calls_per_second, groups"
)
SECONDS = "a number of seconds from 0 (never times out) to 3600"

Write = Callable[..., dict[str, str]]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write the file of sources; gives the variable that names it, which is also set here."""

    def write(text: str | bytes) -> dict[str, str]:
        file = tmp_path / "sources.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        monkeypatch.setenv("PORTAL_SOURCES", str(file))
        return {"PORTAL_SOURCES": str(file)}

    return write


def refusal() -> str:
    with pytest.raises(SystemExit) as refused:
        sources.sources(REPOSITORY)
    return str(refused.value)


# What stands in the file, and the line without the file's path (as FILE).
MISTAKES = [
    ("", "PORTAL_SOURCES must be a file with at least one table [sources.<name>] (got FILE: none)"),
    (
        "[sources]\n",
        "PORTAL_SOURCES must be a file with at least one table [sources.<name>] (got FILE: none)",
    ),
    (
        "# canary\n[sources.a]\nregion = eu-west-1\n",
        "PORTAL_SOURCES must be a TOML file (got FILE: broken in line 3)",
    ),
    (
        '[sources.a]\nregion = "canary"\n[sources.a]\n',
        "PORTAL_SOURCES must be a TOML file (got FILE: broken in line 3)",
    ),
    # Where a parser says no more than that the document ended.
    (
        "[sources.a]\n\nregion = [\n\n\n",
        "PORTAL_SOURCES must be a TOML file (got FILE: broken in line 3)",
    ),
    (
        "a = " + "[" * 5000,
        "PORTAL_SOURCES must be a TOML file (got FILE: broken, RecursionError)",
    ),
    (
        "a = " + "9" * 5000,
        "PORTAL_SOURCES must be a TOML file (got FILE: broken, ValueError)",
    ),
    (
        b'[sources.a]\nregion = "\xff"\n',
        "PORTAL_SOURCES must be a readable text file (got FILE: UnicodeDecodeError)",
    ),
    (
        "#" * (sources.LARGEST_FILE + 1),
        "PORTAL_SOURCES must be a file of at most 1 MiB (got FILE: a larger one)",
    ),
    (
        '[source.a]\nregion = "canary"\n',
        (
            "PORTAL_SOURCES: line 1, every key in FILE must be in a table [sources.<name>] "
            '(got "source")'
        ),
    ),
    (
        "sources = []\n",
        "PORTAL_SOURCES: line 1, sources in FILE must be tables [sources.<name>] (got a list)",
    ),
    (
        '[sources]\nregion = "eu-west-1"\n',
        (
            "PORTAL_SOURCES: line 2, sources.region in FILE must be a table [sources.region] "
            '(got "eu-west-1")'
        ),
    ),
    (
        "[[sources.a]]\n",
        "PORTAL_SOURCES: line 1, sources.a in FILE must be a table [sources.a] (got a list)",
    ),
    (
        '[sources.a]\nregoin = "canary"\n',
        (
            f"PORTAL_SOURCES: line 2, each key of sources.a in FILE must be one of {KEYS} "
            '(got "regoin")'
        ),
    ),
    (
        '[sources.a]\n"x\\ny" = "canary"\n',
        (
            f"PORTAL_SOURCES: line 2, each key of sources.a in FILE must be one of {KEYS} "
            '(got "x\\ny")'
        ),
    ),
]
MISTAKES += [
    (
        f'[sources."{name}"]\n',
        (
            "PORTAL_SOURCES: line 1, the name of a source in FILE must be 1 to 40 of a-z and 0-9, "
            f"with single hyphens between them (got {shown})"
        ),
    )
    for name, shown in (
        ("", '""'),
        ("Prod", '"Prod"'),
        ("-prod", '"-prod"'),
        ("prod-", '"prod-"'),
        ("prod--eu", '"prod--eu"'),
        ("prod_eu", '"prod_eu"'),
        ("prod/eu", '"prod/eu"'),
        ("prod\\n", '"prod\\n"'),
        ("prüd", '"pr\\u00fcd"'),
        ("a" * 41, f'"{"a" * 41}"'),
        ("a" * 500, f'"{"a" * 60}\\u2026"'),
    )
]
MISTAKES += [
    (
        f"[sources.b]\n[sources.a]\n{key} = {value}\n",
        f"PORTAL_SOURCES: line 3, sources.a.{key} in FILE must be {allowed} (got {shown})",
    )
    for key, allowed, value, shown in (
        ("region", 'a region such as "eu-west-1"', "1", "1"),
        ("region", 'a region such as "eu-west-1"', '""', '""'),
        ("region", 'a region such as "eu-west-1"', '"eu\\nwest"', '"eu\\nwest"'),
        ("region", 'a region such as "eu-west-1"', '["canary"]', "a list"),
        ("region", 'a region such as "eu-west-1"', '"Ireland"', '"Ireland"'),
        ("region", 'a region such as "eu-west-1"', '"eu-west-1a"', '"eu-west-1a"'),
        (
            "profile",
            "the name of a profile of ~/.aws/config or ~/.aws/credentials",
            '{ aws_secret_access_key = "canary" }',
            "a table",
        ),
        ("connect_timeout", SECONDS, '"2"', '"2"'),
        ("connect_timeout", SECONDS, "-1", "-1"),
        ("read_timeout", SECONDS, "true", "true"),
        ("read_timeout", SECONDS, "nan", "nan"),
        ("read_timeout", SECONDS, "inf", "a very large number"),
        ("read_timeout", SECONDS, "0x" + "f" * 6000, "a very large number"),
        ("read_timeout", SECONDS, "2026-11-23", "a date or a time"),
        ("calls_per_second", "a number from 0.01 to 100", "0", "0"),
        ("calls_per_second", "a number from 0.01 to 100", "100.5", "100.5"),
        ("groups", "a list of at least one name of a group, without commas", '"ml"', '"ml"'),
        ("groups", "a list of at least one name of a group, without commas", "[]", "a list"),
        (
            "groups",
            "a list of at least one name of a group, without commas",
            '["ml,ops"]',
            "a list",
        ),
        ("groups", "a list of at least one name of a group, without commas", '["ml", 1]', "a list"),
    )
]
MISTAKES += [
    (
        f'[sources.a]\nendpoint_url = "{value}"\n',
        (
            "PORTAL_SOURCES: line 2, sources.a.endpoint_url in FILE must be an address such as "
            f'"https://…", without user and query (got {shown})'
        ),
    )
    for value, shown in (
        ("127.0.0.1:5000", '"127.0.0.1:5000"'),
        ("ftp://127.0.0.1", '"ftp://127.0.0.1"'),
        ("https://", '"https://"'),
        ("https://[::1", '"https://[::1"'),
        ("https://a:99999", '"https://a:99999"'),
        ("https://a b", '"https://a b"'),
        ("https://me:canary@a", "an address with more than that"),
        ("https://a?key=canary", "an address with more than that"),
    )
]


@pytest.mark.parametrize(("text", "line"), MISTAKES)
def test_each_mistake_has_its_line(write: Write, text: str | bytes, line: str) -> None:
    file = write(text)["PORTAL_SOURCES"]
    said = refusal()
    assert said == line.replace("FILE", f'"{file}"')
    assert "\n" not in said
    assert "canary" not in said


def test_a_mistake_in_the_file_stops_the_start(write: Write) -> None:
    file = write("[sources.prod-eu]\nregion = 7\n")
    assert start(file).error == (
        f'PORTAL_SOURCES: line 2, sources.prod-eu.region in "{file["PORTAL_SOURCES"]}" must be a '
        'region such as "eu-west-1" (got 7)\n'
    )


@pytest.mark.parametrize(("name", "reason"), [("none.toml", "FileNotFound"), (".", "IsADirectory")])
def test_a_file_that_cannot_be_read_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, reason: str
) -> None:
    monkeypatch.setenv("PORTAL_SOURCES", str(tmp_path / name))
    assert refusal() == (
        f'PORTAL_SOURCES must be a readable text file (got "{tmp_path / name}": {reason}Error)'
    )


def test_a_relative_file_stands_in_the_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sources.toml").write_text("[sources.here]\n")
    monkeypatch.setenv("PORTAL_SOURCES", "sources.toml")
    assert list(sources.sources(tmp_path)) == ["here"]


def test_the_file_is_read_in_its_order(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        '[sources.z-1]\nregion = "eu-west-1"\nprofile = "my team"\n'
        'endpoint_url = "https://vpce-1.example.org:8443/below"\n'
        "connect_timeout = 0\nread_timeout = 2.5\ncalls_per_second = 100\n"
        f"[sources.{'a' * 40}]\n"
    )
    monkeypatch.setenv("PORTAL_CALLS_PER_SECOND", "0.01")
    read = sources.sources(REPOSITORY)
    assert list(read) == ["z-1", "a" * 40]
    assert read["z-1"] == {
        "region": "eu-west-1",
        "profile": "my team",
        "endpoint_url": "https://vpce-1.example.org:8443/below",
        "connect_timeout": 0,
        "read_timeout": 2.5,
        "calls_per_second": 100,
        "lines": {
            "region": 2,
            "profile": 3,
            "endpoint_url": 4,
            "connect_timeout": 5,
            "read_timeout": 6,
            "calls_per_second": 7,
        },
    }
    # What a source does not say of its budget, the variable says.
    assert read["a" * 40] == {"calls_per_second": 0.01, "lines": {}}


@pytest.mark.parametrize(("value", "budget"), [("", 1.0), ("0.01", 0.01), ("5", 5.0), ("100", 100)])
def test_without_the_file_there_is_one_source(
    monkeypatch: pytest.MonkeyPatch, value: str, budget: float
) -> None:
    monkeypatch.setenv("PORTAL_CALLS_PER_SECOND", value)
    assert sources.sources(REPOSITORY) == {"default": {"calls_per_second": budget}}


@pytest.mark.parametrize(
    "value", ["0", "0.001", "100.01", "101", "-1", "nan", "inf", "1_0", " 1 ", "٣", "1e1", "1,5"]
)
def test_a_budget_is_a_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORTAL_CALLS_PER_SECOND", value)
    assert refusal() == (
        f"PORTAL_CALLS_PER_SECOND must be a number from 0.01 to 100 (got {json.dumps(value)})"
    )


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9](-?[a-z0-9]){0,39}", fullmatch=True),
        st.integers(0, 3600),
        min_size=1,
    )
)
def test_every_name_of_the_pattern_is_one(
    tmp_path_factory: pytest.TempPathFactory, described: dict[str, int]
) -> None:
    file = tmp_path_factory.mktemp("sources") / "sources.toml"
    file.write_text(
        "".join(f"[sources.{name}]\nread_timeout = {n}\n" for name, n in described.items())
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_SOURCES", str(file))
        read = sources.sources(REPOSITORY)
    assert [(name, keys["read_timeout"]) for name, keys in read.items()] == [*described.items()]


class LabelledAws(ScriptedAws):
    """Has an experiment of every name, and its descriptions say whose they are."""

    def __init__(self, label: str, region: str) -> None:
        super().__init__()
        self.label, self.region = label, region

    def answer(self, operation: str, arguments: dict[str, Any]) -> Answer:
        if operation == "ListInferenceExperiments":
            return super().answer(operation, arguments)
        name = arguments["Name"]
        arn = f"arn:aws:sagemaker:{self.region}:{ACCOUNT}:inference-experiment/{name.lower()}"
        body = description(name, Arn=arn, Description=f"{self.label}: {name}")
        return Answer(json.dumps(body).encode())


# Names that would be one if source and name were joined, and if capitals did not count.
SOURCES = {"a": "eu-west-1", "a-a": "us-east-1", "a-a-a": "eu-west-1"}
LOOKS = st.tuples(st.sampled_from([*SOURCES]), st.from_regex("[aA](-[aA]){0,2}", fullmatch=True))


@pytest.fixture(scope="module")
def portal_of_several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("several") / "sources.toml"
    answering = {name: LabelledAws(name, region) for name, region in SOURCES.items()}
    # The last one says nothing of its endpoint, so it is the standard variable's.
    file.write_text(
        "".join(
            f'[sources.{name}]\nregion = "{aws.region}"\n'
            + (f'endpoint_url = "{aws.url}"\n' if name != "a-a-a" else "")
            for name, aws in answering.items()
        )
    )
    with running_portal(answering["a-a-a"].url, PORTAL_SOURCES=str(file)) as url:
        yield url


@settings(max_examples=15)
@given(st.lists(LOOKS, min_size=1, max_size=6))
def test_answers_of_two_sources_never_mix(
    portal_of_several: str, looks: list[tuple[str, str]]
) -> None:
    for source, name in looks:
        for poll in ("", "status/"):
            address = f"{portal_of_several}/experiments/{source}/{name}/{poll}"
            with urllib.request.urlopen(address, timeout=20) as response:
                page = parse(Page(response.status, response.read()))
            assert fields(page)["Description"] == [f"{source}: {name}"]
            region = SOURCES[source]
            assert fields(page)["Arn"][0].split(":")[3] == region
            if not poll:
                assert words(page.select_one(".crumb")).endswith(f"{source} · {region}")


def test_a_source_that_nobody_set_up_has_its_page(write: Write) -> None:
    file = write("[sources.a]\n[sources.b]\n")
    pages, log = ask(file, "/?source=c", "/?source=%3Cb%3E%00", "/experiments/default/x/")
    for page in pages:
        assert (page.status_code, problem(parse(page))) == (404, "unknown-source"), log
    assert "<b>" not in pages[1].content.decode()


def signed(aws: ScriptedAws, name: str, region: str) -> list[str]:
    """Let ``name`` exist; the list gets who signed each call for it, and for which region."""
    signatures: list[str] = []
    arn = f"arn:aws:sagemaker:{region}:{ACCOUNT}:inference-experiment/{name}"
    body = json.dumps(description(name, Arn=arn)).encode()

    def write(handler: BaseHTTPRequestHandler) -> None:
        credential = handler.headers["Authorization"].partition("Credential=")[2].split("/")
        signatures.append(f"{credential[0]} {credential[2]} {credential[3]}")
        signatures.extend(filter(None, [handler.headers["X-Amz-Security-Token"]]))
        faults.head(handler, len(body))
        handler.wfile.write(body)

    aws.writes(name, write)
    return signatures


def test_each_source_signs_with_its_own_profile(write: Write, tmp_path: Path) -> None:
    aws = ScriptedAws()
    config = tmp_path / "config"
    config.write_text(
        "[profile prod]\naws_access_key_id = KEYPROD\naws_secret_access_key = x\n"
        '[profile "lab team"]\naws_access_key_id = KEYLAB\naws_secret_access_key = x\n'
        "region = us-west-2\n[profile empty]\noutput = json\n"
    )
    file = write(
        '[sources.prod]\nprofile = "prod"\nregion = "eu-central-1"\n'
        '[sources.prod-us]\nprofile = "prod"\nregion = "us-east-1"\n'
        '[sources.lab]\nprofile = "lab team"\n'
        '[sources.plain]\nregion = "eu-west-1"\n'
        '[sources.empty]\nprofile = "empty"\nregion = "eu-west-1"\n'
    )
    variables = file | {
        "AWS_CONFIG_FILE": str(config),
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_REGION": "",
        "AWS_ACCESS_KEY_ID": "KEYENV",
        "AWS_SESSION_TOKEN": "token-of-env",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    expected = {
        "prod": ("eu-central-1", ["KEYPROD eu-central-1 sagemaker"]),
        "prod-us": ("us-east-1", ["KEYPROD us-east-1 sagemaker"]),
        "lab": ("us-west-2", ["KEYLAB us-west-2 sagemaker"]),
        "plain": ("eu-west-1", ["KEYENV eu-west-1 sagemaker", "token-of-env"]),
        # The variables' credentials are not those of this profile, so there are none.
        "empty": ("eu-west-1", []),
    }
    signatures = {name: signed(aws, name, region) for name, (region, _) in expected.items()}
    pages, log = ask(variables, *(f"/experiments/{name}/{name}/" for name in expected))
    assert signatures == {name: by for name, (_, by) in expected.items()}
    *served, without = pages
    assert [page.status_code for page in served] == [200] * 4, log
    assert (without.status_code, problem(parse(without))) == (503, "expired-credentials")


def test_what_makes_no_client_is_named_by_its_key(write: Write, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[profile bare]\noutput = json\n[profile own]\nregion = us-west-2\n")
    file = write(
        '[sources.a]\nprofile = "missing"\nregion = "eu-west-1"\n'
        '[sources.c]\nprofile = "bare"\n'
        '[sources.d]\nprofile = "own"\nendpoint_url = "https://no_host!"\n'
        '[sources.fine]\nprofile = "own"\n'
        '[sources.plain]\nregion = "eu-west-1"\n'
    )
    variables = file | {
        "AWS_CONFIG_FILE": str(config),
        "AWS_REGION": "",
        "AWS_PROFILE": "nobody",
        "PORT": str(free_port()),
    }
    started = start(variables, "-m", "portal.server")
    profile = "a profile of ~/.aws/config or ~/.aws/credentials"
    assert started.code == 1
    assert started.error.splitlines() == [
        f'Source a: line 2, profile in PORTAL_SOURCES must be {profile} (got "missing")',
        (
            "Source c: region in PORTAL_SOURCES must be set, or AWS_REGION, or a region of the "
            'profile "bare" (got nothing)'
        ),
        (
            "Source d: line 8, endpoint_url in PORTAL_SOURCES must be an address such as "
            '"https://…" (got "https://no_host!")'
        ),
        # What the file does not say is still named by its variable.
        f'Source plain: AWS_PROFILE must be {profile} (got "nobody")',
    ]


def test_zero_never_times_out(write: Write) -> None:
    aws = ScriptedAws()
    body = json.dumps(description("slow")).encode()

    def after(pause: float) -> Callable[[BaseHTTPRequestHandler], None]:
        def write(handler: BaseHTTPRequestHandler) -> None:
            time.sleep(pause)
            with suppress(OSError):
                faults.head(handler, len(body))
                handler.wfile.write(body)

        return write

    file = write(
        "[sources.patient]\nconnect_timeout = 0\nread_timeout = 0\n"
        "[sources.hasty]\nread_timeout = 0.2\n"
    ) | {"AWS_ENDPOINT_URL": aws.url}
    # Longer than what a source waits for that does not say.
    aws.writes("slow", after(5.5))
    (page,), log = ask(file, "/experiments/patient/slow/")
    assert page.status_code == 200, log
    aws.writes("slow", after(1.0))
    (page,), log = ask(file, "/experiments/hasty/slow/")
    assert (page.status_code, problem(parse(page))) == (503, "unreachable"), log
