"""The entry point of the production server: the site's WSGI application behind a gateway of its own."""

from agency_site import wsgi
from directorates.gateway.bridge import Bridge

application = Bridge(
    wsgi.application,
    threads=wsgi.THREADS,
    at_once=getattr(wsgi.application, "answer_at_once", None),
)
