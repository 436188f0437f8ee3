"""Publishers work on every unit, and administrators say who works on which."""

from django.db import migrations

GRANTS = {
    "Publisher": ["work_on_every_unit"],
    "Administrator": [
        "view_unitassignment",
        "add_unitassignment",
        "change_unitassignment",
        "delete_unitassignment",
    ],
}


def grant(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for group in Group.objects.filter(name__in=GRANTS):
        group.permissions.add(*(_permission(apps, codename) for codename in GRANTS[group.name]))


def _permission(apps, codename):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="directorates", model="unitassignment"
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": codename.replace("_", " ").capitalize()},
    )
    return permission


def take_back(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name__in=GRANTS):
        group.permissions.remove(*Permission.objects.filter(codename__in=GRANTS[group.name]))


class Migration(migrations.Migration):
    dependencies = [("directorates", "0006_unit_assignments")]

    operations = [migrations.RunPython(grant, take_back)]
