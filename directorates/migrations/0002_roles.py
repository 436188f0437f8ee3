"""The roles of staff as groups, and the first row of the counter of changes.

Django makes permissions after all migrations have run, so this migration makes them before it grants them.
"""

from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

#: The apps that the permissions are about.
APPS = ("auth", "directorates")

READ = ["view_unit", "view_unitedition", "view_figure", "view_responsibility", "view_changeset"]
WRITE = [
    "add_unit", "change_unit", "delete_unit",
    "add_figure", "change_figure", "delete_figure",
    "add_responsibility", "change_responsibility",
    "add_changeset", "change_changeset",
]  # fmt: skip
REVIEW = ["approve_changeset"]
PUBLISH = [
    "publish_unit", "publish_figure", "delete_responsibility", "work_on_every_unit",
    "view_surveyresponse", "view_auditentry",
]  # fmt: skip
ADMINISTER = [
    "add_sitesettings", "change_sitesettings", "view_sitesettings",
    "add_unitassignment", "change_unitassignment", "delete_unitassignment", "view_unitassignment",
    "view_surveyresponse", "view_auditentry",
]  # fmt: skip
ACCOUNTS = ["add_user", "change_user", "view_user", "view_group"]

ROLES = {
    "Editor": READ + WRITE,
    "Reviewer": READ + REVIEW,
    "Publisher": READ + WRITE + REVIEW + PUBLISH,
    "Administrator": READ + ADMINISTER + ACCOUNTS,
}


def create_roles(apps, schema_editor):
    for label in APPS:
        create_permissions(live_apps.get_app_config(label), verbosity=0, apps=apps)
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label__in=APPS
    )
    for name, codenames in ROLES.items():
        found = list(permissions.filter(codename__in=codenames))
        if missing := set(codenames) - {permission.codename for permission in found}:
            raise LookupError(f"{name}: there is no permission {', '.join(sorted(missing))}.")
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*found)


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


def create_generation(apps, schema_editor):
    """The first two writers find one row to wait for."""
    apps.get_model("directorates", "Generation").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [
        ("directorates", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_generation, migrations.RunPython.noop),
        migrations.RunPython(create_roles, remove_roles),
    ]
