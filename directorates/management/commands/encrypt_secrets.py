from django.core.management.base import BaseCommand

from directorates.actions.accounts import accounts


class Command(BaseCommand):
    help = (
        "Re-encrypt the secrets of staff's one-time and recovery codes with SECRET_KEY. Run it after"
        " a change of key, before the former one is taken out of SECRET_KEY_FALLBACKS."
    )

    def handle(self, **options):
        self.stdout.write(f"{accounts.reencrypt_secrets()} secrets encrypted with SECRET_KEY.")
