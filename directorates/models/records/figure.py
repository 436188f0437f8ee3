from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from directorates.models.dates import FactDayField
from directorates.models.fields import LineField, NumberField, SortKeyField, URLLineField
from directorates.models.records.content import Content
from directorates.models.records.edition import Edition, EditionQuerySet
from directorates.models.records.governed import register
from directorates.models.records.unit import Unit
from directorates.models.records.upkeep import Upkeep
from directorates.models.records.working_record import WorkingRecord
from directorates.rules import upkeep
from directorates.rules.content import number_phrases


def figure_url(identifier, *, name="figure"):
    """Return the path of a figure's public page, or of a file with its data by the `name` of the file's row.

    Do not cache it: in a preview, paths have another prefix.
    """
    return reverse(f"directorates:{name}", args=[identifier.lower()])


class FigureContent(Content):
    """A number that the site claims, with its source."""

    class Qualifier(models.TextChoices):
        EXACTLY = "exactly", "exactly"
        MORE_THAN = "more than", "more than"
        NEARLY = "nearly", "nearly"
        APPROXIMATELY = "approximately", "approximately"

    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="%(class)s_set",
        help_text="The unit whose page shows the figure.",
    )
    position = models.PositiveIntegerField(
        default=0, help_text="The order among the unit's key facts: 0 comes first."
    )
    value = NumberField(
        max_digits=20, decimal_places=2, help_text="The number itself, written out: 8000000000."
    )
    currency = LineField(
        max_length=3,
        blank=True,
        help_text="For money, the ISO 4217 code, such as USD. Otherwise empty.",
    )
    qualifier = models.CharField(
        "how exact",
        max_length=13,
        choices=Qualifier,
        default=Qualifier.EXACTLY,
        help_text="It appears before the number.",
    )
    counts = LineField(
        max_length=160,
        help_text="What it counts, such as “attorneys”. It appears after the number.",
    )
    counts_one = LineField(
        "what one of them is called",
        max_length=160,
        blank=True,
        default="",
        db_default="",
        help_text="The same in the singular, such as “attorney”. It appears after the number one. Texts that refer to the figure need it then.",
    )
    counts_employees = models.BooleanField(
        "is the number of the unit's employees",
        default=False,
        db_default=False,
        help_text="Programs that read the pages, such as search engines, then know it as the unit's number of employees. Of several such figures of a unit, they read the first.",
    )
    source = LineField(
        max_length=200, help_text="Where the number comes from. It appears with the key facts."
    )
    source_url = URLLineField(
        "source's address",
        blank=True,
        help_text="Where the source can be read. The name of the source links there.",
    )
    as_of = FactDayField(
        "as of",
        null=True,
        blank=True,
        help_text="The day for which the number holds. Leave it empty if it is not known; the site then says so.",
    )

    structure_fields = ("unit",)

    class Meta:
        abstract = True


FigureContent.content_class = FigureContent


class Figure(WorkingRecord, FigureContent):
    """The working record of a figure."""

    sort_key = SortKeyField("identifier")

    class Meta:
        ordering = ["unit", "position", "sort_key"]
        permissions = [("publish_figure", "Can publish and withdraw figures")]
        constraints = [
            *Upkeep.Meta.constraints,
            models.UniqueConstraint(
                Lower("identifier"),
                name="figure_identifier_is_unique_in_any_case",
                violation_error_message="There is a figure with this identifier already.",
            ),
        ]

    def __str__(self):
        return self.identifier


class FigureEditionQuerySet(EditionQuerySet):
    def with_identifier(self, identifier):
        """Return editions of the figure with this identifier, in capital or small letters."""
        small = Lower("figure__identifier")
        return self.alias(small_identifier=small).filter(small_identifier=identifier.lower())


class FigureEdition(Edition, FigureContent):
    """A published edition of a figure. It is never edited."""

    record_field = "figure"
    label_fields = ("qualifier", "value", "currency", "counts")

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="editions")

    objects = FigureEditionQuerySet.as_manager()

    class Meta:
        ordering = ["figure", "effective_from", "number"]
        constraints = [
            *Edition.Meta.constraints,
            models.UniqueConstraint(
                fields=["figure", "number"], name="figureedition_number_is_unique"
            ),
        ]
        indexes = [models.Index(fields=["figure", "effective_from"], name="figureedition_timeline")]

    def __str__(self):
        return f"{self.figure_id}, published version {self.number}"

    @property
    def public_label(self):
        qualifier = "" if self.qualifier == self.Qualifier.EXACTLY else f"{self.qualifier} "
        value = number_phrases.format_value(self.value, self.currency)
        return f"{qualifier}{value} {self.counts}"


register(
    Figure,
    FigureEdition,
    place="unit",
    search_fields=("counts", "source"),
    usual_months=upkeep.OF_NUMBERS,
)
