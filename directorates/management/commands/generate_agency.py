from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from directorates.exchange import fictional_agency


class Command(BaseCommand):
    help = "Write the file of a clearly fictional agency, the same for the same seed, for tests and benchmarks."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--offices", type=int, default=400)

    def handle(self, *, file, seed, offices, **options):
        content = fictional_agency.generate(seed=seed, offices=offices)
        try:
            file.write_text(content, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{file}: a fictional agency with {offices} offices.")
