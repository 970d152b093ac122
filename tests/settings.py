"""The portal's own settings, in front of a database that the tests have to themselves.

pytest reads them before any conftest.py; the AWS variables are read when AWS is first asked.
"""

import os
import secrets

from tests.support.portal import new_database

os.environ |= {
    "PORTAL_ENV_FILE": "",
    "PORTAL_LOGIN": "off",
    "PORTAL_SECRET_KEY": secrets.token_urlsafe(50),
    # tests/on_postgresql.py names one.
    "PORTAL_DATABASE_URL": os.environ.get("PORTAL_TEST_DATABASE_URL") or new_database(),
}

from portal.settings import *  # noqa: F403

# A file, because Django's own choice, a database in memory, locks whole tables between threads.
if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}  # noqa: F405

# Tests of pages run without collectstatic; the browser tests start the real server, which runs it.
# Nor does every test client read what there is of it.
STATIC_ROOT = BASE_DIR / "var" / "no-static"  # noqa: F405
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# Hashing a password is slow on purpose; tests/test_passwords.py is about that.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# All tests have one address, and most of those that guess are about something else.
PORTAL_WRONG_TRIES = 1_000_000
