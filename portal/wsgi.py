"""The entry point of the production server's processes."""

import multiprocessing
import os
import signal
import threading
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()


def _end_with(parent: int | None) -> None:
    """A server that is killed leaves its processes behind, which would hold its port for ever."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


server = multiprocessing.parent_process()
if server is not None:
    # Ctrl-C in a terminal is for the server. One of its processes that ended by itself would look
    # like one that has failed, and be started again in the middle of the end.
    os.setpgid(0, 0)
    # Until it serves, it has the handlers of the server that it was made of, which do not end it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(server.pid,), daemon=True).start()
