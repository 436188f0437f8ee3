from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError
from whitenoise.runserver_nostatic.management.commands import runserver

from agency_site.serving import local_setup

#: Production settings redirect every page to https, which the development server does not speak.
NOT_LOCAL = (
    "This is the development server, and the local mode is off: SECRET_KEY is set, as on a server, or"
    " AGENCY_SITE_LOCAL is false. Run: AGENCY_SITE_LOCAL=true python manage.py runserver"
)


class Command(runserver.Command):
    def handle(self, *args, **options):
        if settings.NEEDS_HTTPS:
            raise CommandError(NOT_LOCAL)
        super().handle(*args, **options)

    def check_migrations(self):
        """Print what this copy of the site lacks, tables included."""
        try:
            gaps = local_setup.find_gaps()
        except DatabaseError as error:
            self.stderr.write(f"The database cannot be reached: {error}")
            return
        if gaps:
            self.stdout.write(self.style.NOTICE("This copy of the site is not set up yet."))
        for gap in gaps:
            self.stdout.write(self.style.NOTICE(f"  {gap.sentence} Run: {gap.command}"))
