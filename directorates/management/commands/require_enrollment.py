from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directorates.actions import accounts


class Command(BaseCommand):
    help = (
        "Take an account's passkeys and codes away, end its sessions, and let it add a passkey by password"
        " for a while: for the administrator whom no other one can help."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account with the name “{username}”.")
        authenticators, sessions = accounts.require_enrollment(
            user=user, by=None, at=timezone.now()
        )
        self.stdout.write(
            f"{username}: {authenticators} passkeys and codes removed, {sessions} sessions ended. Sign"
            " in with the password and add a passkey."
        )
