"""The entry point of the production server's processes."""

import os
import threading
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

PARENT = os.getppid()


def _end_with_parent() -> None:
    """A server that is killed leaves its processes behind, which would hold its port for ever."""
    while os.getppid() == PARENT:
        time.sleep(0.5)
    os._exit(1)


threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
