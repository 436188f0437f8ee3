"""Decides which records a person works on: those of the assigned units and of all units below them."""

from django.db.models import Q

from directorates.models import Unit
from directorates.models.records.governed import GOVERNED, find_governed

#: The place of a record that is under no unit, as text.
TOP = "the top of the organization"


def is_assigned_everywhere(user):
    return user.has_perm("directorates.work_on_every_unit")


def assigned_units(user, *, at):
    """Return the working records of a person's units: assigned units and all units below them."""
    if is_assigned_everywhere(user):
        return Unit.objects.all()
    return Unit.objects.assigned_to(user, at=at)


def assigned_records(user, model, *, at):
    """Return the working records of one kind that belong to a person's units.

    A record belongs to the unit of its edition in force or, without one, of its draft.
    """
    governed = find_governed(model)
    if governed.is_unit:
        return assigned_units(user, at=at)
    if is_assigned_everywhere(user):
        return governed.model.objects.all()
    is_own = Q(**{f"{governed.place}__in": Unit.objects.assigned_to(user, at=at).values("pk")})
    in_force = governed.edition_model.objects.in_force(at)
    return governed.model.objects.filter(
        Q(pk__in=in_force.filter(is_own).values(governed.record_field))
        | is_own & ~Q(pk__in=in_force.values(governed.record_field))
    )


def find_outside_assignment(user, records, *, at):
    """Return the working records that a person does not work on: one query for each kind."""
    if is_assigned_everywhere(user):
        return []
    own = set()
    for governed in GOVERNED:
        pks = [record.pk for record in governed.among(records)]
        if pks:
            found = assigned_records(user, governed.model, at=at).filter(pk__in=pks)
            own |= {(governed.model, pk) for pk in found.values_list("pk", flat=True)}
    return [record for record in records if (record._meta.concrete_model, record.pk) not in own]


def place_of(content):
    """Return the id of the unit above a governed record or an edition, or None."""
    return getattr(content, find_governed(content).place_id)


def unit_of(content):
    """Return the id of the unit that a record or an edition is about. A unit is about itself."""
    governed = find_governed(content)
    return governed.record_pk(content) if governed.is_unit else place_of(content)


def find_targets_outside_assignment(user, contents, *, at):
    """Return the units outside a person's own under which `contents` would put their records.

    `contents` are working records or their editions, saved or not. A record that stays at its place in force does
    not count. TOP among the units means a place under no unit. One query for each kind, and one more.
    """
    if is_assigned_everywhere(user):
        return []
    targets = set()
    for governed in GOVERNED:
        places = [(governed.record_pk(one), one) for one in governed.among(contents)]
        if not places:
            continue
        in_force = dict(
            governed.edition_model.objects.in_force(at)
            .of_records({pk for pk, _ in places})
            .values_list(governed.record_id, governed.place_id)
        )
        targets |= {
            place_of(content)
            for pk, content in places
            if pk not in in_force or in_force[pk] != place_of(content)
        }
    if not targets:
        return []
    own = assigned_units(user, at=at).filter(pk__in=targets - {None}).values_list("pk", flat=True)
    outside_assignment = Unit.objects.filter(pk__in=targets - {None} - set(own))
    return [*outside_assignment, *([TOP] if None in targets else [])]
