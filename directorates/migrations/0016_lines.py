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
        ("directorates", "0015_staff_sessions"),
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
    ]
