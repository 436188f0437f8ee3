"""Storing, exporting and deleting visitors' answers."""

from datetime import UTC

from directorates.actions import locks
from directorates.actions.auditing import auditing
from directorates.actions.refusals import require
from directorates.exchange.csv_lines import csv_lines
from directorates.models import SurveyResponse
from directorates.queries import permissions
from directorates.rules import audit_actions

_COLUMNS = ("Submitted at (UTC)", "Page", "Trust", "Ease", "Effectiveness", "Comments")


@locks.atomic
def record_response(*, submission_id, page, trust, ease, effectiveness, comments, at):
    """Store one visitor's answers and return (response, created).

    A repeated submission changes nothing and returns the answers stored first.
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


@locks.atomic
def delete(*, responses, by, at):
    """Delete visitors' answers. The audit trail records the deletion without the answers, since a deletion
    may protect somebody's privacy."""
    require(permissions.may(by, "delete", SurveyResponse))
    responses = list(responses)
    auditing.note_all(
        [
            auditing.entry(action=audit_actions.DELETE, record=response, by=by, at=at)
            for response in responses
        ]
    )
    SurveyResponse.objects.filter(pk__in=[response.pk for response in responses]).delete()
