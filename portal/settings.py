"""Django's settings, all of which follow from the variables that portal/env.py reads."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_htmx
from csp.constants import NONE, SELF

from portal import env, login, sources

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_env_file(BASE_DIR)

URL = env.portal_url()
PORTAL_LOGIN = login.login(URL)
PORTAL_ROLES = login.roles()
PORTAL_GROUPS_CLAIM = login.groups_claim()
PORTAL_METRICS_TOKEN = login.metrics_token()
PORTAL_PROXY = login.proxy() if PORTAL_LOGIN == "proxy" else None
PORTAL_OPEN_ID = login.open_id() if PORTAL_LOGIN == "oidc" else None
PORTAL_TRUSTED_PROXIES = env.trusted_proxies()
PORTAL_SOURCES = sources.sources(BASE_DIR)

DEBUG = False
SECRET_KEY = env.secret_key()
# A loopback address has several names, and none of them can be pointed at from elsewhere.
ALLOWED_HOSTS = [URL.host, *env.LOOPBACK_HOSTS] if env.is_loopback(URL.host) else [URL.host]
CSRF_TRUSTED_ORIGINS = [URL.origin]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "experiments.people",
    "experiments",
    "portal",
]

MIDDLEWARE = [
    "portal.middleware.response_headers",
    "portal.middleware.forwarded",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.health",
    "portal.middleware.loopback_only",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "experiments.people.middleware.SignIn",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "experiments.preferences.preferences",
                "experiments.people.context.person",
            ],
        },
    }
]

DATABASES = {"default": env.database(BASE_DIR)}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "experiments:index"
SESSION_COOKIE_AGE = login.session_seconds()

# Whoever guesses is locked out by name and address together: nobody can lock out somebody else.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "experiments.people.throttling.address"
AXES_RESET_ON_SUCCESS = True
# From one address in that time, whatever the names are: a whole office may have one.
PORTAL_WRONG_TRIES = 50
# Sign-ins are in the audit trail.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# Where somebody was going may be the address of a share link.
AXES_SENSITIVE_PARAMETERS = ["next"]
# The sign-in page says itself who is locked out.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

if PORTAL_OPEN_ID is not None:
    INSTALLED_APPS += [
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
    MIDDLEWARE.append("allauth.account.middleware.AccountMiddleware")
    AUTHENTICATION_BACKENDS.append("allauth.account.auth_backends.AuthenticationBackend")
    SOCIALACCOUNT_PROVIDERS = PORTAL_OPEN_ID.for_allauth()
    SOCIALACCOUNT_ADAPTER = "experiments.people.openid.adapters.SocialAccountAdapter"
    ACCOUNT_ADAPTER = "experiments.people.openid.adapters.AccountAdapter"
    SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
    SOCIALACCOUNT_EMAIL_VERIFICATION = ACCOUNT_EMAIL_VERIFICATION = "none"
    SOCIALACCOUNT_ONLY = True
    SOCIALACCOUNT_STORE_TOKENS = False

USE_TZ = True
TIME_ZONE = "UTC"
# The portal is written in English with AWS's words; a browser's language changes no number.
USE_I18N = False

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static", Path(django_htmx.__file__).parent / "static"]
# What the pages load, and nothing that apps bring for pages of their own: those depend on
# PORTAL_LOGIN, and servers of one checkout that sign people in differently share their files.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = BASE_DIR / "var" / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Where every request, however it got here, must come from and go to.
SECURE_SSL_REDIRECT = URL.secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 63_072_000 if URL.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = URL.secure
SECURE_HSTS_PRELOAD = URL.secure
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SECURE = URL.secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrftoken" if URL.secure else "csrftoken"
SESSION_COOKIE_SECURE = URL.secure
SESSION_COOKIE_NAME = "__Host-sessionid" if URL.secure else "sessionid"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        # No form leads to a provider of sign-in: browsers hold every redirect after it to this.
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.logs.WithoutTokens",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Scanners send any Host; the page that they get says what is wrong, and no log needs it.
        "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": False},
        # It repeats every try, with host and port; what cannot be read or written is told once.
        "psycopg.pool": {"level": "CRITICAL", "propagate": False},
        # The audit trail has all of it, and axes repeats names as they were typed.
        "axes": {"level": "CRITICAL", "propagate": False},
        "experiments": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
