from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from directorates.actions import review_digest
from directorates.queries import visibility


class Command(BaseCommand):
    help = (
        "Mail each member of staff which records are due for a review. Nobody gets an empty mail."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--origin",
            help="scheme and host of the links, such as https://www.agency.gov; default: the domain of the site settings",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="send nothing; write the mails to the terminal"
        )

    def handle(self, *, origin, dry_run, **options):
        if not (settings.MAIL_IS_SET_UP or dry_run):
            raise CommandError("No mail was sent: set EMAIL_URL and DEFAULT_FROM_EMAIL.")
        site = visibility.site_settings()
        if not (origin or site.domain):
            raise CommandError(
                "The site settings name no domain. Name the site: --origin https://www.agency.gov"
            )
        with timezone.override(site.time_zone):
            messages = self._make(origin or f"https://{site.domain}", site.site_name)
        if dry_run:
            for message in messages:
                self.stdout.write(f"To: {message.to[0]}\n{message.subject}\n\n{message.body}\n")
            return
        try:
            failed = review_digest.send(messages)
        except OSError as error:
            raise CommandError(f"No mail was sent: {error}") from error
        self.stdout.write(f"{len(messages) - len(failed)} mails sent.")
        if failed:
            lines = [f"{message.to[0]}: {error}" for message, error in failed]
            raise CommandError("Not sent:\n" + "\n".join(lines))

    @staticmethod
    def _make(origin, site_name):
        at, url = timezone.now(), f"{origin}{reverse('admin:upkeep')}"
        made = (
            review_digest.make(user=user, url=url, site_name=site_name, at=at)
            for user in review_digest.find_recipients()
        )
        return [message for message in made if message is not None]
