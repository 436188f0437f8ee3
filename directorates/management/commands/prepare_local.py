import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from directorates.models import Unit

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "ice.toml"
USER_NAME = "staff"


class Command(BaseCommand):
    help = "Prepare the local site: migrate, load the sample into an empty database, give staff a new password."

    def add_arguments(self, parser):
        parser.add_argument("--port", default="8000")

    def handle(self, *, port, **options):
        if not settings.LOCAL:
            raise CommandError(
                "This makes an account with a printed password. It runs in the local mode only:"
                " set AGENCY_SITE_LOCAL=true, on a machine of your own."
            )
        call_command("migrate", verbosity=0, interactive=False)
        if not Unit.objects.exists():
            call_command("load_agency", SAMPLE)
        password = secrets.token_urlsafe(12)
        user, _ = get_user_model().objects.get_or_create(username=USER_NAME)
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(password)
        user.save()
        self.stdout.write(
            f"\n  The site    http://127.0.0.1:{port}/"
            f"\n  For staff   http://127.0.0.1:{port}/admin/"
            f"\n  User name   {USER_NAME}"
            f"\n  Password    {password}   (new at every start)\n"
        )
