"""Writing the audit trail. Actions call it inside their transactions, so a change and its entry are saved
together or not at all."""

from directorates.actions.auditing.audit_phrases import changes_between, state_of
from directorates.models import AuditEntry
from directorates.rules import audit_actions
from directorates.rules.content import text

COMMAND_LINE = "the command line"


def note(*, by, at, **fields):
    """Write one entry. The arguments are those of `entry`."""
    note_all([entry(by=by, at=at, **fields)])


def note_deletion(record, *, by, at, leave_out=(), change_set=None):
    """Write an entry for a record before its deletion, with all its values."""
    note(
        action=audit_actions.DELETE,
        record=record,
        by=by,
        at=at,
        changes=changes_between(
            record._meta.concrete_model, state_of(record, leave_out=leave_out), None
        ),
        change_set=change_set,
    )


def note_all(entries):
    """Write many entries at once; an entry later in the list counts as newer."""
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def entry(*, action, record, by, at, changes=(), change_set=None, comment="", label=""):
    """Return an unsaved entry. `action` is a code of `audit_actions.WORDS`, `changes` is as in `audit_phrases`.

    `label` names the record; the default is str(record).
    """
    if action not in audit_actions.WORDS:
        raise ValueError(f"“{action}” has no words: add it to audit_actions.WORDS.")
    by_name = _name_of(by)
    label = text.shorten(label or str(record), 400)
    changes = list(changes)
    return AuditEntry(
        at=at,
        by=by,
        by_name=by_name,
        action=action,
        record_model=record._meta.concrete_model._meta.label_lower,
        record_pk="" if record.pk is None else str(record.pk),
        record_label=label,
        change_set=change_set,
        changes=changes,
        comment=comment,
        search_text=_searched([by_name, audit_actions.WORDS[action], label, comment], changes),
    )


def _name_of(person):
    """Return a name that identifies the person even after the account is renamed."""
    if person is None:
        return COMMAND_LINE
    full_name = person.get_full_name()
    return f"{full_name} ({person.get_username()})" if full_name else person.get_username()


def _searched(sentences, changes):
    """Return each word once, in small letters: a search needs no repeated words."""
    for change in changes:
        sentences.append(change["label"])
        for side in (change["before"], change["after"]):
            if isinstance(side, list):
                sentences += side
            elif side:
                sentences.append(text.plain_text(side) if change["kind"] == "html" else side)
    return " ".join(dict.fromkeys(" ".join(sentences).casefold().split()))
