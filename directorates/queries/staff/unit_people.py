"""Who works on a unit: the people to whom it, or a unit above it, is assigned, and those who work on every unit."""

from dataclasses import dataclass

from django.contrib.auth.models import Permission, User
from django.db.models import Q

from directorates.models import Unit, UnitAssignment, UnitEdition
from directorates.rules import role_words


@dataclass(frozen=True)
class Worker:
    """A person, the words for what this person may do here, and the unit that was assigned (None: every unit)."""

    person: User
    may: tuple[str, ...]
    through: Unit | None

    @property
    def roles(self):
        return [group.name for group in self.person.groups.all()]


def find(unit, *, at):
    """Return the Workers of a unit, by name: at most nine queries."""
    assigned = {}
    above = units_above(unit, at=at)
    rows = UnitAssignment.objects.filter(unit__in=above).select_related("unit")
    for row in sorted(rows, key=lambda row: -above.index(row.unit_id)):
        assigned[row.user_id] = row.unit
    everywhere = Permission.objects.filter(
        content_type__app_label="directorates", codename="work_on_every_unit"
    )
    is_here = (
        Q(pk__in=assigned)
        | Q(is_superuser=True)
        | Q(user_permissions__in=everywhere)
        | Q(groups__permissions__in=everywhere)
    )
    people = User.objects.filter(is_here, is_active=True, is_staff=True).distinct()
    people = people.order_by("last_name", "first_name", "username").prefetch_related(
        "groups__permissions__content_type", "user_permissions__content_type"
    )
    workers = [_worker(person, assigned) for person in people]
    return [worker for worker in workers if worker.may]


def units_above(unit, *, at):
    """Return the ids of a unit and of the units above it, nearest first. The editions in force decide, as always."""
    parents = dict(Unit.objects.order_by().values_list("pk", "parent_id"))
    in_force = UnitEdition.objects.in_force(at).order_by()
    parents |= dict(in_force.values_list("unit_id", "parent_id"))
    found, pk = [], unit.pk
    while pk is not None and pk not in found:
        found.append(pk)
        pk = parents.get(pk)
    return found


def _worker(person, assigned):
    if person.is_superuser:
        return Worker(person, tuple(role_words.CONTENT_WORDS), None)
    held = [*person.user_permissions.all()]
    for group in person.groups.all():
        held += group.permissions.all()
    names = {f"{one.content_type.app_label}.{one.codename}" for one in held}
    is_everywhere = "directorates.work_on_every_unit" in names
    through = None if is_everywhere else assigned.get(person.pk)
    return Worker(person, tuple(role_words.content_words(names)), through)
