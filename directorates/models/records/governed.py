"""The registry of governed records: records that are drafted, reviewed, published and compared.

Each kind of record registers once, beside its models. Locks, change sets, publications, the audit trail,
permissions, previews and guards use the registry and name no model.
"""

from dataclasses import dataclass, field

from django.db import models

from directorates.rules import upkeep


@dataclass(frozen=True)
class GovernedRecord:
    """One kind of governed record: the model that staff edit, and the model of its editions."""

    model: type[models.Model]
    edition_model: type[models.Model]
    #: The foreign key from the content to the record's unit, or to a unit's parent.
    place: str
    #: The fields of the content that staff search.
    search_fields: tuple[str, ...] = ()
    #: {risk: months between two reviews}.
    usual_months: dict = field(default_factory=dict, hash=False)

    @property
    def name(self):
        return self.model._meta.model_name

    @property
    def plural_name(self):
        """Return the plural name for staff, like "units"."""
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
        """Whether the records are units, so they come under other records of their kind."""
        return self.model._meta.get_field(self.place).related_model is self.model

    @property
    def held_name(self):
        """Return the attribute of a change set with the records that it holds, like "units"."""
        return _related_name(self.model)

    def held_by(self, change_set):
        """Return the records that a change set holds, as a queryset."""
        return getattr(change_set, self.held_name).all()

    def made_by(self, change_set):
        """Return the editions that a change set made, as a queryset with their records."""
        editions = getattr(change_set, _related_name(self.edition_model))
        return editions.select_related(self.record_field)

    def among(self, contents):
        """Return the contents that are records of this kind or their editions."""
        return [one for one in contents if isinstance(one, self.model | self.edition_model)]

    def months_between_reviews(self, record):
        """Return the months between two reviews of a record: its own interval, or the usual one of its risk."""
        return record.upkeep_months or self.usual_months[record.upkeep_risk]

    def record_pk(self, content):
        """Return the primary key of a record, or of an edition's record."""
        return content.pk if isinstance(content, self.model) else content.record_pk


#: All kinds. Their rows are locked, listed and written in this order.
GOVERNED: list[GovernedRecord] = []


def register(model, edition_model, *, place, search_fields=(), usual_months=upkeep.OF_TEXTS):
    governed = GovernedRecord(model, edition_model, place, tuple(search_fields), usual_months)
    GOVERNED.append(governed)


def find_governed(content):
    """Return the registered kind of a record, an edition, or one of their models.

    Raises LookupError if the kind is not registered.
    """
    model = content._meta.concrete_model
    for governed in GOVERNED:
        if model in (governed.model, governed.edition_model):
            return governed
    raise LookupError(f"{model.__name__} is no governed record: register it.")


def _related_name(model):
    return model._meta.get_field("change_set").remote_field.get_accessor_name()
