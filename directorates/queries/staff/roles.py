"""The roles of staff, each in the words of its permissions: a fixed number of queries."""

from dataclasses import dataclass

from django.contrib.auth.models import Group

from directorates.rules import role_words


@dataclass(frozen=True)
class Role:
    """A role and what it may do. `single` names the permissions that no line covers."""

    group: Group
    sentences: tuple[str, str]
    groups: tuple[tuple[str, list[str]], ...]
    single: tuple[str, ...]
    works_on_assigned_units: bool

    @property
    def name(self):
        return self.group.name


def find():
    """Return all roles in the order in which they were made: two queries."""
    groups = Group.objects.order_by("pk").prefetch_related("permissions__content_type")
    return [describe(group) for group in groups]


def describe(group):
    """Return the Role of a group."""
    names = {
        f"{permission.content_type.app_label}.{permission.codename}": permission.name
        for permission in group.permissions.all()
    }
    groups, single = role_words.lines_of(frozenset(names))
    return Role(
        group=group,
        sentences=role_words.sentences_of(frozenset(names)),
        groups=tuple(groups),
        single=tuple(sorted(names[one] for one in single)),
        works_on_assigned_units=role_words.works_on_assigned_units(frozenset(names)),
    )
