"""The portal is not the demo: what production installs, imports and sends."""

import re
from pathlib import Path

from django.test import Client

from tests.support.later import later
from tests.support.portal import REPOSITORY
from tests.support.scripted_aws import ScriptedAws
from tests.support.starting import start
from tests.support.watcher import prepared


def locked(file: str) -> set[str]:
    text = (REPOSITORY / "requirements" / file).read_text()
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==", text, re.MULTILINE))


def test_production_installs_nothing_of_the_demo_or_the_tests() -> None:
    production = locked("production.txt")
    assert {"django", "boto3", "granian"} <= production
    assert (
        production & {"moto", "flask", "flask-cors", "pytest", "hypothesis", "playwright"} == set()
    )


def test_the_larger_sets_hold_the_smaller_ones() -> None:
    assert locked("production.txt") < locked("demo.txt") < locked("dev.txt")


def test_every_locked_package_has_its_hash_and_no_index() -> None:
    for file in ("production.txt", "demo.txt", "dev.txt"):
        text = (REPOSITORY / "requirements" / file).read_text()
        assert "index-url" not in text
        assert "://" not in re.sub(r"#.*", "", text)
        packages = re.split(r"\n(?=[a-z0-9])", text)
        assert all("--hash=sha256:" in package for package in packages if "==" in package)


BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, *_):
        if name.split(".")[0] in {"moto", "flask", "flask_cors", "pytest", "hypothesis"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import django; django.setup()
import portal.server, portal.urls, portal.wsgi
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
client = Client(headers={"host": "127.0.0.1"})
print([client.get(path).status_code for path in ("/", "/experiments/default/a/", "/healthz")])
print([name for name in sys.modules if name.startswith("experiments.demo")])
"""


def test_the_portal_runs_where_the_demo_cannot(scripted_aws: ScriptedAws, tmp_path: Path) -> None:
    database = prepared(scripted_aws.url, f"sqlite:///{tmp_path / 'portal.sqlite3'}")
    variables = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "AWS_ENDPOINT_URL": scripted_aws.url,
        "PORTAL_DATABASE_URL": database["PORTAL_DATABASE_URL"],
    }
    started = start(variables, "-c", BLOCKED)
    assert started.output == "[200, 404, 200]\n[]\n", started.error


def test_the_portal_sends_nothing_but_describe_and_list(
    client: Client, scripted_aws: ScriptedAws
) -> None:
    scripted_aws.describes("reads-only")
    with later(minutes=30):
        for path in (
            "/",
            "/experiments/default/reads-only/",
            "/experiments/default/reads-only/status/",
        ):
            for method in (client.get, client.head, client.post, client.put, client.delete):
                method(path)
    # Of all tests so far, since they share this endpoint.
    assert {operation for operation, _ in scripted_aws.calls} == {
        "DescribeInferenceExperiment",
        "ListInferenceExperiments",
    }
