import time
import zoneinfo
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agency_site.serving.static_export import ExportError, exporting
from agency_site.serving.static_export.files.folder import Folder
from agency_site.serving.static_export.pages.page_fetcher import PageFetcher
from directorates.management.progress import interruptible
from directorates.queries import visibility
from directorates.rules import date_rules


class Command(BaseCommand):
    help = "Write the public site as files for a web server. Unchanged files take no room a second time."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="new, empty, or of an earlier export")
        parser.add_argument(
            "--origin",
            default="",
            help="such as https://www.agency.gov; without it, https and the domain of the site settings",
        )
        parser.add_argument(
            "--at",
            default="",
            help="show the site at this instant, such as 2026-10-01T00:00, instead of now",
        )

    def handle(self, *, folder, origin, at, **options):
        # Debugging would replace error pages by pages for developers.
        settings.DEBUG = False
        started = time.monotonic()
        now = timezone.now()
        try:
            with interruptible("The static copy is as it was."):
                result = exporting.export(
                    Folder(folder),
                    fetcher=PageFetcher(
                        origin=origin or self._own_origin(), at=self._instant(at) or now
                    ),
                    made_at=now,
                    is_present=not at,
                )
        except ExportError as error:
            raise CommandError(str(error)) from error
        self._tell(result, folder, time.monotonic() - started)

    def _tell(self, result, folder, seconds):
        if not result.is_new:
            self.stdout.write(
                f"Nothing that the public sees has changed since {result.release}, so it stays."
            )
            return
        self.stdout.write(
            f"{folder}/releases/{result.release}: {result.made} files made,"
            f" {result.linked} taken over unchanged, in {seconds:.1f} s."
        )
        for remark in result.remarks:
            self.stderr.write(remark)
        if result.is_current:
            self.stdout.write("It is current now. Reload the web server for its redirects.")
        else:
            self.stdout.write("It shows another instant than the present, so it is not current.")

    @staticmethod
    def _own_origin():
        domain = visibility.site_settings().domain
        if not domain:
            raise ExportError(
                "The site settings name no domain. Name the site: --origin https://www.agency.gov"
            )
        return f"https://{domain}"

    @staticmethod
    def _instant(words):
        """Return the instant of a text, in the site's time zone unless the text has an offset."""
        if not words:
            return None
        zone = zoneinfo.ZoneInfo(visibility.site_settings().time_zone)
        try:
            instant = date_rules.read_instant(
                words, zone=zone, now=timezone.localtime(timezone=zone)
            )
        except date_rules.DateError as error:
            raise ExportError(
                f"{error} An offset says which clock is meant, such as 2026-10-01T04:00Z."
            ) from error
        return instant.astimezone(UTC)
