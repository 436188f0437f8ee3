import secrets
import socket
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from directorates.models import Unit

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "ice.toml"
USER_NAME = "staff"


def _require_free(port):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(port)))
        except OSError as error:
            raise CommandError(
                f"Port {port} is in use, perhaps by this site. Stop what runs there, or choose another"
                " one: make run PORT=8001"
            ) from error


class Command(BaseCommand):
    help = "Prepare the local site: migrate, load the sample into an empty database, give staff a new password."

    def add_arguments(self, parser):
        parser.add_argument("--port", default="8000")
        parser.add_argument("--sample", default=SAMPLE, type=Path, help="an agency's file")

    def handle(self, *, port, sample, **options):
        if not settings.LOCAL:
            raise CommandError(
                "This makes an account with a printed password. It runs in the local mode only:"
                " set AGENCY_SITE_LOCAL=true, on a machine of your own."
            )
        # Before the password: a site that runs already keeps the one that was printed for it.
        _require_free(port)
        call_command("migrate", verbosity=0, interactive=False)
        if not Unit.objects.exists():
            call_command("load_agency", sample)
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
