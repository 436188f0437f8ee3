"""What is unique is compared without case and in one composition."""

import unicodedata

from django.db import migrations, models
from django.db.models.functions import Lower


def fold(words):
    composed = unicodedata.normalize("NFC", words).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split())


def fold_phrases(apps, schema_editor):
    """Two phrases that differ in case alone may be there by now: the first one gets the folded phrase."""
    Responsibility = apps.get_model("directorates", "Responsibility")
    first = {}
    for row in Responsibility.objects.order_by("pk"):
        first.setdefault(fold(row.phrase), row)
    for folded, row in first.items():
        row.phrase_folded = folded
    Responsibility.objects.bulk_update(first.values(), ["phrase_folded"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ("directorates", "0016_sort_keys_and_unknown_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="responsibility",
            name="phrase_folded",
            field=models.CharField(editable=False, max_length=500, null=True, unique=True),
        ),
        migrations.RunPython(fold_phrases, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(
                Lower("identifier"),
                name="figure_identifier_is_unique_in_any_case",
                violation_error_message="There is a figure with this identifier already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                Lower("identifier"),
                name="unit_identifier_is_unique_in_any_case",
                violation_error_message="There is a unit with this identifier already.",
            ),
        ),
        # Telephone numbers with extensions are longer; validators stay out of migrations.
        migrations.AlterField(
            model_name='figure',
            name='source_url',
            field=models.URLField(blank=True, verbose_name="source's address"),
        ),
        migrations.AlterField(
            model_name='figureedition',
            name='source_url',
            field=models.URLField(blank=True, verbose_name="source's address"),
        ),
        migrations.AlterField(
            model_name='sitelink',
            name='url',
            field=models.CharField(blank=True, help_text='A full address, or a path on this site that begins with /. A link without an address does not appear.', max_length=300, verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='contact_phone',
            field=models.CharField(blank=True, help_text='Appears at the foot of every page, as you write it. An extension may follow, as in 202-555-0100 ext. 12.', max_length=60),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='contact_url',
            field=models.CharField(blank=True, help_text='The link “Contact” at the foot of every page leads there.', max_length=300, verbose_name="contact page's address"),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='parent_organization_url',
            field=models.CharField(blank=True, max_length=300, verbose_name="parent organization's address"),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='survey_omb_control_number',
            field=models.CharField(blank=True, max_length=9, verbose_name='OMB control number'),
        ),
        migrations.AlterField(
            model_name='unit',
            name='phone',
            field=models.CharField(blank=True, help_text="Appears on the unit's page under “Contact”, as you write it. An extension may follow, as in 202-555-0100 ext. 12.", max_length=60),
        ),
        migrations.AlterField(
            model_name='unit',
            name='statutory_authority_url',
            field=models.URLField(blank=True, help_text='Where the law can be read. The citation links there.', verbose_name="statutory authority's address"),
        ),
        migrations.AlterField(
            model_name='unit',
            name='website',
            field=models.URLField(blank=True, help_text="The unit's own website, if it has one. Appears under “Contact”."),
        ),
        migrations.AlterField(
            model_name='unitedition',
            name='phone',
            field=models.CharField(blank=True, help_text="Appears on the unit's page under “Contact”, as you write it. An extension may follow, as in 202-555-0100 ext. 12.", max_length=60),
        ),
        migrations.AlterField(
            model_name='unitedition',
            name='statutory_authority_url',
            field=models.URLField(blank=True, help_text='Where the law can be read. The citation links there.', verbose_name="statutory authority's address"),
        ),
        migrations.AlterField(
            model_name='unitedition',
            name='website',
            field=models.URLField(blank=True, help_text="The unit's own website, if it has one. Appears under “Contact”."),
        ),
    ]
