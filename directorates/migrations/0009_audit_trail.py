"""The audit trail, and the guards that keep it and the steps of change sets as they were written.

The database refuses UPDATE, DELETE and (PostgreSQL) TRUNCATE, whoever asks. `models.guards` makes the guards
again after every `migrate`.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDED_TABLES = ["directorates_auditentry", "directorates_changesetmove"]

_SQLITE = """
CREATE TRIGGER {table}_refuses_{event} BEFORE {event} ON {table}
BEGIN
    SELECT RAISE(ABORT, 'what was written here is never changed and never deleted');
END
"""

# The code makes it the same kind of error as on SQLite.
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION directorates_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was written here is never changed and never deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_POSTGRESQL = """
CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION directorates_refuse_change()
"""


def create_guards(apps, schema_editor):
    remove_guards(apps, schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL_FUNCTION)
    for table in GUARDED_TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_POSTGRESQL.format(table=table))
        else:
            for event in ("update", "delete"):
                schema_editor.execute(_SQLITE.format(table=table, event=event))


def remove_guards(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in GUARDED_TABLES:
        if is_postgresql:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_change ON {table}")
        else:
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{event}")
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION IF EXISTS directorates_refuse_change()")


def let_roles_read(apps, schema_editor):
    """Permissions are made after all migrations have run, so this one is made here if it is not there."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="directorates", model="auditentry"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="view_auditentry",
        defaults={"name": "Can view audit entry"},
    )
    groups = apps.get_model("auth", "Group").objects
    for group in groups.filter(name__in=["Publisher", "Administrator"]):
        group.permissions.add(permission)


class Migration(migrations.Migration):

    dependencies = [
        ('directorates', "0008_preview_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=500)),
                ('action', models.CharField(max_length=30)),
                ('record_model', models.CharField(max_length=100)),
                ('record_pk', models.CharField(blank=True, max_length=40)),
                ('record_words', models.CharField(max_length=400)),
                ('changes', models.JSONField(default=list)),
                ('comment', models.TextField(blank=True)),
                ('words', models.TextField()),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('change_set', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_entries', to='directorates.changeset')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit trail',
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['record_model', 'record_pk', '-at', '-id'], name='audit_by_record'), models.Index(fields=['change_set', '-at', '-id'], name='audit_by_set'), models.Index(fields=['by', '-at', '-id'], name='audit_by_person'), models.Index(fields=['-at', '-id'], name='audit_by_day')],
            },
        ),
        migrations.RunPython(create_guards, remove_guards),
        migrations.RunPython(let_roles_read, migrations.RunPython.noop),
    ]
