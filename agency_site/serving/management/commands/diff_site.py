from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agency_site.serving.static_export import ExportError, difference
from agency_site.serving.static_export.files.folder import Folder


class Command(BaseCommand):
    help = "List the pages that differ between two exports. Give names of releases, or days."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="that export_site wrote")
        parser.add_argument("before", help="a release, or a day such as 2026-10-01: its end")
        parser.add_argument("after", nargs="?", default="current", help="likewise")
        parser.add_argument(
            "--words", action="store_true", help="show the visible words that differ, too"
        )

    def handle(self, *, folder, before, after, words, **options):
        try:
            folder = Folder(folder)
            names = [difference.find_release(folder, given) for given in (before, after)]
            found = difference.compare(folder, *names)
        except ExportError as error:
            raise CommandError(str(error)) from error
        if found.is_empty:
            self.stdout.write(f"{names[0]} and {names[1]} show the same.")
            return
        for mark, addresses in (
            ("added", found.added),
            ("removed", found.removed),
            ("changed", found.changed),
        ):
            for address in addresses:
                self.stdout.write(f"{mark:<8} {address}")
                if words:
                    self._write_words(folder, names, address)
        for path, target in found.new_redirects.items():
            self.stdout.write(f"redirect {path} to {target}")
        for path, target in found.gone_redirects.items():
            self.stdout.write(f"removed  {path} to {target}")

    def _write_words(self, folder, names, address):
        # The first two lines name the releases, which are printed once for all pages.
        for line in difference.diff_words(folder, *names, address)[2:]:
            self.stdout.write(f"    {line}")
