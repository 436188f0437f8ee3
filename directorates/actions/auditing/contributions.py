"""Who wrote what: each action notes it in its own transaction."""

from directorates.models import Contribution
from directorates.queries.staff.contributors import key_of


def note_draft(record, *, action, by, at):
    """Note that a person saved a record. `action` is a code of `audit_actions`."""
    model, pk = key_of(record)
    Contribution.objects.create(record_model=model, record_pk=pk, did=action, by=by, at=at)


def note_confirmed(record, edition):
    """Note that a draft equals an edition. Its list of writers begins again."""
    model, pk = key_of(record)
    Contribution.objects.create(
        record_model=model,
        record_pk=pk,
        did=Contribution.CONFIRMED,
        edition=edition.number,
        at=edition.approved_at,
    )
