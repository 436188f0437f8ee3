"""Who wrote what, as rows of its own; and what is known of it from before.

The audit trail says who saved which draft, and the steps say who filled and submitted which set. Sets whose
approver had a hand in them are marked as self-approved, and an approved set of which nothing stands any more
is withdrawn.
"""

from collections import defaultdict

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RECORDS = ["directorates.unit", "directorates.figure", "directorates.responsibility"]
WRITING = ["create", "change", "restore"]
STEPS = ["create", "add", "remove", "submit", "take-back"]


def _written(apps):
    """Return (at, record model, record's key, what was done, person's key) from the audit trail."""
    entries = apps.get_model("directorates", "AuditEntry").objects.filter(
        record_model__in=RECORDS, action__in=WRITING
    )
    rows = entries.order_by("pk").values_list("at", "record_model", "record_pk", "action", "by")
    return [(at, model, int(pk), did, by) for at, model, pk, did, by in rows if pk.isdecimal()]


def _editions(apps):
    for model, name in (("unit", "UnitEdition"), ("figure", "FigureEdition")):
        for edition in apps.get_model("directorates", name).objects.order_by("pk"):
            yield f"directorates.{model}", getattr(edition, f"{model}_id"), edition


def _settled(apps):
    """Return the editions that the draft was published as: all of a set's, and what a draft says now."""
    settled, newest = [], {}
    for model, pk, edition in _editions(apps):
        if edition.change_set_id is not None:
            settled.append((model, pk, edition))
        if edition.withdrawn_at is None:
            newest[model, pk] = edition
    for name in ("Unit", "Figure"):
        same = apps.get_model("directorates", name).objects.filter(has_unpublished_changes=False)
        for pk in same.values_list("pk", flat=True):
            key = f"directorates.{name.lower()}", pk
            if key in newest and newest[key].change_set_id is None:
                settled.append((*key, newest[key]))
    return settled


def keep_what_is_known(apps, schema_editor):
    contribution = apps.get_model("directorates", "Contribution")
    rows = [
        (at, 0, contribution(record_model=model, record_pk=pk, did=did, by_id=by, at=at))
        for at, model, pk, did, by in _written(apps)
    ] + [
        (
            edition.approved_at,
            1,
            contribution(
                record_model=model,
                record_pk=pk,
                did="settled",
                edition=edition.number,
                at=edition.approved_at,
            ),
        )
        for model, pk, edition in _settled(apps)
    ]
    rows.sort(key=lambda row: row[:2])
    contribution.objects.bulk_create([row for *_, row in rows], batch_size=500)


def keep_what_was_typed(apps, schema_editor):
    """Add the steps of who changed what an unfinished set says."""
    entries = apps.get_model("directorates", "AuditEntry").objects.filter(
        record_model="directorates.changeset",
        action="change",
        change_set__state__in=["open", "in-review", "returned"],
    )
    move = apps.get_model("directorates", "ChangeSetMove")
    move.objects.bulk_create(
        [
            move(
                change_set_id=entry.change_set_id,
                name="change",
                from_state="open",
                to_state="open",
                by_id=entry.by_id,
                at=entry.at,
                comment=f"Changed {', '.join(c['label'].lower() for c in entry.changes)}.",
            )
            for entry in entries.order_by("pk")
        ],
        batch_size=500,
    )


def mark_self_approved(apps, schema_editor):
    sets = apps.get_model("directorates", "ChangeSet").objects
    approved = dict(
        sets.filter(approved_by__isnull=False).values_list("pk", "approved_by")
    )
    own = set(
        sets.filter(approved_by=models.F("author"), author__isnull=False).values_list(
            "pk", flat=True
        )
    )
    steps = apps.get_model("directorates", "ChangeSetMove").objects.filter(name__in=STEPS)
    own |= {pk for pk, by in steps.values_list("change_set", "by") if approved.get(pk) == by}
    entries = apps.get_model("directorates", "AuditEntry").objects.filter(
        record_model="directorates.changeset", action="change"
    )
    own |= {pk for pk, by in entries.values_list("change_set", "by") if approved.get(pk) == by}
    sets.filter(pk__in=(own | _approved_own_words(apps)) & set(approved)).update(
        is_self_approved=True
    )


def _approved_own_words(apps):
    """Return the sets whose approver had saved one of the drafts since its edition before."""
    saved = defaultdict(list)
    for at, model, pk, _, by in _written(apps):
        saved[model, pk].append((at, by))
    own, before = set(), {}
    for model, pk, edition in _editions(apps):
        since = before.get((model, pk))
        if edition.change_set_id is not None and any(
            by == edition.approved_by_id
            and at <= edition.approved_at
            and (since is None or at > since)
            for at, by in saved[model, pk]
            if by is not None
        ):
            own.add(edition.change_set_id)
        if edition.withdrawn_at is None:
            before[model, pk] = edition.approved_at
    return own


def withdraw_empty_sets(apps, schema_editor):
    """Move on the approved sets whose editions were withdrawn one by one."""
    editions = defaultdict(list)
    for _, _, edition in _editions(apps):
        if edition.change_set_id is not None:
            editions[edition.change_set_id].append(edition)
    sets = apps.get_model("directorates", "ChangeSet").objects
    move = apps.get_model("directorates", "ChangeSetMove")
    for pk in sets.filter(state="approved").values_list("pk", flat=True):
        if editions[pk] and all(edition.withdrawn_at for edition in editions[pk]):
            last = max(editions[pk], key=lambda edition: edition.withdrawn_at)
            sets.filter(pk=pk).update(state="withdrawn", version=models.F("version") + 1)
            move.objects.create(
                change_set_id=pk,
                name="withdraw",
                from_state="approved",
                to_state="withdrawn",
                by_id=last.withdrawn_by_id,
                at=last.withdrawn_at,
                comment="Its editions had been withdrawn one by one.",
            )


class Migration(migrations.Migration):

    dependencies = [
        ('directorates', '0013_overview_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='changeset',
            name='is_self_approved',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='self-approved'),
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_model', models.CharField(max_length=100)),
                ('record_pk', models.BigIntegerField()),
                ('did', models.CharField(max_length=30)),
                ('at', models.DateTimeField()),
                ('edition', models.PositiveIntegerField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['record_model', 'record_pk', 'id'], name='contribution_by_record')],
            },
        ),
        migrations.RunPython(keep_what_is_known, migrations.RunPython.noop),
        migrations.RunPython(keep_what_was_typed, migrations.RunPython.noop),
        migrations.RunPython(mark_self_approved, migrations.RunPython.noop),
        migrations.RunPython(withdraw_empty_sets, migrations.RunPython.noop),
    ]
