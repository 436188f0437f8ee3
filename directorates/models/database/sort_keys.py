"""The places in the alphabet of rows that were written without one, such as by the release before."""

from django.apps import apps as installed_apps
from django.db import connections

from directorates.models.database import guards
from directorates.models.fields import SortKeyField


def write_missing(using, apps=None):
    """Write every sort key that is empty, in the tables that `apps` knows to have one.

    Editions are guarded, so the guards are lifted where a key is missing. A key is no content: it follows from the name.
    """
    missing = list(_find_missing(using, apps or installed_apps))
    if not missing:
        return
    connection = connections[using]
    with guards.lifted(connection), connection.cursor() as cursor:
        for statement, keys in missing:
            cursor.executemany(statement, keys)


def _find_missing(using, apps):
    """Yield (statement, [(key, id)]) for each table with rows that have no key."""
    connection = connections[using]
    for model in installed_apps.get_app_config("directorates").get_models():
        field = find_field(model)
        if field is None or model._meta.proxy or not _has_column(apps, model, field):
            continue
        rows = model._base_manager.using(using).filter(**{field.name: b""}).only("pk", field.of)
        keys = [
            (field.get_db_prep_save(field.pre_save(row, False), connection), row.pk) for row in rows
        ]
        if keys:
            yield f"UPDATE {model._meta.db_table} SET {field.column} = %s WHERE id = %s", keys


def find_field(model):
    """Return the field with a model's sort keys, or None."""
    return next((f for f in model._meta.concrete_fields if isinstance(f, SortKeyField)), None)


def _has_column(apps, model, field):
    """Whether the table has it in this state of the migrations, which may be one of the past."""
    try:
        state = apps.get_model(model._meta.label)
    except LookupError:
        return False
    return any(one.name == field.name for one in state._meta.concrete_fields)
