"""Writing an agency's record in the format that `actions.importing` loads."""

from django.db import models

from directorates.exchange import agency_file
from directorates.exchange.agency_fields import (
    LINK_FIELDS,
    SITE_FIELDS,
    UPKEEP_FIELDS,
    content_fields,
)
from directorates.models import Figure, Responsibility, SiteSettings, Unit


def dump():
    """Return the text of a file with all published and scheduled content. Drafts are left out."""
    settings = SiteSettings.objects.load()
    site = _filled(SITE_FIELDS, settings)
    site["links"] = [
        {name: getattr(link, name) for name in LINK_FIELDS} for link in settings.links.all()
    ]
    return agency_file.write(
        {
            "site": site,
            "responsibilities": [
                {"phrase": row.phrase, "synonyms": row.synonyms}
                | ({"description": row.description} if row.description else {})
                | {"slug": row.slug}
                for row in Responsibility.objects.all()
            ],
            "units": list(_records(Unit)),
            "figures": list(_records(Figure)),
        }
    )


def _records(model):
    relations = [field.name for field in model.content_relations()]
    edition = model._meta.get_field("editions").related_model
    editions = {}
    for row in (
        edition.objects.not_withdrawn()
        .order_by(edition.record_field, "effective_from")
        .prefetch_related(*relations)
    ):
        editions.setdefault(row.record_pk, []).append(row)
    identifiers = dict(Unit.objects.values_list("pk", "identifier"))
    records = model.objects.order_by("pk").select_related("upkeep_role")
    for record in records.only("identifier", "upkeep_role__name", *UPKEEP_FIELDS):
        if record.pk in editions:
            rows = [_edition(row, identifiers) for row in editions[record.pk]]
            yield {"identifier": record.identifier, **_upkeep(record), "editions": rows}


def _upkeep(record):
    """Return the upkeep that differs from the usual. A role has the name of its group."""
    values = _filled(UPKEEP_FIELDS, record)
    if "upkeep_role" in values:
        values["upkeep_role"] = values["upkeep_role"].name
    return values


def _edition(row, identifiers):
    values = {"effective_from": row.effective_from, "change_note": row.change_note}
    if not row.beginning_is_known:
        values["beginning_is_known"] = False
    fields = content_fields(type(row))
    values |= _filled({name: f for name, f in fields.items() if not f.is_relation}, row)
    if not row.beginning_is_known and getattr(row, "is_closed", False):
        # Without this line, loading would treat the closing day as unknown.
        values["closing_day_is_known"] = row.closing_day_is_known
    for name, field in fields.items():
        if isinstance(field, models.ForeignKey):
            values[name] = identifiers.get(getattr(row, field.attname), "")
        elif isinstance(field, models.ManyToManyField):
            values[name] = sorted(_name(related) for related in getattr(row, name).all())
    return {name: value for name, value in values.items() if value not in ("", [], None)}


def _name(related):
    return related.phrase if isinstance(related, Responsibility) else related.identifier


def _filled(fields, row):
    """Return the values that differ from the field's default."""
    return {
        name: value
        for name, field in fields.items()
        if (value := getattr(row, name)) != field.get_default() and value is not None
    }
