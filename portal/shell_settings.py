"""Django's settings for a command that somebody runs in a shell, about AWS alone.

It serves nobody and signs nothing: it needs no secret key, looks at no setting of a server, and has
of the apps only those whose tables it may read. Without ``SECRET_KEY``, Django itself ends
whatever would sign. The server and every other command have portal/settings.py.
"""

from pathlib import Path

from portal import env, sources

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_env_file(BASE_DIR)

# What is wrong with either concerns whoever asks for a source, or for the names at a prompt.
try:
    PORTAL_SOURCES, PORTAL_SOURCES_REFUSED = sources.sources(BASE_DIR), ""
except SystemExit as refused:
    PORTAL_SOURCES, PORTAL_SOURCES_REFUSED = {}, str(refused)
try:
    DATABASES = {"default": env.database(BASE_DIR)}
except SystemExit:
    DATABASES = {}
else:
    # The database is read as it is found; it is the portal's to prepare.
    DATABASES["default"]["OPTIONS"].pop("init_command", None)
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
