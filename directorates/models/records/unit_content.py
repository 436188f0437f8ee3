from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django_prose_editor.fields import ProseEditorField

from directorates.models.dates import PartialDayField
from directorates.models.fields import (
    EmailLineField,
    LineField,
    PhoneField,
    SlugLineField,
    URLLineField,
)
from directorates.models.records.content import Content
from directorates.models.records.responsibility import Responsibility
from directorates.rules import outcomes
from directorates.rules.content import references, text
from directorates.rules.content.telling_words import find_telling_part


class RichTextField(ProseEditorField):
    """Rich text. Cleaning sanitizes it by the rules in `directorates.rules.content.text`."""

    clean_text = staticmethod(text.sanitize)

    def __init__(self, *args, **kwargs):
        super().__init__(
            *args, extensions=text.RICH_TEXT_EXTENSIONS, sanitize=text.sanitize, **kwargs
        )

    def clean(self, value, model_instance):
        """Refuse a text that would take long to sanitize, before the sanitizer runs."""
        if excess := text.find_excess(value or ""):
            raise ValidationError(f"{text.capitalized(excess)}.")
        return super().clean(value, model_instance)


def validate_references(words):
    """Raise ValidationError for a token of a plain text that is no reference."""
    if problems := references.find_token_problems(words):
        raise ValidationError(problems, code="reference")


class UnitContent(Content):
    """Every field of a unit that may change with time (W3C ORG: org:OrganizationalUnit)."""

    class Kind(models.TextChoices):
        AGENCY = "agency", "Agency"
        DIRECTORATE = "directorate", "Directorate"
        OFFICE = "office", "Office"

    class Role(models.TextChoices):
        OPERATIONAL = "operational", "Operational"
        SUPPORTING = "supporting", "Supporting"

    class HeadStatus(models.TextChoices):
        IN_POST = "in-post", "In post"
        ACTING = "acting", "Acting"
        VACANT = "vacant", "Vacant"

    class Outcome(models.TextChoices):
        REPLACED = outcomes.REPLACED, "Replaced by another unit"
        MERGED = outcomes.MERGED, "Merged into another unit"
        SPLIT = outcomes.SPLIT, "Split into several units"
        RENAMED = outcomes.RENAMED, "Continued as a new unit with another name"
        NONE = outcomes.NONE, "Closed without a successor"

    kind = models.CharField(
        max_length=12,
        choices=Kind,
        help_text="Decides the address of the unit's page and the list that shows it.",
    )
    role = models.CharField(
        max_length=12,
        choices=Role,
        blank=True,
        help_text="Shown beside the name, such as “Supporting directorate”, and counted on the overview page.",
    )
    parent = models.ForeignKey(
        "directorates.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_children",
        verbose_name="part of",
        help_text="The unit directly above. It appears in the breadcrumbs. The agency has none.",
    )
    position = models.PositiveIntegerField(
        default=0,
        help_text="The order on the overview page and in lists: 0 comes first. Units with the same number are ordered by name.",
    )
    name = LineField(
        max_length=200, help_text="The full official name: the heading of the unit's page."
    )
    sorted_under = LineField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="The part of the name by which the A to Z of units sorts it, such as “Chief Financial Officer”. It is bold there. Empty: the name without “Office of the” and the like.",
    )
    acronym = LineField(max_length=20, blank=True, help_text="Shown in brackets after the name.")
    link_label = LineField(
        max_length=80,
        blank=True,
        help_text="The X of the link “Learn more about X” on the overview page. Empty: the acronym, or else the name.",
    )
    slug = SlugLineField(
        "page's address",
        max_length=100,
        help_text="Only its last part, such as office-of-examples. If you change it, the old address leads to the new one.",
    )
    summary = LineField(
        max_length=160,
        blank=True,
        validators=[validate_references],
        help_text="One sentence in plain text, 50 to 160 characters. It appears in lists and in search engines' results. {figure workforce exact} and {unit opla name} stand for the words of a figure and a unit, with their permanent names.",
    )
    founded_on = PartialDayField(
        "founded",
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="The day, month or year when the unit was founded, such as 2003-03-01, 2003-03 or 2003. Appears on the unit's page. Leave it empty if it is not known.",
    )
    is_on_overview = models.BooleanField(
        "on the overview page",
        default=False,
        help_text="Whether the unit has a section of its own on the page “Who We Are”.",
    )
    overview = RichTextField(
        blank=True, help_text="Appears on the overview page and at the top of the unit's own page."
    )
    body = RichTextField(
        blank=True, help_text="Appears on the unit's own page only, after the overview text."
    )
    statutory_authority = LineField(
        max_length=200,
        blank=True,
        help_text="The citation of the law that the unit acts under. It appears on the unit's page.",
    )
    statutory_authority_url = URLLineField(
        "statutory authority's address",
        blank=True,
        help_text="Where the law can be read. The citation links there.",
    )
    head_title = LineField(
        "title of the head",
        max_length=120,
        blank=True,
        help_text="Such as “Director”. It appears on the unit's page.",
    )
    head_name = LineField(
        "name of the head",
        max_length=120,
        blank=True,
        help_text="It appears on the unit's page. Leave it empty while the post is vacant.",
    )
    head_status = models.CharField(
        "the head's post is",
        max_length=8,
        choices=HeadStatus,
        blank=True,
        help_text="“Acting” and “Vacant” appear beside the title.",
    )
    responsibilities = models.ManyToManyField(
        Responsibility,
        blank=True,
        related_name="%(class)s_set",
        help_text="What the unit handles: a list on its page.",
    )
    email = EmailLineField(
        blank=True, help_text="Appears on the unit's page and on the contact page."
    )
    phone = PhoneField(
        max_length=60,
        blank=True,
        help_text="Appears on the unit's page and on the contact page, as you write it. An extension may follow, as in 202-555-0100 ext. 12.",
    )
    website = URLLineField(
        blank=True,
        help_text="The unit's own website, if it has one. Appears on the unit's page and on the contact page.",
    )
    street_address = LineField(
        max_length=200, blank=True, help_text="Appears on the unit's page under “Address”."
    )
    address_locality = LineField(
        "city",
        max_length=100,
        blank=True,
        help_text="Appears on the unit's page under “Address”, after the street.",
    )
    address_region = LineField(
        "state or region",
        max_length=100,
        blank=True,
        help_text="Such as DC. Appears on the unit's page under “Address”, after the city.",
    )
    postal_code = LineField(
        max_length=20,
        blank=True,
        help_text="Such as 20500. Appears on the unit's page under “Address”.",
    )
    address_country = LineField(
        "country",
        max_length=100,
        blank=True,
        help_text="Appears at the end of the address. A telephone number without a country code is one of this country.",
    )
    is_closed = models.BooleanField(
        "closed",
        default=False,
        help_text="A closed unit's page says when it closed and what took its place.",
    )
    closing_day_is_known = models.BooleanField(
        "the day of the closing is known",
        default=True,
        help_text="If not, the closed unit's page says that it has closed, and gives no day.",
    )
    outcome = models.CharField(
        "what became of it",
        max_length=8,
        choices=Outcome,
        blank=True,
        default="",
        db_default="",
        help_text="Said on the closed unit's page and on the pages of its successors. Empty: not known.",
    )
    successors = models.ManyToManyField(
        "directorates.Unit",
        blank=True,
        related_name="%(class)s_predecessors",
        help_text="The units that took over when this one closed. They appear on its page.",
    )

    structure_fields = (
        *("kind", "parent", "slug", "is_closed", "closing_day_is_known"),
        *("outcome", "successors"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_only_the_agency_has_no_parent",
                condition=Q(kind="agency", parent__isnull=True)
                | (~Q(kind="agency") & Q(parent__isnull=False)),
                violation_error_message="Say what the unit is part of. Only the agency is part of nothing here.",
            ),
            models.CheckConstraint(
                name="%(class)s_vacant_post_has_no_name",
                condition=~Q(head_status="vacant") | Q(head_name=""),
                violation_error_message="A vacant post has no name: clear the name, or change the status.",
            ),
        ]

    @property
    def label(self):
        """The X of “Learn more about X”."""
        return self.link_label or self.acronym or self.name

    @property
    def index_name(self):
        """The part of the name by which an A to Z sorts the unit."""
        return self.sorted_under or find_telling_part(self.name)

    @property
    def role_and_kind(self):
        """The role and kind as text, like "Supporting directorate", or "Office" without a role."""
        kind = self.get_kind_display()
        return f"{self.get_role_display()} {kind.lower()}" if self.role else kind

    @property
    def name_with_acronym(self):
        return f"{self.name} ({self.acronym})" if self.acronym else self.name


UnitContent.content_class = UnitContent
