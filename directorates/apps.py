from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class DirectoratesConfig(AppConfig):
    name = "directorates"
    verbose_name = "Organization"

    def ready(self):
        from directorates import checks  # noqa: F401


class AgencyAdminConfig(AdminConfig):
    # Outside the package `admin`: importing that registers records, which asks for this very site.
    default_site = "directorates.admin_site.AgencyAdminSite"
