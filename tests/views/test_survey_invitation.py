import re
from datetime import date

import pytest

from tests.factories import set_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_survey():
    set_survey()


def text_of(response):
    return response.content.decode()


def test_the_invitation_waits_hidden_in_the_flow_of_the_page(client, open_survey):
    page = text_of(client.get("/offices/"))

    section = re.search(r'<section class="survey-invitation.*?</section>', page, re.S)[0]
    opening = section.partition(">")[0]
    assert opening.endswith("hidden")
    assert 'data-sample-percent="25"' in opening
    assert 'aria-labelledby="survey-invitation-heading"' in opening
    assert "brief survey about your experience today with Example.gov" in section
    assert 'href="/survey/?page=%2Foffices%2F">Take the survey</a>' in section
    assert 'type="button">No, thank you</button>' in section


def test_the_invitation_appears_once_on_a_page(client, open_survey):
    assert text_of(client.get("/offices/")).count('<section class="survey-invitation') == 1


def test_a_plain_link_is_there_without_script(client, open_survey):
    page = text_of(client.get("/offices/"))

    outside = re.sub(r'<section class="survey-invitation.*?</section>', "", page, flags=re.S)
    assert '<a class="survey-link usa-link" href="/survey/?page=%2Foffices%2F">' in outside
    assert "Tell us about your visit to Example.gov" in outside


def test_the_invitation_shows_the_clearance(client):
    set_survey(survey_omb_control_number="1234-5678", survey_omb_expires_on=date(2999, 1, 31))

    page = text_of(client.get("/offices/"))

    assert "OMB control number 1234-5678, expires January 31, 2999." in page
    assert "about 3 minutes" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"survey_is_open": False},
        {"survey_requires_clearance": True},
        {"survey_omb_control_number": "1234-5678", "survey_omb_expires_on": date(2020, 1, 31)},
    ],
    ids=["closed", "without the clearance it needs", "past its clearance's expiry"],
)
def test_a_closed_survey_invites_nobody(client, changes):
    set_survey(**changes)

    assert "survey" not in text_of(client.get("/offices/"))


def test_the_invitation_has_no_script_in_the_page(client, open_survey):
    page = text_of(client.get("/offices/"))

    [script] = re.findall(r"<script[^>]*survey[^>]*>", page)
    assert script.startswith('<script src="/static/survey-invitation.js" integrity="sha384-')
