"""The roles of staff as groups: editor, reviewer, publisher, administrator.

Permissions are made after all migrations have run, so each is made here if it is not there yet.
"""

from django.db import migrations

READ = ["view_unit", "view_unitedition", "view_figure", "view_responsibility", "view_changeset"]
WRITE = [
    "add_unit", "change_unit", "delete_unit",
    "add_figure", "change_figure", "delete_figure",
    "add_responsibility", "change_responsibility",
    "add_changeset", "change_changeset",
]  # fmt: skip
REVIEW = ["approve_changeset"]
PUBLISH = ["publish_unit", "publish_figure", "delete_responsibility", "view_surveyresponse"]
SETTINGS = ["add_sitesettings", "change_sitesettings", "view_sitesettings"]

ROLES = {
    "Editor": READ + WRITE,
    "Reviewer": READ + REVIEW,
    "Publisher": READ + WRITE + REVIEW + PUBLISH,
    "Administrator": [*READ, *SETTINGS, "view_surveyresponse"],
}
ACCOUNTS = ["add_user", "change_user", "view_user", "view_group"]

#: Permissions whose name does not end with their model's.
MODEL_OF = {
    "publish_unit": "unit",
    "publish_figure": "figure",
    "approve_changeset": "changeset",
}


def create_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        permissions = [_permission(apps, "directorates", codename) for codename in codenames]
        if name == "Administrator":
            permissions += [_permission(apps, "auth", codename) for codename in ACCOUNTS]
        group.permissions.add(*permissions)


def _permission(apps, app_label, codename):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    model = MODEL_OF.get(codename, codename.partition("_")[2])
    content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
    permission, _ = Permission.objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": codename.replace("_", " ").capitalize()},
    )
    return permission


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("directorates", "0004_change_sets"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_roles, remove_roles)]
