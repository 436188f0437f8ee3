from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from directorates.actions import site_settings as site_settings_actions
from directorates.models import REQUIRED_LINK_TEXTS, SiteSettings
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def test_there_is_always_one_record_of_settings():
    assert SiteSettings.objects.load().heading == "Who We Are"
    with pytest.raises(ValidationError):
        SiteSettings(pk=2).full_clean()


def test_every_required_link_is_listed_once_settings_are_saved():
    settings = site_settings_actions.save(settings=SiteSettings(), by=None, at=NOON)
    assert [link.text for link in settings.links.all()] == list(REQUIRED_LINK_TEXTS)


def test_a_control_number_needs_its_expiry():
    settings = SiteSettings(survey_omb_control_number="1234-5678")
    with pytest.raises(ValidationError, match="together, or neither"):
        settings.full_clean()


def test_a_logo_needs_its_alternative_text():
    with pytest.raises(ValidationError, match="alternative text"):
        SiteSettings(logo="logo/a.png").validate_constraints()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(ValidationError) as error:
        SiteSettings(time_zone=name).full_clean()
    assert "time_zone" in error.value.message_dict


@pytest.mark.parametrize(
    ("requires_clearance", "expires_on", "is_cleared"),
    [
        (False, None, True),
        (True, None, False),
        (True, date(2026, 3, 2), True),
        (True, date(2026, 3, 1), False),
        (False, date(2026, 3, 1), False),
    ],
)
def test_the_survey_is_open_only_with_a_valid_clearance(requires_clearance, expires_on, is_cleared):
    settings = SiteSettings(
        survey_requires_clearance=requires_clearance, survey_omb_expires_on=expires_on
    )
    assert settings.survey_is_cleared(date(2026, 3, 2)) is is_cleared


@pytest.mark.parametrize("expires_on", [None, date(2026, 3, 1)])
def test_no_clearance_is_asked_for_where_the_federal_rules_do_not_apply(expires_on):
    settings = SiteSettings(
        follows_us_federal_rules=False,
        survey_requires_clearance=True,
        survey_omb_expires_on=expires_on,
    )
    assert settings.survey_is_cleared(date(2026, 3, 2))
    assert settings.survey_ends_at(datetime(2026, 2, 1, tzinfo=UTC)) is None
