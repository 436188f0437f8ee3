"""Who has which form open. These rows are no part of the record: they lock nothing, and no audit entry names them."""

from directorates.models import FormPresence
from directorates.queries.staff.presence import label_of, oldest_heard


def note(*, record, person, at):
    """Note that a person has the form of a record open, and forget all of whom nothing was heard lately."""
    FormPresence.objects.filter(seen_at__lt=oldest_heard(at)).delete()
    row = FormPresence(
        record_model=label_of(record), record_pk=record.pk, user=person, opened_at=at, seen_at=at
    )
    # One statement, so two tabs of a person never collide.
    FormPresence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["record_model", "record_pk", "user"],
        update_fields=["seen_at"],
    )


def end(*, record, person):
    """Note that a person has left the form of a record."""
    FormPresence.objects.filter(
        record_model=label_of(record), record_pk=record.pk, user=person
    ).delete()
