import zoneinfo
from datetime import MAXYEAR, datetime, time, timedelta

from django.conf.global_settings import LANGUAGES
from django.core.exceptions import ValidationError
from django.core.validators import (
    FileExtensionValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.db.models import Q

from directorates.models.dates import PlannedDayField
from directorates.models.fields import (
    EmailLineField,
    LanguageField,
    LineField,
    PhoneField,
    ValidatedImageField,
)
from directorates.rules.content import pictures
from directorates.rules.content.addresses import validate_link_address

#: The texts of the links that federal rules require on every page.
REQUIRED_LINK_TEXTS = (
    "About us",
    "Accessibility",
    "Budget and performance",
    "FOIA",
    "No FEAR Act data",
    "Office of Inspector General",
    "Privacy policy",
    "Vulnerability disclosure policy",
    "USA.gov",
)


def validate_time_zone(name):
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            f"“{name}” is not a time zone. Use a name such as America/New_York."
        ) from error


def validate_logo_size(file):
    """Check bytes, pixels and format of an uploaded logo."""
    # Skip a stored file: it may be missing, and that must not block saving the settings.
    if file._committed:
        return
    if file.size > 200_000:
        raise ValidationError("The logo is larger than 200 KB. Save it smaller and try again.")
    if problem := pictures.find_picture_problem(file, file.name):
        raise ValidationError(problem)


class SiteSettingsManager(models.Manager):
    def load(self):
        """Return the saved record, or an unsaved one with the defaults."""
        return self.filter(pk=1).first() or SiteSettings(pk=1)


class SiteSettings(models.Model):
    """The texts and settings of the whole site: one record."""

    class OfficialClaim(models.TextChoices):
        BY_HOST = "by-host", "By address: only where the address ends in .gov or .mil"
        ALWAYS = "always", "Always"
        NEVER = "never", "Never: this is a demonstration copy"

    site_name = LineField(
        max_length=80,
        default="Agency site",
        help_text="The end of every page's title, such as ICE.gov.",
    )
    heading = LineField(
        max_length=80, default="Who We Are", help_text="The heading of the overview page."
    )
    parent_organization = LineField(
        max_length=160,
        blank=True,
        help_text="The organization above the agency. It appears at the foot of every page.",
    )
    parent_organization_url = LineField(
        "parent organization's address",
        max_length=300,
        blank=True,
        validators=[validate_link_address],
        help_text="The name of the parent organization links there, at the foot of every page.",
    )
    domain = LineField(
        max_length=120,
        blank=True,
        help_text="The agency's own domain, such as ice.gov. It appears at the foot of every page.",
    )
    follows_us_federal_rules = models.BooleanField(
        "is bound by the U.S. federal web rules",
        default=True,
        help_text="Switch it off for a state, a city or another country. Then this page asks for no federal link, and public pages show no banner of the United States government and no mark on links to other sites. The survey needs no OMB clearance.",
    )
    official_claim = models.CharField(
        "says that it is an official government site",
        max_length=8,
        choices=OfficialClaim,
        default=OfficialClaim.BY_HOST,
        help_text="A page that does not say so says that it is a demonstration copy. Where the U.S. federal web rules apply, an official page has the government banner.",
    )
    logo = ValidatedImageField(
        upload_to="logo/",
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp"]), validate_logo_size],
        help_text="PNG, JPEG or WebP, at most 200 KB. It appears in the header.",
    )
    logo_alt = LineField(
        "logo's alternative text",
        max_length=160,
        blank=True,
        help_text="What the logo shows, for people who cannot see it.",
    )
    contact_email = EmailLineField(
        blank=True, help_text="Appears on the contact page and at the foot of every page."
    )
    contact_phone = PhoneField(
        max_length=60,
        blank=True,
        help_text="Appears on the contact page and at the foot of every page, as you write it. An extension may follow, as in 202-555-0100 ext. 12.",
    )
    contact_url = LineField(
        "contact page's address",
        max_length=300,
        blank=True,
        validators=[validate_link_address],
        help_text="A page elsewhere with more ways to reach the agency. The link “More ways to reach us” on the contact page leads there.",
    )
    language = LanguageField(
        "language of the content",
        max_length=12,
        choices=LANGUAGES,
        default="en",
        help_text="The language of names and texts. The labels and dates of the site itself, such as “Responsibilities” or “Updated: March 1, 2027”, stay English in every language.",
    )
    time_zone = LineField(
        max_length=60,
        default="America/New_York",
        validators=[validate_time_zone],
        help_text="The time zone in which dates are shown and entered, such as America/New_York.",
    )
    survey_is_open = models.BooleanField(
        "survey is open", default=False, help_text="Whether visitors are invited and can answer."
    )
    survey_sample_percent = models.PositiveSmallIntegerField(
        "share of visits invited, in percent",
        default=25,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="How many of a hundred visits see the invitation: 0 for none, 100 for all.",
    )
    survey_requires_clearance = models.BooleanField(
        "survey requires an OMB clearance",
        default=True,
        help_text="Federal agencies need one (Paperwork Reduction Act). Without a valid one no invitation appears and the form is closed.",
    )
    survey_omb_control_number = LineField(
        "OMB control number",
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^\d{4}-\d{4}$", "Write it as 1234-5678.")],
        help_text="Such as 1234-5678. The survey's page shows it, as the law requires.",
    )
    survey_omb_expires_on = PlannedDayField(
        "OMB clearance expires on",
        null=True,
        blank=True,
        help_text="The last day of the clearance. The survey's page shows it, and the survey closes after it.",
    )
    survey_burden_minutes = models.PositiveSmallIntegerField(
        "minutes it takes to answer",
        default=2,
        validators=[MinValueValidator(1)],
        help_text="The survey's page says how long the answers take, as the law requires.",
    )

    objects = SiteSettingsManager()

    class Meta:
        verbose_name = verbose_name_plural = "site settings"
        constraints = [
            models.CheckConstraint(name="sitesettings_is_one_record", condition=Q(pk=1)),
            models.CheckConstraint(
                name="sitesettings_clearance_is_whole",
                condition=Q(survey_omb_control_number="", survey_omb_expires_on__isnull=True)
                | (~Q(survey_omb_control_number="") & Q(survey_omb_expires_on__isnull=False)),
                violation_error_message="Set the OMB control number and its expiry together, or neither.",
            ),
            models.CheckConstraint(
                name="sitesettings_logo_has_alternative_text",
                condition=Q(logo="") | ~Q(logo_alt=""),
                violation_error_message="Say what the logo shows in its alternative text.",
            ),
        ]

    def __str__(self):
        return self.site_name

    def survey_is_cleared(self, on):
        """Whether the law allows the survey on the day `on`."""
        if not self.follows_us_federal_rules:
            return True
        if self.survey_omb_expires_on is not None:
            return on <= self.survey_omb_expires_on
        return not self.survey_requires_clearance

    def survey_ends_at(self, at):
        """Return the instant after `at` when the clearance for the survey expires, or None."""
        if not self.follows_us_federal_rules or self.survey_omb_expires_on is None:
            return None
        if self.survey_omb_expires_on.year >= MAXYEAR:
            # No instant comes after the last year. A value written past the validators can have it.
            return None
        try:
            day_after = self.survey_omb_expires_on + timedelta(days=1)
        except OverflowError:
            # The calendar ends before the day after.
            return None
        midnight = datetime.combine(day_after, time.min, tzinfo=zoneinfo.ZoneInfo(self.time_zone))
        return midnight if midnight > at else None


class SiteLink(models.Model):
    """A link in the footer of every page. If federal rules apply, saving the settings adds the required links."""

    settings = models.ForeignKey(SiteSettings, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField(
        default=0, help_text="The order in the footer of every page: 0 comes first."
    )
    text = LineField(max_length=80, help_text="The words of the link.")
    url = LineField(
        "address",
        max_length=300,
        blank=True,
        validators=[validate_link_address],
        help_text="A full address, or a path on this site that begins with /. A link without an address does not appear.",
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["settings", "text"],
                name="sitelink_text_is_unique",
                violation_error_message="There is a link with this text already.",
            )
        ]

    def __str__(self):
        return self.text
