"""Who wrote what: each action notes it in its own transaction."""

from directorates.actions.auditing.audit_phrases import changes_between
from directorates.actions.auditing.auditing_sets import typed_into
from directorates.actions.reviewing.steps import add_step
from directorates.models import ChangeSet, Contribution
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


def note_typing(change_set, *, before, by, at):
    """Add a step that names the fields of a set that a person changed. Adds none if nothing changed."""
    changes = changes_between(ChangeSet, before, typed_into(change_set))
    if changes:
        labels = ", ".join(change["label"].lower() for change in changes)
        add_step(change_set, "change", f"Changed {labels}.", by, at)


def note_deletion(record, *, by, at):
    """Add the step that a draft leaves its set because it will be deleted."""
    if record.change_set is not None:
        words = f"Took out {record}, which was deleted."
        add_step(record.change_set, "remove", words, by, at)
