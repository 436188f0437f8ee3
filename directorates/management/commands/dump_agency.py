from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directorates.exchange import agency_export


class Command(BaseCommand):
    help = "Write what is published and scheduled as a file that load_agency reads. Drafts and the logo stay out."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?", help="without it, to standard output")

    def handle(self, *, file, **options):
        content = agency_export.dump()
        if file is None:
            self.stdout.write(content, ending="")
        else:
            try:
                file.write_text(content, encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
