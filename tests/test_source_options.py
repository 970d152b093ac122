"""The options of a source: mistakes in them with their lines, TLS, calls without a signature."""

import json
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from experiments.aws import sagemaker
from experiments.domain.problem import ProblemError
from experiments.domain.source import Source
from portal import source_keys, sources
from tests.support.portal import REPOSITORY
from tests.support.scripted_aws import ScriptedAws, description
from tests.support.starting import ask

ROLE = "arn:aws:iam::123456789012:role/team/canary-role"
# What stands below [sources.a], and the line without the file's path (as FILE).
MISTAKES = [
    (
        f"role_arn = {value}",
        (
            "line 2, sources.a.role_arn in FILE must be the ARN of a role, such as "
            '"arn:aws:iam::123456789012:role/portal" (got something else)'
        ),
    )
    for value in (
        "7",
        '""',
        '"canary"',
        '"arn:aws:iam::123456789012:user/canary"',
        '"arn:aws:iam::12345678901:role/canary"',
        '"arn:aws:iam::123456789012:role/"',
        '"arn:aws:iam::123456789012:role/canary role"',
        '"arn:aws:iam::123456789012:role/canary\\n"',
        '"arn:aws:iam::١٢٣٤٥٦٧٨٩٠١٢:role/canary"',
        f'"arn:aws:iam::123456789012:role/{"c" * 65}"',
    )
]
MISTAKES += [
    (
        f'\nrole_arn = "{ROLE}"\nexternal_id = {value}',
        (
            "line 4, sources.a.external_id in FILE must be 2 to 1224 letters, digits and "
            "characters of +=,.@:/_- (got something else)"
        ),
    )
    for value in ("12", '"c"', '"canary id"', '"canary;"', f'"{"canary" * 300}"', '["canary"]')
]
MISTAKES += [
    (
        f"{key} = {value}",
        f"line 2, sources.a.{key} in FILE must be true or false (got {shown})",
    )
    for key in ("verify_ssl", "sign_requests")
    for value, shown in (('"false"', '"false"'), ("0", "0"))
]
MISTAKES += [
    (
        'external_id = "canary"',
        "line 2, sources.a.external_id in FILE must be left out without role_arn (got a value)",
    ),
    (
        f'sign_requests = false\nrole_arn = "{ROLE}"',
        (
            "line 3, sources.a.role_arn in FILE must be left out with sign_requests = false "
            "(got a value)"
        ),
    ),
    (
        'ca_bundle = "none.pem"\nverify_ssl = false',
        (
            "line 2, sources.a.ca_bundle in FILE must be left out with verify_ssl = false "
            "(got a value)"
        ),
    ),
    (
        'ca_bundle = "none.pem"',
        (
            "line 2, sources.a.ca_bundle in FILE must be the path of a readable file of "
            'certificates in PEM (got "none.pem": FileNotFoundError)'
        ),
    ),
    (
        'ca_bundle = "README.md"',
        (
            "line 2, sources.a.ca_bundle in FILE must be the path of a readable file of "
            'certificates in PEM (got "README.md": SSLError)'
        ),
    ),
]


@pytest.mark.parametrize(("text", "line"), MISTAKES)
def test_each_mistake_names_its_line_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, line: str
) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(f"[sources.a]\n{text}\n")
    monkeypatch.setenv("PORTAL_SOURCES", str(file))
    with pytest.raises(SystemExit) as refused:
        sources.sources(REPOSITORY)
    said = str(refused.value)
    assert said == f"PORTAL_SOURCES: {line}".replace("FILE", f'"{file}"')
    assert "canary" not in said


# Wherever a key stands, its line is the one that its statement begins in.
PLACES = [
    ("[sources.a]\nregion = 7\n", 2),
    ("# [sources.a]\n\n[sources.a] # region = 7\n# region\nregion = 7\n", 5),
    ('sources.a.region = 7\nsources.a.profile = "region"\n', 1),
    ("[sources]\n\na.region = 7\n", 3),
    ('[sources]\na = { profile = "region", region = 7 }\n', 2),
    ('[sources.b]\nregion = "eu-west-1"\n[sources.a]\n"region" = 7\n', 4),
    ('[sources.a]\ngroups = [\n  "region", # ]\n  "]",\n]\nregion = 7\n', 6),
    ('[sources.a]\nprofile = """\nregion = 1"""\nregion = 7\n', 4),
    ("[sources.a]\nprofile = '[ \" #'\r\nregion = [\n 7\n]\n", 3),
    ('[sources.b]\nprofile = "\\"\\\\"\nregion = "eu-west-1"\n[sources.a.region]\nx = 1\n', 4),
]


@pytest.mark.parametrize(("text", "line"), PLACES)
def test_a_key_is_found_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, line: int
) -> None:
    file = tmp_path / "sources.toml"
    file.write_bytes(text.encode())
    monkeypatch.setenv("PORTAL_SOURCES", str(file))
    with pytest.raises(SystemExit, match=rf"^PORTAL_SOURCES: line {line}, sources\.a\."):
        sources.sources(REPOSITORY)


def test_the_line_in_the_largest_file_is_found_soon(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "sources.toml"
    tables = "".join(f'[sources.s{n}]\nregion = "eu-west-1"\n' for n in range(26_000))
    file.write_text(tables + "[sources.last]\nregion = 7\n")
    assert file.stat().st_size > 0.9 * sources.LARGEST_FILE
    monkeypatch.setenv("PORTAL_SOURCES", str(file))
    began = time.monotonic()
    with pytest.raises(SystemExit, match=r"line 52002, sources\.last\.region"):
        sources.sources(REPOSITORY)
    assert time.monotonic() - began < 15


DOCUMENT = (REPOSITORY / "docs" / "sources.md").read_text()


def test_every_key_is_documented() -> None:
    assert re.findall(r"^\| `([a-z_]+)` \| [`–]", DOCUMENT, re.MULTILINE) == list(source_keys.KEYS)


def test_the_documented_example_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    (example,) = re.findall(r"^```toml\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    file.write_text(example)
    monkeypatch.setenv("PORTAL_SOURCES", str(file))
    assert list(sources.sources(REPOSITORY)) == ["prod-eu", "prod-us", "lab-eu", "lab-us"]


def test_a_relative_bundle_stands_in_the_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, certificate: Path
) -> None:
    (tmp_path / "own.pem").write_bytes(certificate.read_bytes())
    (tmp_path / "sources.toml").write_text('[sources.a]\nca_bundle = "own.pem"\n')
    monkeypatch.setenv("PORTAL_SOURCES", "sources.toml")
    assert sources.sources(tmp_path)["a"]["ca_bundle"] == str(tmp_path / "own.pem")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a certificate of this machine that nobody has signed, and its key."""
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -out"
    )
    subprocess.run(
        [*command.split(), file, "-keyout", file.with_suffix(".key")],
        check=True,
        capture_output=True,
    )
    return file


@contextmanager
def tls(certificate: Path) -> Iterator[str]:
    """An https address that describes every experiment."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(description(asked["Name"])).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


# The portal asks for no such warning, and pytest for every one.
@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_tls_is_verified_as_the_source_says(certificate: Path) -> None:
    with tls(certificate) as url:

        def outcome(name: str, **keys: object) -> str:
            source = Source(name=name, region="eu-west-1", endpoint_url=url, **keys)  # type: ignore[arg-type]
            try:
                return str(sagemaker.describe(source, "behind-tls").answer.response["Name"])
            except ProblemError as error:
                return error.problem.kind.value

        assert outcome("tls-usual") == "unreachable"
        assert outcome("tls-bundle", ca_bundle=str(certificate)) == "behind-tls"
        assert outcome("tls-unverified", verify_ssl=False) == "behind-tls"


def test_without_a_signature_nobody_looks_for_credentials(
    scripted_aws: ScriptedAws, tmp_path: Path
) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[sources.open]\nregion = "eu-west-1"\nsign_requests = false\n')
    scripted_aws.describes("unsigned")
    variables = {
        "PORTAL_SOURCES": str(file),
        "AWS_ENDPOINT_URL": scripted_aws.url,
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
    }
    # Whoever looked for some would ask this address.
    variables |= {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{scripted_aws.url}/credentials"}
    (page,), log = ask(variables, "/experiments/open/unsigned/")
    assert page.status_code == 200, log
