"""What is done with visitors' answers: storing one, exporting many."""

import csv
from datetime import UTC

from django.db import transaction

from directorates.models import SurveyResponse

_COLUMNS = ("Submitted at (UTC)", "Page", "Trust", "Ease", "Effectiveness", "Comments")

# Excel reads a file without a byte order mark as something else than UTF-8.
_BYTE_ORDER_MARK = "\ufeff"

# A cell that begins with one of these is run as a formula by spreadsheet programs; some of them
# take the full-width forms for the same signs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@transaction.atomic
def record_response(*, submission_id, page, trust, ease, effectiveness, comments, at):
    """Store one visitor's answers and return (response, created).

    The same submission sent again changes nothing: the answers first stored are returned.
    """
    return SurveyResponse.objects.get_or_create(
        submission_id=submission_id,
        defaults={
            "submitted_at": at,
            "page": page,
            "trust": trust,
            "ease": ease,
            "effectiveness": effectiveness,
            "comments": comments,
        },
    )


def export_responses(*, responses):
    """Yield the lines of a CSV file, header first, without holding all the responses in memory.

    `responses` is a queryset. The file is UTF-8 with a byte order mark once encoded.
    """
    writer = csv.writer(_Lines())
    yield _BYTE_ORDER_MARK + writer.writerow(_COLUMNS)
    for response in responses.iterator(chunk_size=2000):
        yield writer.writerow(
            [
                response.submitted_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
                _harmless(response.page),
                response.trust,
                response.ease,
                response.effectiveness,
                _harmless(response.comments),
            ]
        )


class _Lines:
    """Hands each line back instead of keeping it: `writerow` returns what `write` returns."""

    def write(self, line):
        return line


def _harmless(text):
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
