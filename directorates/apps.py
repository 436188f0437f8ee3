from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.management import CommandError
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from directorates.signals import mail_waits


class DirectoratesConfig(AppConfig):
    name = "directorates"
    verbose_name = "Organization"

    def ready(self):
        from directorates import checks  # noqa: F401

        pre_migrate.connect(_make_way_for_migrations, sender=self)
        post_migrate.connect(_make_guards, sender=self)
        mail_waits.connect(_send_mail_at_once)


def _make_way_for_migrations(sender, using, plan, **kwargs):
    from directorates.models.database import guards

    if any(migration.app_label == sender.label for migration, _ in plan):
        guards.make_way_for_migrations(connections[using])


def _make_guards(sender, using, **kwargs):
    from directorates.models.database import guards

    try:
        guards.make(connections[using])
    except guards.GuardsError as error:
        raise CommandError(str(error)) from error


def _send_mail_at_once(sender, **kwargs):
    from directorates.actions.mailing import sending

    sending.send()


class AgencyAdminConfig(AdminConfig):
    default_site = "directorates.admin.site.AgencyAdminSite"

    def ready(self):
        # `directorates.admin` holds the site's class and registers the records with the site. Import it first;
        # otherwise the site would be made twice.
        import directorates.admin  # noqa: F401

        super().ready()
