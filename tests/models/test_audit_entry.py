import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import flush
from django.core.management.sql import sql_flush
from django.db import IntegrityError, connection, transaction

from directorates.actions.reviewing import reviewing
from directorates.models import AuditEntry, ChangeSetStep
from tests.factories import NOON, make_agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(db):
    agency = make_agency()
    reviewing.create(title="A set", records=[agency], by=None, at=NOON)
    return AuditEntry.objects.earliest("pk")


def test_an_entry_is_saved_once(entry):
    entry.comment = "Something else"
    with pytest.raises(TypeError):
        entry.save()


def test_an_entry_is_never_deleted(entry):
    with pytest.raises(TypeError):
        entry.delete()


@pytest.mark.parametrize(
    "table",
    [
        "directorates_auditentry",
        "directorates_changesetstep",
        "directorates_contribution",
    ],
)
@pytest.mark.parametrize("statement", ["UPDATE {} SET by_id = NULL", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_noted(entry, table, statement):
    with (
        pytest.raises(IntegrityError, match="never changed and never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_the_database_refuses_what_goes_past_the_models(entry):
    for model in (AuditEntry, ChangeSetStep):
        for write in (
            lambda rows: rows.update(comment="x"),
            lambda rows: rows._raw_delete(rows.db),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                write(model.objects.all())


@pytest.mark.django_db(transaction=True)
def test_the_site_itself_cannot_be_emptied_of_its_audit_trail(monkeypatch):
    make_agency()
    with monkeypatch.context() as context:
        # As outside the tests.
        context.setattr(flush, "sql_flush", sql_flush)
        with pytest.raises(CommandError):
            call_command("flush", interactive=False, verbosity=0)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_guards_stand_again_after_a_flush_between_tests():
    make_agency()
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    make_agency()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(comment="x")
