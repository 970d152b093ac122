"""The portal's own settings, with a bare view beside its pages."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
