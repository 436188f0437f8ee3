import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directorates", "0012_form_presence")]

    operations = [
        migrations.AddField(
            model_name="changeset",
            name="correction",
            field=models.JSONField(
                editable=False,
                encoder=django.core.serializers.json.DjangoJSONEncoder,
                null=True,
            ),
        ),
    ]
