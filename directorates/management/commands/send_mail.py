from django.core.management.base import BaseCommand, CommandError

from directorates.actions.mailing import sending


class Command(BaseCommand):
    help = (
        "Send the mails to staff that wait. Run it every minute. Any number of runs at the same time send each mail"
        " once."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--origin",
            default="",
            help="scheme and host of the links, such as https://www.agency.gov; default: the domain of the site settings",
        )

    def handle(self, *, origin, **options):
        self.stdout.write(run(origin=origin))


def run(**arguments):
    """Send, and return what to say. Raises CommandError if anything was not sent."""
    try:
        report = sending.send(**arguments)
    except sending.NotSetUpError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"No mail was sent: {error}") from error
    message = f"{report.sent} mails sent."
    if report.failed or report.unsure:
        lines = [f"{address}: {error}" for address, error in report.failed]
        lines += [
            f"{address}: perhaps sent, not tried again: {error}" for address, error in report.unsure
        ]
        raise CommandError(f"{message}\nNot sent:\n" + "\n".join(lines))
    return message
