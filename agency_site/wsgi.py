"""The entry point of the production server. It stops at once if a required setting is missing."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency_site.settings")

application = get_wsgi_application()


def _require_settings():
    from directorates.checks import find_missing_settings

    missing = find_missing_settings()
    if missing:
        raise ImproperlyConfigured("The site cannot start.\n" + "\n".join(missing))


_require_settings()
