"""Django's settings, all of which follow from the variables that portal/env.py reads."""

from pathlib import Path

from csp.constants import NONE, SELF

from portal import env, sources

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_env_file(BASE_DIR)

URL = env.portal_url()
PORTAL_LOGIN = env.login(URL)
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
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "template_partials",
    "experiments",
    "portal",
]

MIDDLEWARE = [
    "portal.middleware.response_headers",
    "portal.middleware.forwarded_scheme",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.health",
    "portal.middleware.loopback_only",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
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
            ],
        },
    }
]

DATABASES = {"default": env.database(BASE_DIR)}

USE_TZ = True
TIME_ZONE = "UTC"
# The portal is written in English with AWS's words; a browser's language changes no number.
USE_I18N = False

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Where every request, however it got here, must come from and go to.
SECURE_SSL_REDIRECT = URL.secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if URL.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = URL.secure
SECURE_HSTS_PRELOAD = URL.secure
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SECURE = URL.secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrftoken" if URL.secure else "csrftoken"
SESSION_COOKIE_SECURE = URL.secure

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Scanners send any Host; the page that they get says what is wrong, and no log needs it.
        "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": False},
        # It repeats every try, with host and port; what cannot be read or written is told once.
        "psycopg.pool": {"level": "CRITICAL", "propagate": False},
        "experiments": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
