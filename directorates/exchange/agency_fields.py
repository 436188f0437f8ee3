"""The fields of the records in an agency's file."""

from datetime import date
from decimal import Decimal

from django.db import models

from directorates.exchange.agency_file import AgencyFileLayout
from directorates.models import Figure, Responsibility, SiteLink, SiteSettings, Unit

_TYPES = (
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.DecimalField, Decimal),
    (models.DateField, date),
    (models.ForeignKey, str),
)

#: Without the logo: a text file cannot hold it, so staff set the logo in the admin.
SITE_FIELDS = {
    field.name: field
    for field in SiteSettings._meta.local_fields
    if field.name != "id" and not isinstance(field, models.FileField) and field.name != "logo_alt"
}
LINK_FIELDS = {name: SiteLink._meta.get_field(name) for name in ("text", "url")}
RESPONSIBILITY_FIELDS = {
    name: Responsibility._meta.get_field(name)
    for name in ("phrase", "synonyms", "description", "slug")
}

#: What a file says of the upkeep of a record. It names no person.
UPKEEP_FIELDS = {
    name: Unit._meta.get_field(name) for name in ("upkeep_role", "upkeep_risk", "upkeep_months")
}


def content_fields(model):
    """Return {name: field} of the columns and relations of a record's or an edition's content."""
    declared = (*model.content_fields(), *model.content_relations())
    return {field.name: model._meta.get_field(field.name) for field in declared}


def _type_of(field):
    if isinstance(field, models.ManyToManyField | models.JSONField):
        return [str]
    return next((kind for base, kind in _TYPES if isinstance(field, base)), str)


def layout():
    """Return what each table of the file may hold."""

    def types(fields):
        return {name: _type_of(field) for name, field in fields.items()}

    return AgencyFileLayout(
        site=types(SITE_FIELDS),
        links=types(LINK_FIELDS),
        responsibilities=types(RESPONSIBILITY_FIELDS),
        units=types(content_fields(Unit)),
        figures=types(content_fields(Figure)),
        upkeep=types(UPKEEP_FIELDS),
    )
