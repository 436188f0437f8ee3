"""The entry point of the production server: the site's WSGI application behind the gateway."""

import signal

# A new worker inherits the server's handler, which ends no worker. A worker that is stopped while it starts would
# go on until it is killed.
signal.signal(signal.SIGTERM, signal.SIG_DFL)

from django.conf import settings  # noqa: E402

from agency_site import wsgi  # noqa: E402
from agency_site.serving.gateway.bridge import Bridge  # noqa: E402

application = Bridge(
    wsgi.application,
    threads=settings.WORKER_THREADS,
    at_once=getattr(wsgi.application, "answer_at_once", None),
)
