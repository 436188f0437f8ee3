from django.core.management.base import BaseCommand, CommandError

from directorates.actions import search_index

#: The most differences that the command names.
MOST_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Build the index of the public search from the records, all or nothing, and compare both."
    )

    def add_arguments(self, parser):
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--check",
            action="store_true",
            help="write nothing; fail if the index differs from the records, and say where",
        )
        how.add_argument(
            "--if-needed",
            action="store_true",
            help="build the index only if it differs from the records",
        )

    def handle(self, *, check, if_needed, **options):
        differences = search_index.find_differences() if check or if_needed else ()
        if not check and (differences or not if_needed):
            self.stdout.write(f"{search_index.rebuild():,} words are in the index.")
            differences = search_index.find_differences()
        if differences:
            shown = "\n".join(differences[:MOST_SHOWN])
            raise CommandError(
                f"The index differs from the records at {len(differences):,} places. Run"
                f" “manage.py rebuild_search”.\n{shown}"
            )
        self.stdout.write("The index is that of the records.")
