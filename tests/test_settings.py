"""Wrong settings stop the start with one line; right ones are read from where they stand."""

import secrets
from pathlib import Path

import pytest

from portal import env
from tests.support.portal import free_port
from tests.support.starting import start, start_all

SAMPLE = "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz0123456789"

PROXY = {"PORTAL_LOGIN": "proxy", "PORTAL_TRUSTED_PROXIES": "127.0.0.1"}
OIDC = {
    "PORTAL_LOGIN": "oidc",
    "PORTAL_OIDC_ISSUER": "https://login.example.org",
    "PORTAL_OIDC_CLIENT_ID": "portal",
    "PORTAL_OIDC_CLIENT_SECRET": "canary of a client",
}

# Variables, and what the one line on stderr has to hold of them.
REFUSALS: list[tuple[dict[str, str], tuple[str, ...]]] = [
    ({"PORTAL_SECRET_KEY": ""}, ("PORTAL_SECRET_KEY must be", "50", "got nothing")),
    ({"PORTAL_SECRET_KEY": "short-canary"}, ("PORTAL_SECRET_KEY must be", "50", "12 characters")),
    ({"PORTAL_SECRET_KEY": SAMPLE}, ("PORTAL_SECRET_KEY must be", "random", "sample")),
    ({"PORTAL_SECRET_KEY": "ab" * 40}, ("PORTAL_SECRET_KEY must be", "random", "pattern")),
    ({"PORTAL_LOGIN": "of"}, ("PORTAL_LOGIN must be one of password, oidc, proxy, off", '"of"')),
    (
        {"PORTAL_LOGIN": "proxy", "PORTAL_TRUSTED_PROXIES": ""},
        ("PORTAL_TRUSTED_PROXIES must be the addresses of the proxy", "got nothing"),
    ),
    (
        {"PORTAL_LOGIN": "proxy", "PORTAL_TRUSTED_PROXIES": "::1", "PORTAL_PROXY_ALB": "my-alb"},
        ("PORTAL_PROXY_ALB must be the ARN", '"my-alb"'),
    ),
    (
        PROXY | {"PORTAL_PROXY_USER_HEADER": "X User"},
        ("PORTAL_PROXY_USER_HEADER must be the name of a header", '"X User"'),
    ),
    (
        PROXY | {"PORTAL_PROXY_SIGN_OUT": "http://proxy.example/out"},
        ("PORTAL_PROXY_SIGN_OUT must be an https address",),
    ),
    ({"PORTAL_LOGIN": "oidc"}, ("PORTAL_OIDC_ISSUER must be", "while PORTAL_LOGIN is oidc")),
    (
        OIDC | {"PORTAL_OIDC_ISSUER": "http://login.example.org/canary"},
        ("PORTAL_OIDC_ISSUER must be an https address",),
    ),
    (OIDC | {"PORTAL_OIDC_CLIENT_SECRET": ""}, ("PORTAL_OIDC_CLIENT_SECRET must be", "nothing")),
    (
        OIDC | {"PORTAL_OIDC_CLIENT_SECRET_FILE": "/nowhere"},
        ("PORTAL_OIDC_CLIENT_SECRET_FILE must be a readable file", "FileNotFoundError"),
    ),
    ({"PORTAL_SESSION_HOURS": "0"}, ("PORTAL_SESSION_HOURS must be", "1 to 720", '"0"')),
    ({"PORTAL_METRICS_TOKEN": "canary"}, ("PORTAL_METRICS_TOKEN must be", "6 characters")),
    ({"PORTAL_URL": "portal"}, ("PORTAL_URL must be", "https://", '"portal"')),
    ({"PORTAL_URL": "https://portal.example.org"}, ("PORTAL_URL must be a loopback", "off")),
    ({"HOST": "0.0.0.0"}, ("HOST must be a loopback", '"0.0.0.0"')),
    (
        {"PORTAL_DATABASE_URL": "mysql://me:canary@localhost/portal"},
        ("PORTAL_DATABASE_URL must be", "sqlite:///", "postgresql://", '"mysql"'),
    ),
    ({"PORTAL_TRUSTED_PROXIES": "gateway"}, ("PORTAL_TRUSTED_PROXIES must be", '"gateway"')),
    (
        {"PORTAL_SOURCES": "nowhere.toml"},
        ("PORTAL_SOURCES must be a readable", '"nowhere.toml"', "FileNotFoundError"),
    ),
    (
        {"PORTAL_CALLS_PER_SECOND": "often"},
        ("PORTAL_CALLS_PER_SECOND must be", "0.01 to 100", '"often"'),
    ),
    ({"PORT": "eighty"}, ("PORT must be", "1 to 65535", '"eighty"')),
    (
        {"PORTAL_DATABASE_URL": "sqlite://:memory:"},
        ("PORTAL_DATABASE_URL must be", "sqlite:///relative/path"),
    ),
]


def test_a_wrong_value_stops_the_start_with_one_line() -> None:
    starts = start_all(variables for variables, _ in REFUSALS)
    for (variables, parts), started in zip(REFUSALS, starts, strict=True):
        assert started.code == 1, variables
        assert started.error.count("\n") == 1, started.error
        assert all(part in started.error for part in parts), started.error
        assert "canary" not in started.error
        assert SAMPLE not in started.error


def test_the_server_refuses_before_it_listens() -> None:
    port = {"PORT": str(free_port())}
    for variables, said in (
        ({"PORT": "0"}, "PORT must be"),
        ({"PORTAL_LOGIN": "of"}, "PORTAL_LOGIN must be"),
        (port | {"AWS_PROFILE": "nobody"}, "AWS_PROFILE must be a profile of ~/.aws/config or"),
        (port | {"AWS_REGION": "no region!"}, 'AWS_REGION must be a region such as "eu-west-1"'),
        (port | {"AWS_REGION": ""}, "AWS_REGION must be set"),
        (port | {"AWS_ENDPOINT_URL": "nonsense"}, "AWS_ENDPOINT_URL must be an address"),
        (
            port | {"PORTAL_DATABASE_URL": "postgresql://me:canary@127.0.0.1:9/portal"},
            "PORTAL_DATABASE_URL must be a database that can be opened",
        ),
    ):
        started = start(variables, "-m", "portal.server")
        assert started.code == 1
        assert started.output == ""
        assert started.error.count("\n") == 1, started.error
        assert said in started.error
        assert "canary" not in started.error


def test_a_file_stands_beneath_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "portal.env"
    file.write_text(
        "PORTAL_TRUSTED_PROXIES=10.0.0.5\nPORTAL_URL=http://localhost:1\nHOST=127.0.0.2\nPORT=4711\n"
        "AWS_REGION=us-east-1\n"
    )
    variables = {"PORTAL_ENV_FILE": str(file), "PORTAL_URL": "http://localhost:2"}
    read = (
        "from portal import env, settings; import os;"
        "print(settings.PORTAL_TRUSTED_PROXIES, settings.URL.origin, os.environ['AWS_REGION'],"
        " env.serve_host(), env.serve_port())"
    )
    started = start(variables, "-c", read)
    assert started.error == ""
    assert "10.0.0.5" in started.output
    # The environment has an address and a region of its own, and wins.
    assert "http://localhost:2 eu-west-1 127.0.0.2 4711" in started.output


def test_a_file_is_judged_like_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "portal.env"
    file.write_text("PORT=eighty\n")
    started = start({"PORTAL_ENV_FILE": str(file)}, "-m", "portal.server")
    assert (started.code, started.error) == (
        1,
        'PORT must be a number from 1 to 65535 (got "eighty")\n',
    )


def refusal(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    read = {
        "PORTAL_URL": env.portal_url,
        "PORTAL_TRUSTED_PROXIES": env.trusted_proxies,
        "PORT": env.serve_port,
        "PORTAL_WORKERS": env.workers,
    }[name]
    with pytest.raises(SystemExit) as refused:
        read()
    return str(refused.value)


@pytest.mark.parametrize(
    "value",
    [
        "localhost:8000",
        "ftp://localhost",
        "http://",
        "http://portal.example.org",
        "http://10.0.0.1:8000",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/below",
        "http://127.0.0.1/?query",
        "http://me@127.0.0.1",
        "http://[::1",
        "https://*",
        "https://.example.org",
    ],
)
def test_an_address_of_another_form_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    said = refusal(monkeypatch, "PORTAL_URL", value)
    assert said.startswith("PORTAL_URL must be")
    assert f'(got "{value}")' in said


@pytest.mark.parametrize(
    ("value", "origin", "host"),
    [
        ("", "http://127.0.0.1:8000", "127.0.0.1"),
        ("http://localhost:9000/", "http://localhost:9000", "localhost"),
        ("http://[::1]:8000", "http://[::1]:8000", "[::1]"),
        ("http://portal.localhost", "http://portal.localhost", "portal.localhost"),
        ("https://portal.example.org", "https://portal.example.org", "portal.example.org"),
        (
            "https://Portal.Example.org:8443",
            "https://portal.example.org:8443",
            "portal.example.org",
        ),
    ],
)
def test_the_address_decides_host_and_origin(
    monkeypatch: pytest.MonkeyPatch, value: str, origin: str, host: str
) -> None:
    monkeypatch.setenv("PORTAL_URL", value)
    url = env.portal_url()
    assert (url.origin, url.host, url.secure) == (origin, host, value.startswith("https"))


def test_the_port_moves_the_address_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert env.portal_url().origin == "http://127.0.0.1:8123"


def test_several_processes_serve_unless_one_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PORTAL_WORKERS", raising=False)
    assert 2 <= env.workers() <= 4
    monkeypatch.setenv("PORTAL_WORKERS", "")
    assert 2 <= env.workers() <= 4
    monkeypatch.setenv("PORTAL_WORKERS", "1")
    assert env.workers() == 1
    monkeypatch.setenv("PORTAL_WORKERS", "64")
    assert env.workers() == 64


@pytest.mark.parametrize("value", ["0", "65", "-1", "2.0", "many", "٢", "9" * 5000])
def test_the_number_of_processes_is_a_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert refusal(monkeypatch, "PORTAL_WORKERS", value).startswith("PORTAL_WORKERS must be")


@pytest.mark.parametrize("value", ["0", "65536", "-1", "80.0", "٨٠", "9" * 5000])
def test_a_port_is_a_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert refusal(monkeypatch, "PORT", value).startswith("PORT must be")


def test_the_key_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key, file = secrets.token_urlsafe(50), tmp_path / "key"
    file.write_text(f"{key}\n")
    monkeypatch.setenv("PORTAL_SECRET_KEY", "")
    monkeypatch.setenv("PORTAL_SECRET_KEY_FILE", str(file))
    assert env.secret_key() == key
    file.write_text("short-canary")
    with pytest.raises(SystemExit, match="PORTAL_SECRET_KEY_FILE must be") as refused:
        env.secret_key()
    assert "canary" not in str(refused.value)
    monkeypatch.setenv("PORTAL_SECRET_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SystemExit, match="PORTAL_SECRET_KEY_FILE must be"):
        env.secret_key()


def test_two_keys_are_one_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(SystemExit, match="PORTAL_SECRET_KEY or PORTAL_SECRET_KEY_FILE, not both"):
        env.secret_key()


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TRUSTED_PROXIES", "10.0.0.5, 10.1.0.0/16 ::1")
    assert [str(network) for network in env.trusted_proxies()] == [
        "10.0.0.5/32",
        "10.1.0.0/16",
        "::1/128",
    ]
