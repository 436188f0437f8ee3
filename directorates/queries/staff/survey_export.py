"""Visitors' answers as a file."""

from datetime import UTC

from directorates.exchange.csv_lines import csv_lines

_COLUMNS = ("Submitted at (UTC)", "Page", "Trust", "Ease", "Effectiveness", "Comments")


def export_responses(*, responses):
    """Return the lines of a CSV file, header first, without holding all the responses in memory.

    `responses` is a queryset. The file is UTF-8 with a byte order mark once encoded.
    """
    return csv_lines(
        _COLUMNS,
        (
            [
                response.submitted_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
                response.page,
                response.trust,
                response.ease,
                response.effectiveness,
                response.comments,
            ]
            for response in responses.iterator(chunk_size=2000)
        ),
    )
