from pathlib import Path
from time import perf_counter

from django.core.management.base import BaseCommand, CommandError

from agency_site.serving.backup import whole
from agency_site.serving.backup.errors import BackupError
from directorates.management.progress import interruptible


class Command(BaseCommand):
    help = "Restore a backup into an empty database, and compare the result with the backup."
    # The database is empty, so the checks of a running site would fail.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a file that backup_site has written")
        parser.add_argument(
            "--signed-with-a-lost-key",
            action="store_true",
            help="restore a file that you trust although this site's keys did not sign it",
        )

    def handle(self, *, file, signed_with_a_lost_key, **options):
        began = perf_counter()
        try:
            with interruptible("Nothing was restored."):
                manifest, remarks = whole.restore(
                    file=file.absolute(), is_signature_needed=not signed_with_a_lost_key
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        for remark in remarks:
            self.stderr.write(remark)
        self.stdout.write(
            f"Restored the state of {manifest['made_at']}: {sum(manifest['rows'].values()):,} rows of"
            f" {len(manifest['rows'])} tables agree"
            + ("" if remarks else f", and so do {len(manifest['pages'])} pages")
            + f"; {perf_counter() - began:.1f} s. Start the site, or restart it."
        )
