from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db import connections
from django.db.models.signals import post_migrate


class DirectoratesConfig(AppConfig):
    name = "directorates"
    verbose_name = "Organization"

    def ready(self):
        from directorates import checks  # noqa: F401

        post_migrate.connect(_make_guards, sender=self)


def _make_guards(sender, using, **kwargs):
    from directorates.models import guards

    guards.make(connections[using])


class AgencyAdminConfig(AdminConfig):
    # Outside the package `admin`: importing that registers records, which asks for this very site.
    default_site = "directorates.admin_site.AgencyAdminSite"
