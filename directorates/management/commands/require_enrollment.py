from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directorates.actions.accounts import accounts
from directorates.actions.accounts.account_limits import AccountError


class Command(BaseCommand):
    help = (
        "Take an account's passkeys and codes away, end its sessions, and let it add a passkey by password"
        " for a while: for the administrator whom no other one can help."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument(
            "--force",
            action="store_true",
            help="also for the last account that can manage accounts",
        )

    def handle(self, *, username, force, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account with the name “{username}”.")
        try:
            authenticators, sessions = accounts.require_enrollment(
                user=user, by=None, at=timezone.now(), force=force
            )
        except AccountError as refusal:
            raise CommandError(f"{refusal} To do it all the same, add --force.") from refusal
        self.stdout.write(
            f"{username}: {authenticators} passkeys and codes removed, {sessions} sessions ended. Sign"
            " in with the password and add a passkey."
        )
