"""The settings of benches, with no line in the log for each experiment that is described."""

from bench import settings
from bench.settings import *  # noqa: F403

LOGGING = settings.LOGGING | {"loggers": {}}
