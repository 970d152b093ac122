"""The portal's own settings; tests/conftest.py has prepared the environment that they read."""

import os
import secrets

# The type checker and editors load these settings without conftest.
os.environ.setdefault("PORTAL_LOGIN", "off")
os.environ.setdefault("PORTAL_SECRET_KEY", secrets.token_urlsafe(50))

from portal.settings import *  # noqa: F403

# Tests of pages run without collectstatic; the browser tests start the real server, which runs it.
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
