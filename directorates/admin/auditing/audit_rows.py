"""The entries of the audit trail as rows of a page, with marked differences and linked records."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps

from directorates.admin.wording import exact_moment, moment
from directorates.queries.differences import LabeledDifference
from directorates.queries.staff.audit_trail import Change, TrailEntry
from directorates.rules.compare.blocks import compare_blocks
from directorates.rules.compare.prose import plain_block, prose_blocks
from directorates.rules.content import text

CHANGE_SET = "directorates.changeset"

#: An entry with at most this many changed fields and characters is shown without a table.
MOST_SHORT_FIELDS = 4
MOST_SHORT_CHARACTERS = 400


@dataclass(frozen=True)
class AuditRow:
    number: int
    at: datetime
    when: str
    by: str
    done: str
    kind: str
    #: '' where the page is about this record; likewise `change_set`.
    record: str
    record_url: str
    change_set: str
    change_set_url: str
    comment: str
    differences: list[LabeledDifference]
    fields: str
    #: Whether each change is one line, and all together are short.
    is_short: bool
    #: Whether any value existed before; if not, the table has one column.
    has_before: bool

    @property
    def region(self):
        """A name for the table of differences, unique on the page."""
        return f"Differences of entry {self.number}"


def audit_rows(entries, admin_site, request, *, about=None):
    """Return entries for a page, which may be about one record. Only records that the person may see are
    linked. Makes no query."""
    may_see = {}

    def url(label, pk):
        if label not in may_see:
            may_see[label] = admin_site.may_see(request, label)
        return admin_site.url_of(label, pk) if pk and may_see[label] else ""

    subject = about and (about._meta.concrete_model._meta.label_lower, str(about.pk))
    return [_audit_row(entry, subject, url) for entry in entries]


def _audit_row(entry: TrailEntry, subject, url):
    differences = [compared_change(change) for change in entry.changes]
    own = (entry.record_model, entry.record_pk)
    own_set = (CHANGE_SET, str(entry.change_set_id))
    return AuditRow(
        number=entry.number,
        at=entry.at,
        when=moment(entry.at),
        by=entry.by_name,
        done=entry.done,
        kind=kind_of(entry.record_model),
        record="" if own == subject else entry.record_label,
        record_url=url(entry.record_model, entry.record_pk),
        change_set="" if own_set in (own, subject) else entry.change_set_title,
        change_set_url=url(CHANGE_SET, entry.change_set_id),
        comment=entry.comment,
        differences=differences,
        fields=", ".join(difference.label for difference in differences),
        is_short=_is_short(entry, differences),
        has_before=any(change.before for change in entry.changes),
    )


def _is_short(entry, differences):
    length = sum(len(str(change.before)) + len(str(change.after)) for change in entry.changes)
    return (
        0 < len(differences) <= MOST_SHORT_FIELDS
        and length <= MOST_SHORT_CHARACTERS
        and all(len(difference.changes) == 1 for difference in differences)
        and all(change.kind != "html" for change in entry.changes)
    )


def kind_of(label):
    """Return the name of a kind of record, for example "Unit"."""
    return text.capitalized(str(apps.get_model(label)._meta.verbose_name))


def compared_change(change: Change):
    """Return a change with its words compared, as in the comparison of editions."""
    blocks = compare_blocks(
        _blocks(change.kind, change.before),
        _blocks(change.kind, change.after),
        by_words=change.kind in ("text", "html"),
    )
    return LabeledDifference(change.field, change.label, blocks)


def _blocks(kind, side):
    if not side:
        return ()
    if kind == "names":
        return tuple(plain_block(name) for name in side)
    if kind == "html":
        return prose_blocks(side)
    if kind == "instant":
        return (plain_block(exact_moment(datetime.fromisoformat(side))),)
    return (plain_block(side),)
