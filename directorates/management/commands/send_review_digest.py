from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from directorates.actions import review_digest
from directorates.actions.mailing import sending
from directorates.management.commands import send_mail
from directorates.models import MailOccasion
from directorates.queries import visibility


class Command(BaseCommand):
    help = (
        "Mail each member of staff which records are due for a review, once a week. Nobody gets an empty mail. Who"
        " chose one mail a day gets it with that mail."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--origin",
            default="",
            help="scheme and host of the links, such as https://www.agency.gov; default: the domain of the site settings",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="send nothing; write the mails to the terminal"
        )

    def handle(self, *, origin, dry_run, **options):
        if dry_run:
            self._show(origin)
            return
        with timezone.override(visibility.site_settings().time_zone):
            sending.note_due(review_digest.find_recipients(), at=timezone.now())
        self.stdout.write(send_mail.run(origin=origin, kinds=[MailOccasion.Kind.DUE]))

    def _show(self, origin):
        site = visibility.site_settings()
        try:
            url = f"{sending.find_origin(origin)}{reverse('admin:upkeep')}"
        except sending.NotSetUpError as error:
            raise CommandError(str(error)) from error
        with timezone.override(site.time_zone):
            for user in review_digest.find_recipients():
                message = review_digest.make(
                    user=user, url=url, site_name=site.site_name, at=timezone.now()
                )
                if message is not None:
                    self.stdout.write(f"To: {message.to[0]}\n{message.subject}\n\n{message.body}\n")
