"""The columns of the two indexes: “Who does what” and the A to Z of units."""

from django.apps import apps as live_apps
from django.conf import settings
from django.db import migrations, models

from directorates.models.database.migration_operations import WithGuardsLifted


def fill_slugs(apps, schema_editor):
    """Give each responsibility the slug that saving it would give it."""
    rows = apps.get_model("directorates", "Responsibility").objects.using(schema_editor.connection.alias)
    found = list(rows.filter(slug="").order_by("pk").only("phrase", "slug"))
    live_apps.get_model("directorates", "Responsibility").objects.fill_slugs(found)
    for row in found:
        rows.filter(pk=row.pk).update(slug=row.slug)


def fill_index_keys(apps, schema_editor):
    """Give each edition of a unit the place in the A to Z that saving it would give it."""
    rows = apps.get_model("directorates", "UnitEdition").objects.using(schema_editor.connection.alias)
    live = live_apps.get_model("directorates", "UnitEdition")
    derive = live._meta.get_field("index_key").derive
    for name in list(rows.order_by().values_list("name", flat=True).distinct()):
        rows.filter(name=name).update(index_key=derive(live(name=name).index_name))


class Migration(migrations.Migration):

    dependencies = [
        ('directorates', "0003_founded_and_employees"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='responsibility',
            name='description',
            field=models.CharField(blank=True, db_default='', default='', help_text='One sentence: what is meant, and what is not. It appears in “Who does what”, where units have like tasks.', max_length=200),
        ),
        migrations.AddField(
            model_name='responsibility',
            name='slug',
            field=models.SlugField(blank=True, db_default='', default='', editable=False, help_text='The anchor of its entry in “Who does what”. It is made from the first phrase and never changes.', max_length=100),
        ),
        migrations.AddField(
            model_name='unit',
            name='sorted_under',
            field=models.CharField(blank=True, db_default='', default='', help_text='The part of the name by which the A to Z of units sorts it, such as “Chief Financial Officer”. It is bold there. Empty: the name without “Office of the” and the like.', max_length=200),
        ),
        migrations.AddField(
            model_name='unitedition',
            name='index_key',
            field=models.BinaryField(blank=True, db_default=b'', default=b''),
        ),
        migrations.AddField(
            model_name='unitedition',
            name='sorted_under',
            field=models.CharField(blank=True, db_default='', default='', help_text='The part of the name by which the A to Z of units sorts it, such as “Chief Financial Officer”. It is bold there. Empty: the name without “Office of the” and the like.', max_length=200),
        ),
        migrations.AlterField(
            model_name='responsibility',
            name='phrase',
            field=models.CharField(help_text="A short noun phrase, such as “Bond management”. It appears on the unit's page and in “Who does what”.", max_length=120, unique=True),
        ),
        migrations.AlterField(
            model_name='responsibility',
            name='synonyms',
            field=models.JSONField(blank=True, default=list, help_text='Other words that people use for it. Each has a line in “Who does what”, and helps search.'),
        ),
        migrations.RunPython(fill_slugs, migrations.RunPython.noop),
        WithGuardsLifted([migrations.RunPython(fill_index_keys, migrations.RunPython.noop)]),
        migrations.AddIndex(
            model_name='unitedition',
            index=models.Index(fields=['index_key'], name='unitedition_a_to_z'),
        ),
        migrations.AddConstraint(
            model_name='responsibility',
            constraint=models.UniqueConstraint(condition=models.Q(('slug', ''), _negated=True), fields=('slug',), name='responsibility_slug_is_unique', violation_error_message='There is a responsibility with this address already.'),
        ),
    ]
