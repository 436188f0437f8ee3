"""Who looks after the records of an agency's file, and how often they are reviewed."""

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from directorates.exchange.agency_fields import UPKEEP_FIELDS


def read_upkeep(entry, errors):
    """Return {attribute name: value} of the upkeep that the file gives for a record; add an error for a wrong value.

    A key that the file lacks is left as it is. One query for a role.
    """
    values = {}
    for name, field in UPKEEP_FIELDS.items():
        if name not in entry.values:
            continue
        value = entry.values[name]
        if field.is_relation:
            value = Group.objects.filter(name=value).values_list("pk", flat=True).first()
            if value is None:
                reason = f"there is no role “{entry.values[name]}”; make it under Groups first"
                errors.add(entry.problem(name, reason))
            else:
                # A record has one owner, a role or a person.
                values["upkeep_owner_id"] = None
        else:
            try:
                value = field.clean(value, None)
            except ValidationError:
                choices = ", ".join(str(choice) for choice, _ in field.flatchoices)
                reason = f"“{value}” is none of the choices: {choices}."
                errors.add(entry.problem(name, reason))
        values[field.attname] = value
    return values


def write_upkeep(model, planned):
    """Write the upkeep of records, given as (record, values). Records that have it already are not written."""
    changed = []
    for record, values in planned:
        if {name: getattr(record, name) for name in values} == values:
            continue
        for name, value in values.items():
            setattr(record, name, value)
        changed.append(record)
    names = [field.name for field in model.upkeep_fields()]
    model.objects.bulk_update(changed, names, batch_size=500)
