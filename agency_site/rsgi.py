"""The entry point of the production server: the site's WSGI application behind the gateway."""

from django.conf import settings

from agency_site import wsgi
from agency_site.serving.gateway.bridge import Bridge

application = Bridge(
    wsgi.application,
    threads=settings.WORKER_THREADS,
    at_once=getattr(wsgi.application, "answer_at_once", None),
)
