"""The site's data on every page: its name, its agency, the links of the footer, the survey."""

from dataclasses import dataclass
from datetime import datetime

from directorates.models import SiteSettings, UnitContent
from directorates.models.database.prepared import prepared
from directorates.queries import visibility
from directorates.queries.kept_readings import kept
from directorates.queries.pages.page_parts import Link, link
from directorates.rules.content import phone_numbers
from directorates.rules.local_time import day_of


@dataclass(frozen=True)
class SurveyInvitation:
    sample_percent: int
    burden_minutes: int
    omb_control_number: str
    omb_expires_on: object


@dataclass(frozen=True)
class SiteIdentity:
    name: str
    heading: str
    agency_name: str
    agency_acronym: str
    parent_organization: str
    parent_organization_url: str
    domain: str
    follows_us_federal_rules: bool
    official_claim: str
    logo_url: str
    logo_alt: str
    links: tuple[Link, ...]
    contact_email: str
    contact_phone: str
    contact_phone_url: str
    contact: Link | None
    language: str
    time_zone: str
    survey: SurveyInvitation | None

    @property
    def agency_label(self):
        return self.agency_acronym or self.agency_name or self.name

    def is_official_on(self, host):
        """Whether the site may call itself an official government site at this host name."""
        if self.official_claim != SiteSettings.OfficialClaim.BY_HOST:
            return self.official_claim == SiteSettings.OfficialClaim.ALWAYS
        return host.partition(":")[0].lower().endswith((".gov", ".mil"))


def get(*, at: datetime, agency=None, survey_at=None) -> SiteIdentity:
    """Return the site's identity at `at`: three queries, or two if `agency` has the agency's name and acronym.

    The settings have no history, so they are always the present ones. Whether the survey is open is asked for
    `survey_at`, by default `at`.
    """
    settings = visibility.site_settings()
    agency = agency or _agency(at)
    return SiteIdentity(
        name=settings.site_name,
        heading=settings.heading,
        agency_name=agency.name if agency else "",
        agency_acronym=agency.acronym if agency else "",
        parent_organization=settings.parent_organization,
        parent_organization_url=settings.parent_organization_url,
        domain=settings.domain,
        follows_us_federal_rules=settings.follows_us_federal_rules,
        official_claim=settings.official_claim,
        logo_url=settings.logo.url if settings.logo else "",
        logo_alt=settings.logo_alt,
        links=tuple(link(row.text, row.url) for row in visibility.site_links() if row.url),
        contact_email=settings.contact_email,
        contact_phone=settings.contact_phone,
        contact_phone_url=phone_numbers.link_to(
            settings.contact_phone, phone_numbers.country_of("", settings.time_zone)
        ),
        contact=link("Contact", settings.contact_url) if settings.contact_url else None,
        language=settings.language,
        time_zone=settings.time_zone,
        survey=_survey(settings, survey_at or at),
    )


def _agency(at):
    return next(iter(_agencies(at=at)), None)


@kept
@prepared
def _agencies(at):
    agencies = visibility.open_units(at).filter(kind=UnitContent.Kind.AGENCY)
    return agencies.values_list("name", "acronym", named=True)[:1]


def _survey(settings, at):
    today = day_of(at, settings.time_zone)
    if not (settings.survey_is_open and settings.survey_is_cleared(today)):
        return None
    return SurveyInvitation(
        sample_percent=settings.survey_sample_percent,
        burden_minutes=settings.survey_burden_minutes,
        omb_control_number=settings.survey_omb_control_number
        if settings.follows_us_federal_rules
        else "",
        omb_expires_on=settings.survey_omb_expires_on,
    )
