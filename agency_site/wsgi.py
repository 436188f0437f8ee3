"""The entry point of the production server. It stops at once if a required setting is missing."""

import os

from django.conf import settings
from django.core.exceptions import BadRequest, ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency_site.settings")
# Says to the settings that people wait for what this process asks.
os.environ["AGENCY_SITE_PROCESS"] = "web"

django_application = get_wsgi_application()


def _require_settings():
    from directorates.checks import find_missing_settings

    missing = find_missing_settings()
    if missing:
        raise ImproperlyConfigured("The site cannot start.\n" + "\n".join(missing))


def _with_page_cache(inner):
    from directorates.page_cache.wrapper import PageCache

    if not settings.PAGE_CACHE_MEGABYTES:
        return inner
    return PageCache(
        inner,
        most_bytes=settings.PAGE_CACHE_MEGABYTES * 1024 * 1024,
        # The server's own setting, which `bin/serve` makes.
        threads=int(os.environ.get("GRANIAN_BLOCKING_THREADS", "4")),
    )


def _tell_monitoring(application):
    from directorates.metrics import counting
    from directorates.metrics.files import WorkerFile

    if hasattr(application, "numbers"):
        counting.add_source(application.numbers)
    WorkerFile().write_for_ever()


def _refuse_what_is_no_request(inner):
    """Answer with 400 where Django cannot even make a request, as of a Content-Type that is far too long."""

    def application(environ, start_response):
        try:
            return inner(environ, start_response)
        except BadRequest as error:
            body = f"{error}\n".encode()
            headers = [
                ("Content-Type", "text/plain"),
                ("Content-Length", str(len(body))),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ]
            start_response("400 Bad Request", headers)
            return [body]

    return application


_require_settings()
application = _with_page_cache(_refuse_what_is_no_request(django_application))
if settings.METRICS_TOKEN:
    _tell_monitoring(application)
