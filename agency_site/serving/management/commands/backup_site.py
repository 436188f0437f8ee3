from pathlib import Path
from time import perf_counter

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agency_site.serving.backup import whole
from agency_site.serving.backup.errors import BackupError
from directorates.management.progress import interruptible


class Command(BaseCommand):
    help = "Write database and uploads into one new file while the site runs."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="such as /srv/backup/agency-2026-11-24.tar.gz")

    def handle(self, *, file, **options):
        began = perf_counter()
        try:
            with interruptible("No backup was written, and earlier ones are as they were."):
                found = whole.back_up(file=file.absolute(), at=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(found["rows"].values())
        self.stdout.write(
            f"{file}: {rows:,} rows of {len(found['rows'])} tables, generation {found['generation']},"
            f" {len(found['pages'])} pages summed, {file.stat().st_size / 1e6:.1f} MB,"
            f" {perf_counter() - began:.1f} s."
        )
