from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directorates", "0007_publishers_work_on_every_unit")]

    operations = [
        migrations.AddField(
            model_name="changeset",
            name="form_number",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
    ]
