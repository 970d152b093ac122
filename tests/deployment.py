"""manage.py as an operator runs it behind https: ``python -m tests.deployment check --deploy``."""

import os
import secrets
import sys
import tempfile

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ |= {
        "PORTAL_ENV_FILE": "",
        "PORTAL_URL": "https://localhost",
        "PORTAL_LOGIN": "password",
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(50),
        "PORTAL_DATABASE_URL": f"sqlite:///{tempfile.mkdtemp()}/portal.sqlite3",
        "AWS_REGION": "eu-west-1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    execute_from_command_line(sys.argv)
