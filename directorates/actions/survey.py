"""Storing and deleting visitors' answers."""

from directorates.actions import locks
from directorates.actions.auditing import auditing
from directorates.actions.refusals import require
from directorates.models import SurveyResponse
from directorates.queries import permissions
from directorates.rules import audit_actions


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
