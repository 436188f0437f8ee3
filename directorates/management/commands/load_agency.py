from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from directorates.actions.importing import importing
from directorates.exchange.agency_file import AgencyFileError
from directorates.management.progress import counting, interruptible
from directorates.rules.database_errors import is_disk_full, is_outage


def _what_to_do(error):
    if is_disk_full(error):
        return f"The disk is full ({error}). Make room, then load the file again."
    if is_outage(error):
        return f"The database cannot be reached or does not answer ({error})."
    return f"The database is not ready ({error}). Run “manage.py migrate” first."


class Command(BaseCommand):
    help = (
        "Load an agency's record from a file: all of it, or nothing and a list of what to correct."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="such as directorates/sample/ice.toml")
        parser.add_argument("--by", help="the user name of the person who loads it")

    def handle(self, *, file, by, **options):
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        try:
            with interruptible("Nothing was loaded."):
                result = importing.load(
                    content=content,
                    file_name=file.name,
                    by=self._user(by),
                    at=timezone.now(),
                    counting=counting,
                )
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"{_what_to_do(error)}\nNothing was loaded.") from error
        except AgencyFileError as error:
            raise CommandError(
                f"{error}\nNothing was loaded. Correct the file and load it again."
            ) from error
        self.stdout.write(f"{file.name}: {result}")

    @staticmethod
    def _user(name):
        if not name:
            return None
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user “{name}”.")
        return user
