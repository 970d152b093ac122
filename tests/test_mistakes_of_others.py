"""The mistakes that others have made and fixed, each as a test under the name of its report.

What belongs to them and has tests elsewhere: who may revoke a link (tests/test_authorisation.py),
secrets in errors and logs (tests/test_canaries.py), refused keys (tests/test_settings.py), and one
bad record that stops all others (tests/test_watcher.py).
"""

import base64
import os
import pickle
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.conf import settings as configured
from django.core import signing
from django.test import Client

from experiments.people import identity
from tests.support import people
from tests.support.authorisation import FORM_TOKEN, LINK
from tests.support.fleet import forget
from tests.support.pages import parse
from tests.support.portal import REPOSITORY
from tests.support.scripted_aws import ScriptedAws
from tests.support.starting import start_all

# `make soak` asks for 10,000.
USERNAMES = int(os.environ.get("SOAK_USERNAMES", "200"))
HERE = "testserver"


@pytest.fixture(autouse=True)
def _password(settings: Any) -> Iterator[None]:
    settings.PORTAL_LOGIN = "password"
    identity.forget()
    # The first look at the fleet would wait while what earlier tests have left is described.
    forget()
    yield
    identity.forget()


def address(name: str, rest: str = "") -> str:
    return f"/experiments/default/{name}/{rest}"


def made(browser: Client, name: str, **choices: object) -> str:
    """The token of a new link, made with the form of its page."""
    usual = {"kind": "live", "audience": "anyone", "hours": "24"}
    form = usual | {"form": secrets.token_urlsafe(24)} | choices
    answer = browser.post(address(name, "share/"), form)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    token = LINK.search(answer.content.decode())
    assert token
    return token[1]


def number_of(token: str) -> int:
    from experiments.models import ShareLink
    from experiments.sharing.link import digest

    return ShareLink.objects.get(digest=digest(token)).pk


def told(answer: Any) -> tuple[int, dict[str, str], str]:
    """All of an answer but its token against forged forms."""
    return answer.status_code, dict(answer.items()), FORM_TOKEN.sub("", answer.content.decode())


# Share links


@pytest.mark.parametrize("end", ["", "/", "/status/", "/experiment.json", "/status/?seen=1"])
def test_grafana_cve_2021_39226_no_literal_opens_a_link(
    scripted_aws: ScriptedAws, end: str
) -> None:
    name = f"literal-{secrets.token_hex(4)}"
    scripted_aws.describes(name)
    sharer = people.browser_of("sharer")
    revoked = made(sharer, name)
    assert sharer.post(f"/links/{number_of(revoked)}/revoke/").status_code == 303
    never = secrets.token_urlsafe(32)
    expected = told(Client().get(f"/s/{never}/"))
    assert expected[0] == 404
    literals = [":key", "<token>", "0", "1", "-1", "null", "undefined", "None", "true", "*", "%"]
    literals += [
        "",
        "%00",
        "%0a",
        "..",
        "../../metrics",
        "..%2f..%2fmetrics",
        "%2e%2e/",
        "' OR 1=1--",
    ]
    literals += ["a" * 42, "a" * 44, "a" * 5000, "=" * 43, "é" * 43, f"{never}%0a", f"{never}%00"]
    literals += [
        revoked,
        revoked.swapcase(),
        _expired(name),
        never[:-1] + "%",
        str(number_of(revoked)),
    ]
    for literal in literals:
        answer = Client().get(f"/s/{quote(literal, safe='%/<>*:')}{end}")
        assert told(answer) == expected, literal
        answer = Client().post(f"/s/{quote(literal, safe='%/<>*:')}{end}")
        assert (answer.status_code, answer.content) == (405, b""), literal


def _expired(name: str) -> str:
    from experiments.domain.person import Person, Role
    from experiments.sharing import links
    from experiments.sharing.link import Wanted

    wanted = Wanted(source="default", name=name, form=secrets.token_urlsafe(24))
    sharer = Person(name="somebody", role=Role.SHARER)
    return links.make(wanted, sharer, datetime.now(UTC) - timedelta(days=8), None)[1]


@pytest.mark.parametrize("role", ["nobody", "viewer", "sharer"])
def test_grafana_cve_2024_1313_and_2026_28380_others_end_no_link(
    scripted_aws: ScriptedAws, role: str
) -> None:
    name = f"not-yours-{secrets.token_hex(4)}"
    scripted_aws.describes(name)
    token = made(people.browser_of("sharer"), name)
    other = Client() if role == "nobody" else people.browser_of(role)
    number = number_of(token)
    for method in ("get", "head", "post", "put", "patch", "delete", "options", "trace"):
        for path in (f"/links/{number}/revoke/", f"/s/{token}/", f"/s/{number}/"):
            getattr(other, method)(path)
        assert Client().get(f"/s/{token}/").status_code == 200, method


def test_grafana_cve_2026_21722_a_frozen_page_stays_what_it_was(scripted_aws: ScriptedAws) -> None:
    name = f"frozen-{secrets.token_hex(4)}"
    scripted_aws.describes(name, Status="Running", Description="as it was")
    sharer = people.browser_of("sharer")
    assert sharer.get(address(name)).status_code == 200
    token = made(sharer, name, kind="frozen")
    paths = [f"/s/{token}/", f"/s/{token}/experiment.json"]
    before = [told(Client().get(path)) for path in paths]
    assert all("as it was" in body for _, _, body in before)
    scripted_aws.describes(name, Status="Completed", Description="as it became")
    sharer.post(address(name, "check/"))
    assert b"as it became" in sharer.get(address(name)).content
    asked = scripted_aws.calls_for(name)
    for query in ("", "?observation=2", "?number=2", "?kind=live&from=now&to=now", "?seen=2-0-x"):
        assert [told(Client().get(path + query)) for path in paths] == before, query
    assert scripted_aws.calls_for(name) == asked
    # Nor does it end with the experiment.
    scripted_aws.fails(name, "ResourceNotFound")
    sharer.post(address(name, "check/"))
    assert [told(Client().get(path)) for path in paths] == before


ACCOUNT = "123456789012"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/service-role/ShadowRunnerRole"
KEY_ARN = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
BUCKET = "s3://captured-by-the-shadow/requests"
# What gives each part away.
TELLING = {
    "account": ACCOUNT,
    "arns": ":inference-experiment/",
    "role": "ShadowRunnerRole",
    "kms": "0f1e2d3c-4b5a-6978",
    "s3": "captured-by-the-shadow",
}


def test_grafana_cve_2026_27877_a_public_page_holds_no_more_than_was_chosen(
    scripted_aws: ScriptedAws,
) -> None:
    name = f"listed-{secrets.token_hex(4)}"
    scripted_aws.describes(
        name,
        RoleArn=ROLE_ARN,
        KmsKey=KEY_ARN,
        DataStorageConfig={"Destination": BUCKET, "KmsKey": KEY_ARN},
        StatusReason=f"could not assume {ROLE_ARN} of {ACCOUNT} for {BUCKET} with {KEY_ARN}",
        LaterMember="a member that this version does not know",
        Description="for everybody",
    )
    sharer = people.browser_of("sharer")
    for chosen in ([], *([part] for part in TELLING), list(TELLING)):
        body = _opened(made(sharer, name, shown=chosen))
        assert "for everybody" in body
        assert "this version does not know" not in body
        assert {part for part, text in TELLING.items() if text in body} == set(chosen)


def _opened(token: str) -> str:
    paths = (f"/s/{token}/", f"/s/{token}/status/", f"/s/{token}/experiment.json")
    return "".join(Client().get(path).content.decode() for path in paths)


def test_metabase_ghsa_r8h2_qpfx_mx59_a_link_takes_no_filters(scripted_aws: ScriptedAws) -> None:
    name, other = f"unfiltered-{secrets.token_hex(4)}", f"another-{secrets.token_hex(4)}"
    scripted_aws.describes(name, RoleArn=ROLE_ARN)
    scripted_aws.describes(other)
    token = made(people.browser_of("sharer"), name)
    wanted = {
        "source": "'; DROP TABLE experiments_sharelink; --",
        "name": other,
        "q": other,
        "shown": "role",
        "part": "role",
        "kind": "frozen",
        "observation": "1",
        "number": "1 OR 1=1",
        "before": "0",
        "older": "1",
        "newer": "2",
        "audience": "people",
        "format": "json",
        "seen": "{{ 7*7 }}",
        "token": "x",
        "zone": "Asia/Tokyo",
        "next": "//evil.example",
        "form": "\x00",
    }
    for path in (f"/s/{token}/", f"/s/{token}/experiment.json"):
        _wait_for_the_minute_to_begin()
        plain = told(Client().get(path))
        assert plain[0] == 200
        for key, value in wanted.items():
            assert told(Client().get(path, {key: value})) == plain, key
        assert told(Client().get(path, wanted)) == plain
    # A poll tells its version, and any other text is one that nothing has.
    for value in wanted.values():
        answer = Client().get(f"/s/{token}/status/", {"seen": value})
        assert answer.status_code == 200
        assert other.encode() not in answer.content


def _wait_for_the_minute_to_begin() -> None:
    # A live page is of this minute; a look at the end of one may be of another than the next.
    if datetime.now(UTC).second > 55:
        time.sleep(60.2 - datetime.now(UTC).second)


# What AWS says


def test_argo_cve_2022_31035_no_text_of_others_is_an_address(scripted_aws: ScriptedAws) -> None:
    """And CVE-2024-28175, CVE-2025-47933, which were the same again."""
    name = f"linked-{secrets.token_hex(4)}"
    bad = "javascript:alert(document.domain)//https://evil.example/"
    said: dict[str, Any] = {
        "Description": bad,
        "StatusReason": bad,
        "RoleArn": bad,
        "KmsKey": bad,
        "DataStorageConfig": {"Destination": bad, "KmsKey": bad},
        "EndpointMetadata": {"EndpointName": bad, "EndpointConfigName": bad, "FailureReason": bad},
        "ModelVariants": [
            {
                "ModelName": bad,
                "VariantName": bad,
                "Status": bad,
                "InfrastructureConfig": {
                    "InfrastructureType": bad,
                    "RealTimeInferenceConfig": {"InstanceType": bad, "InstanceCount": 1},
                },
            }
        ],
        "ShadowModeConfig": {
            "SourceModelVariantName": bad,
            "ShadowModelVariants": [{"ShadowModelVariantName": bad, "SamplingPercentage": 50}],
        },
        "Other": {"Link": bad},
    }
    scripted_aws.describes(name, **said)
    sharer = people.browser_of("sharer")
    everything = ["account", "arns", "role", "kms", "s3"]
    paths = [address(name, rest) for rest in ("", "history/", "history/1/", "share/")]
    paths += [address(name, "compare/?older=1&newer=1"), address(name, "share/preview/")]
    paths += [f"/s/{made(sharer, name, shown=everything, note=bad)}/", "/links/"]
    for path in paths:
        answer = sharer.get(path)
        assert answer.status_code == 200, path
        for element in parse(answer).select("*"):
            for attribute, value in element.attrs.items():
                if attribute in ADDRESSES or attribute.startswith("hx-"):
                    _assert_own(str(value), f"{path}: {attribute}={value}")


ADDRESSES = {"href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href"}
# AWS's console, to which the portal itself leads.
CONSOLE = "console.aws.amazon.com"


def _assert_own(value: str, where: str) -> None:
    plain = value.strip()
    assert "javascript:" not in plain.lower().replace("javascript%3a", ""), where
    assert "//evil.example" not in plain, where
    host = urlsplit(plain).netloc
    assert host in {"", HERE} or host.endswith(CONSOLE), where


def test_argo_cve_2025_55190_and_sentry_cve_2024_35196_errors_tell_no_secrets(
    scripted_aws: ScriptedAws, caplog: pytest.LogCaptureFixture
) -> None:
    """The short form; all of it is in tests/test_canaries.py."""
    name, secret = f"telling-{secrets.token_hex(4)}", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    viewer = people.browser_of("viewer")
    for code in ("AccessDeniedException", "ExpiredTokenException", "InternalFailure", "Unheard"):
        scripted_aws.fails(name, code, message=f"signed with {secret}")
        assert secret not in viewer.get(address(name)).content.decode()
    assert secret not in caplog.text


# What is kept


class Bomb:
    def __init__(self, proof: Path) -> None:
        self._proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._proof),)


def test_argo_cve_2024_31989_a_planted_pickle_does_nothing(
    scripted_aws: ScriptedAws, tmp_path: Path
) -> None:
    from django.contrib.sessions.models import Session

    from experiments import models
    from experiments.sharing.link import digest

    proof = tmp_path / "it was executed"
    planted = pickle.dumps(Bomb(proof))
    text = base64.b64encode(planted).decode()
    name = f"planted-{secrets.token_hex(4)}"
    scripted_aws.describes(name)
    sharer = people.browser_of("sharer")
    token = made(sharer, name, kind="frozen") if sharer.get(address(name)) else ""
    # Whoever can write into the database may even know the key.
    signed = signing.TimestampSigner(salt="django.contrib.sessions.SessionStore").sign(text)
    kept = [planted.decode("latin-1").replace("\0", ""), text, signed, f"gASV{text}"]
    for value in kept:
        key = secrets.token_hex(16)
        Session.objects.create(
            session_key=key, session_data=value, expire_date=datetime.now(UTC) + timedelta(days=1)
        )
        visitor = Client(raise_request_exception=False)
        for cookie in (configured.SESSION_COOKIE_NAME, "portal-zone", "portal-theme", "messages"):
            visitor.cookies[cookie] = key if "sess" in cookie else quote(value)
        models.ShareLink.objects.filter(digest=digest(token)).update(sightings=value)
        models.Observation.objects.filter(snapshot__name=name).update(answer=value)
        models.Snapshot.objects.filter(name=name).update(answer=value, sequence=9, digest="new")
        for path in ("/", "/account/", address(name), address(name, "history/"), f"/s/{token}/"):
            visitor.get(path)
            Client(raise_request_exception=False, cookies=sharer.cookies).get(path)
    assert not proof.exists()
    # It would have been: what stands there is a working pickle.
    pickle.loads(base64.b64decode(text))
    assert proof.exists()


def test_argo_cve_2024_31989_nothing_here_reads_pickles() -> None:
    assert configured.SESSION_SERIALIZER.endswith("JSONSerializer")
    files = [*REPOSITORY.glob("portal/**/*.py"), *REPOSITORY.glob("experiments/**/*.py")]
    assert len(files) > 100
    readers = ("pickle", "marshal", "shelve.", "yaml.load(", "eval(", "exec(")
    found = [
        f"{file.name}: {reader}"
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        for reader in readers
        if reader in line and not line.lstrip().startswith("#") and f"_{reader}" not in line
    ]
    assert found == []


def test_healthchecks_2020_one_bad_row_leaves_the_others_in_place(
    scripted_aws: ScriptedAws,
) -> None:
    """A version that came later, or a hand in the database, wrote what this one does not know."""
    from experiments import models
    from experiments.sharing.link import digest

    name = f"row-{secrets.token_hex(4)}"
    scripted_aws.describes(name)
    sharer, operator = people.browser_of("sharer"), people.browser_of("operator")
    good, bad = made(sharer, name, note="a good one"), made(sharer, name)
    rows = models.ShareLink.objects.filter(digest=digest(bad))
    written = {"kind": "live", "audience": "anyone", "shown": ""}
    shown = f"/links/{number_of(good)}/revoke/".encode()
    try:
        for column, value in (("kind", "later"), ("audience", "robots"), ("shown", "role,later,")):
            rows.update(**written | {column: value})
            # A bug on 23 November 2026: finding 3 of /tmp/findings-authz.md.
            for browser in (sharer, operator):
                browser.raise_request_exception = False
                answer = browser.get("/links/")
                assert (answer.status_code, shown in answer.content) == (200, True), column
            assert Client().get(f"/s/{good}/").status_code == 200
            # What nobody understands is not guessed at: the link stays shut, or as it was.
            opened = Client(raise_request_exception=False).get(f"/s/{bad}/")
            assert opened.status_code in {200, 302, 404}, column
    finally:
        rows.update(**written)


# Signing in


def test_argo_cve_2024_21662_no_number_of_names_ends_a_lockout() -> None:
    victim, own = people.add("viewer"), people.add("viewer")
    guess = {"username": victim, "password": "wrong"}
    assert [Client().post("/sign-in/", guess).status_code for _ in range(5)][-1] == 429
    right = {"username": victim, "password": people.PASSWORD}
    for number in range(USERNAMES):
        Client().post("/sign-in/", {"username": people.new_name("other"), "password": "wrong"})
        if number % 50 == 0:
            assert Client().post("/sign-in/", right).status_code == 429
    # Nor does the success of somebody else at the same address.
    people.sign_in(own)
    assert Client().post("/sign-in/", right).status_code == 429


def test_argo_cve_2024_21662_another_spelling_of_a_name_is_no_other_name() -> None:
    name = people.add("viewer", name=people.new_name("victim"))
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in name)
    spellings = [f" {name}", f"{name} ", wide, f"\t{name}", name, name]
    statuses = [
        Client().post("/sign-in/", {"username": spelling, "password": "wrong"}).status_code
        for spelling in spellings
    ]
    assert statuses[-1] == 429
    right = {"username": wide, "password": people.PASSWORD}
    assert Client().post("/sign-in/", right).status_code == 429


def test_superset_cve_2023_27524_no_start_with_a_key_that_others_know() -> None:
    keys = ["", "short", "django-insecure-" + "x1y2z3w4v5" * 5, "changeme-" * 9, "a" * 80]
    cases = [{"PORTAL_LOGIN": "password", "PORTAL_SECRET_KEY": key} for key in keys]
    for key, started in zip(keys, start_all(cases), strict=True):
        assert started.code == 1, key
        assert started.error.startswith("PORTAL_SECRET_KEY must be"), started.error
        assert not key or key not in started.error


ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "////evil.example/..",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/%09/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "//testserver:80@evil.example",
    "http://[evil.example",
    "\u2028//evil.example",
    "/．／evil.example",
    "data:text/html,x",
    "vbscript:x",
)


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_datasette_open_redirects_lead_to_this_host(wanted: str) -> None:
    viewer, name = people.browser_of("viewer"), people.add("viewer")
    signed_in = viewer.get("/sign-in/", {"next": wanted})
    form = {"username": name, "password": people.PASSWORD, "next": wanted}
    posted = Client().post("/sign-in/", form)
    in_address = Client().post(f"/sign-in/?next={quote(wanted)}", form | {"next": ""})
    for answer in (signed_in, posted, in_address):
        assert answer.status_code in {302, 303}
        assert _host(answer["Location"]) == HERE, answer["Location"]
    # A form keeps it for after signing in, unless it leads away.
    page = parse(Client().get("/sign-in/", {"next": wanted}))
    kept = [str(field["value"]) for field in page.select("input[name=next]")]
    assert all(_host(value) == HERE for value in kept)


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_datasette_open_redirects_of_no_address_or_header(wanted: str) -> None:
    viewer = people.browser_of("viewer")
    answers = [
        _ask_for(wanted),
        viewer.get("/open/", {"q": wanted}),
        viewer.get("/", {"page": wanted, "source": "default"}),
        viewer.get(f"/experiments/default/x/history/?before={quote(wanted)}"),
        viewer.post("/sign-out/", {"next": wanted}),
    ]
    for url in (wanted, f"http://{HERE}/{wanted}", f"http://evil.example/{wanted}"):
        try:
            url.encode("latin-1")
        except UnicodeEncodeError:
            continue
        headers = {"HX-Request": "true", "HX-Current-URL": url}
        answers.append(Client().get("/account/", headers=headers))
    for answer in answers:
        for header in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "Refresh"):
            assert _host(answer.get(header, "/")) == HERE, answer[header]


def _ask_for(path: str) -> Any:
    """With an address of which Django's test client would make something else."""
    path = path if path.startswith("/") else f"/{path}"
    return Client().generic("GET", "/", PATH_INFO=path.encode().decode("latin-1"))


def _host(location: str) -> str:
    """Where a browser goes: it drops controls, and a backslash is a slash to it."""
    plain = "".join(letter for letter in location if letter not in "\t\r\n").strip("\0 \x0b\x0c")
    return urlsplit(urljoin(f"http://{HERE}/", plain.replace("\\", "/"))).netloc


# Inputs


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "\ud800", "\udfff\ud800", "￾", "\x1b[2J"])
def test_no_form_fails_for_what_no_database_holds(scripted_aws: ScriptedAws, odd: str) -> None:
    name = f"odd-{secrets.token_hex(4)}"
    scripted_aws.describes(name)
    sharer, operator = people.browser_of("sharer"), people.browser_of("operator")
    # As bytes, since half a pair is no text that could be sent in another way.
    raw = quote(odd.encode("utf-8", "surrogatepass"))
    form = f"kind=live&audience=anyone&hours=1&form={secrets.token_urlsafe(24)}&note={raw}"
    person = f"username={raw}&password={raw * 20}&role=viewer&groups={raw}"
    asked = [
        (Client(), "/sign-in/", f"username={raw}&password={raw}&next={raw}"),
        (sharer, address(name, "share/"), form),
        (sharer, "/account/password/", f"old_password={raw}&new_password1={raw}"),
        (operator, "/operators/people/", person),
        (operator, "/operators/people/1/", f"role={raw}&groups={raw}&active=on"),
    ]
    for browser, path, body in asked:
        answer = browser.post(path, body, "application/x-www-form-urlencoded")
        assert answer.status_code in {200, 404, 422}, path
    for path in ("/?source=", "/?page=", "/open/?q=", "/links/?before=", "/operators/people/?q="):
        assert operator.get(path + raw).status_code in {200, 302, 404}, path
    for path in ("/operators/people/?after=", "/operators/audit/?action=", "/sign-in/?because="):
        assert operator.get(path + raw).status_code in {200, 302}, path


def test_no_number_is_too_large() -> None:
    operator = people.browser_of("operator")
    for number in (0, 2**63 - 1, 2**63, 10**30, "9" * 4000):
        for path in (f"/links/{number}/revoke/", f"/operators/people/{number}/end-sessions/"):
            assert operator.post(path).status_code == 404, path
        assert operator.get(f"/operators/people/{number}/").status_code == 404
        password = {"password": people.PASSWORD}
        path = f"/operators/people/{number}/password/"
        assert operator.post(path, password).status_code == 404
        for query in (f"/links/?before={number}", f"/operators/audit/?before={number}"):
            assert operator.get(query).status_code == 200


def test_no_browser_says_where_aws_is(scripted_aws: ScriptedAws) -> None:
    name = f"asked-here-{secrets.token_hex(4)}"
    scripted_aws.describes(name)
    chosen = {
        "endpoint_url": "http://169.254.169.254/",
        "region": "evil",
        "profile": "root",
        "role_arn": "arn:aws:iam::1:role/x",
    }
    headers = {"X-Amz-Region": "evil", "X-Region": "evil", "X-Endpoint-Url": "http://evil.example"}
    answer = people.browser_of("viewer").get(address(name), chosen, headers=headers)
    assert answer.status_code == 200
    assert scripted_aws.calls_for(name) == 1
    assert b"evil" not in answer.content
