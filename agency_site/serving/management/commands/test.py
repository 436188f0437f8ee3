import sys

from django.core.management.base import BaseCommand, CommandError

PYTEST_IS_THE_WAY = "The tests run with pytest. Run: python -m pytest"


class Command(BaseCommand):
    help = PYTEST_IS_THE_WAY

    def run_from_argv(self, argv):
        """Answer any options, because only Django's own test command knows them."""
        self.stderr.write(PYTEST_IS_THE_WAY)
        sys.exit(1)

    def handle(self, **options):
        raise CommandError(PYTEST_IS_THE_WAY)
