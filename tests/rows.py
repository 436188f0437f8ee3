"""Reads the whole database as plain data, to detect changes."""

from django.apps import apps

from directorates.models import StaffSession


def rows():
    """Return every row except the traces of visits."""
    models = [
        model
        for label in ("directorates", "auth")
        for model in apps.get_app_config(label).get_models()
        if not model._meta.proxy and model is not StaffSession
    ]
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list())) for model in models
    } | {
        f"{model._meta.label}.{relation.name}": sorted(
            map(str, relation.remote_field.through._base_manager.values_list())
        )
        for model in models
        for relation in model._meta.local_many_to_many
    }
