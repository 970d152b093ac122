"""``python -m tests.support.openid_provider <configuration file>``: serve until killed."""

import os
import sys
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 50


class Handler(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing: a test asks what was asked."""


def main(file: str) -> None:
    os.environ["PROVIDER_CONFIGURATION"] = file
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.support.openid_provider.settings"
    # Only here, where all there is to overhear are the tests themselves.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

    import django

    django.setup()

    from django.core.wsgi import get_wsgi_application

    from tests.support.openid_provider import tables
    from tests.support.openid_provider.configuration import GIVEN

    tables.fill(GIVEN)
    port = urlsplit(GIVEN["issuer"]).port
    assert port is not None
    server = Server(("127.0.0.1", port), Handler)
    server.set_app(get_wsgi_application())
    print("ready", flush=True)
    server.serve_forever()


main(sys.argv[1])
