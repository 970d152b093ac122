"""A seeded SageMaker in this process, and the production server in front of it in another."""

import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from experiments.demo.seed import seed
from experiments.demo.server import DemoSageMaker
from tests.support.portal import REPOSITORY, environment, new_database, running_portal


@contextmanager
def portal() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The address of the server and the names of the experiments that it shows."""
    with DemoSageMaker() as sagemaker:
        names = seed(sagemaker)
        with running_portal(sagemaker.url, DJANGO_SETTINGS_MODULE="bench.settings") as url:
            yield url, names


@contextmanager
def portals() -> Iterator[tuple[str, str, str]]:
    """The addresses of two servers, without sign-in and with it, and somebody's cookie there."""
    database, secret = new_database(), secrets.token_urlsafe(50)
    variables = {"DJANGO_SETTINGS_MODULE": "bench.settings", "PORTAL_SECRET_KEY": secret}
    signed = variables | {"PORTAL_LOGIN": "password", "PORTAL_DATABASE_URL": database}
    with DemoSageMaker() as sagemaker:
        seed(sagemaker)
        with (
            running_portal(sagemaker.url, None, **variables) as open_to_all,
            running_portal(sagemaker.url, None, **signed) as closed,
        ):
            operator = environment(sagemaker.url, **signed)
            yield open_to_all, closed, _cookie(closed, operator)


def _cookie(url: str, operator: dict[str, str]) -> str:
    """The cookie of an operator who has just been added and signs in."""
    command = [sys.executable, "manage.py", "create_operator", "bench"]
    word = secrets.token_urlsafe(20)
    subprocess.run(
        command,
        cwd=REPOSITORY,
        env=operator,
        input=word,
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar := CookieJar()))
    opener.open(f"{url}/sign-in/").read()
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    form = {"username": "bench", "password": word, "csrfmiddlewaretoken": token}
    opener.open(f"{url}/sign-in/", urlencode(form).encode()).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
