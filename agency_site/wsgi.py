"""The site as a WSGI application, which `rsgi` serves. The import fails if a required setting is missing."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency_site.settings")
# Gives this process the limits for web requests in the settings.
os.environ["AGENCY_SITE_PROCESS"] = "web"

django_application = get_wsgi_application()


def _require_settings():
    from directorates.checks import find_missing_settings

    missing = find_missing_settings()
    if missing:
        raise ImproperlyConfigured("The site cannot start.\n" + "\n".join(missing))


def _with_page_cache(inner):
    from agency_site.serving.page_cache.wrapper import PageCache

    if not settings.PAGE_CACHE_MEGABYTES:
        return inner
    return PageCache(inner, most_bytes=settings.PAGE_CACHE_MEGABYTES * 1024 * 1024)


def _tell_monitoring(application):
    from agency_site.serving import metrics
    from agency_site.serving.background_loop import BackgroundLoop

    metrics.start(getattr(application, "numbers", dict))
    BackgroundLoop("metrics-writer", metrics.wait_and_write).ensure()


_require_settings()
application = _with_page_cache(django_application)
if settings.METRICS_TOKEN:
    _tell_monitoring(application)
