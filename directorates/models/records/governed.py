"""The registry of governed records: everything that is drafted, reviewed, published and compared.

Each kind of record registers once, beside its models. Locks, change sets, publications, the audit trail,
permissions, previews and guards go through the registry and name no model.
"""

from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class GovernedRecord:
    """One kind of governed record: the model that staff edit, and the model of its editions."""

    model: type[models.Model]
    edition_model: type[models.Model]
    #: The foreign key of the content to the unit that the record comes under.
    place: str
    #: The fields of the content that staff search.
    search_fields: tuple[str, ...] = ()

    @property
    def name(self):
        return self.model._meta.model_name

    @property
    def plural_name(self):
        """Return the plural that staff read, such as "units"."""
        return str(self.model._meta.verbose_name_plural)

    @property
    def record_field(self):
        """Return the name of the foreign key from an edition to its record."""
        return self.edition_model.record_field

    @property
    def record_id(self):
        return f"{self.record_field}_id"

    @property
    def place_id(self):
        return f"{self.place}_id"

    @property
    def is_unit(self):
        """Whether the records are units themselves, so that they come under others of their kind."""
        return self.model._meta.get_field(self.place).related_model is self.model

    @property
    def held_name(self):
        """Return the name under which a change set has the records that it holds, such as "units"."""
        return _related_name(self.model)

    def held_by(self, change_set):
        """Return the records that a change set holds, as a queryset."""
        return getattr(change_set, self.held_name).all()

    def made_by(self, change_set):
        """Return the editions that a change set made, as a queryset with their records."""
        editions = getattr(change_set, _related_name(self.edition_model))
        return editions.select_related(self.record_field)

    def among(self, contents):
        """Return those contents that are records of this kind, or editions of one."""
        return [one for one in contents if isinstance(one, self.model | self.edition_model)]

    def record_pk(self, content):
        """Return the primary key of the record that a record or an edition belongs to."""
        return content.pk if isinstance(content, self.model) else getattr(content, self.record_id)


#: All kinds, in the order in which their rows are locked, listed and written.
GOVERNED: list[GovernedRecord] = []


def register(model, edition_model, *, place, search_fields=()):
    GOVERNED.append(GovernedRecord(model, edition_model, place, tuple(search_fields)))


def find_governed(content):
    """Return the registered kind of a record, of an edition, or of the model of either.

    Raises LookupError if the kind is not registered.
    """
    model = content._meta.concrete_model
    for governed in GOVERNED:
        if model in (governed.model, governed.edition_model):
            return governed
    raise LookupError(f"{model.__name__} is no governed record: register it.")


def _related_name(model):
    return model._meta.get_field("change_set").remote_field.get_accessor_name()
