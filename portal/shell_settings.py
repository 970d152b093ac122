"""Django's settings for a command that somebody runs in a shell, about AWS alone.

It serves nobody and signs nothing: it needs no secret key, looks at no setting of a server, and has
of the apps only those whose tables it may read. Without ``SECRET_KEY``, Django itself ends
whatever would sign. The server and every other command have portal/settings.py.
"""

from pathlib import Path

from portal import env, sources

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_env_file(BASE_DIR)

PORTAL_SOURCES = sources.sources(BASE_DIR)
DATABASES = {"default": env.database(BASE_DIR)}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "experiments.people",
    "experiments",
]
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_I18N = False
USE_TZ = True
# The zone of this machine, in which the AWS CLI prints times. Django would set its own.
TIME_ZONE = None
# Nothing is logged but what --debug asks for, and that where the AWS CLI writes it.
LOGGING_CONFIG = None
