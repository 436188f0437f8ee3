from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agency_site.serving.static_export import ExportError, verifying
from agency_site.serving.static_export.files.folder import Folder
from directorates.management.progress import interruptible


class Command(BaseCommand):
    help = "Check every byte and every link of an export. The exit code is 1 if anything is wrong."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="that export_site wrote")
        parser.add_argument("--release", default="", help="its name; without it, the current one")
        parser.add_argument("--all", action="store_true", help="every release")

    def handle(self, *, folder, release, **options):
        try:
            with interruptible("Nothing was changed."):
                errors, names = self._verify(Folder(folder), release, options["all"])
        except ExportError as error:
            raise CommandError(str(error)) from error
        if errors:
            raise CommandError("\n".join([*errors, f"Errors: {len(errors)}."]))
        self.stdout.write(f"{', '.join(names)}: every file and every link is sound.")

    @staticmethod
    def _verify(folder, release, is_all):
        current = folder.current()
        names = folder.names() if is_all else [release or current]
        if names in ([], [None]):
            raise ExportError(f"{folder.path} has no current release. Make one: export_site")
        unknown = set(names) - set(folder.names())
        if unknown:
            raise ExportError(
                f"There is no release {unknown.pop()}. There are: {', '.join(folder.names())}."
            )
        found = [(name, error) for name in names for error in verifying.verify(folder, name)]
        return [f"{name}/{error}" for name, error in found], names
