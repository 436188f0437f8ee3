"""The counter of changes exists from the beginning, so that the first two writers find one row to wait on."""

from django.db import migrations


def create_generation(apps, schema_editor):
    apps.get_model("directorates", "Generation").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("directorates", "0002_editions_never_overlap")]

    operations = [migrations.RunPython(create_generation, migrations.RunPython.noop)]
