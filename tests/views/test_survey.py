import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from directorates.actions import flood_limit
from directorates.actions.flood_limit import Limit
from directorates.forms import issue_submission
from directorates.models import SurveyResponse
from tests.factories import set_survey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client():
    """A client with Django's token check, unlike the usual one."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def open_survey():
    set_survey()


def answers(**changes):
    return {
        "token": issue_submission(at=timezone.now()),
        "page": "/offices/",
        "trust": "4",
        "ease": "5",
        "comments": "I found it.",
    } | changes


def text_of(response):
    return response.content.decode()


def token_in(response):
    return re.search(r'name="token" value="([^"]+)"', text_of(response))[1]


# The form


def test_the_form_asks_trust_then_its_drivers_then_free_text(client, open_survey):
    names = re.findall(
        r'<(?:input|textarea)[^>]* name="(trust|ease|effectiveness|comments)"',
        text_of(client.get("/survey/")),
    )

    assert names == ["trust"] * 5 + ["ease"] * 5 + ["effectiveness"] * 5 + ["comments"]


def test_the_form_asks_for_no_personal_data(client, open_survey):
    page = text_of(client.get("/survey/"))

    assert "no names, addresses, case numbers or other personal data" in page
    assert not re.search(r'name="(name|email|phone|address)"', page)


def test_the_form_keeps_the_page_the_visitor_came_from(client, open_survey):
    page = text_of(client.get("/survey/", {"page": "/offices/"}))

    assert '<input type="hidden" name="page" value="/offices/"' in page


def test_the_form_takes_no_page_of_another_site(client, open_survey):
    assert "other.example" not in text_of(client.get("/survey/", {"page": "//other.example/"}))


def test_the_clearance_is_shown_whole(client):
    set_survey(survey_omb_control_number="1234-5678", survey_omb_expires_on=date(2999, 1, 31))

    page = text_of(client.get("/survey/"))

    assert "1234-5678" in page
    assert "January 31, 2999" in page
    assert "3 minutes" in page
    assert "may not conduct or sponsor" in page


def test_a_survey_that_needs_no_clearance_shows_none(client, open_survey):
    assert "OMB" not in text_of(client.get("/survey/"))


def test_every_visitor_gets_a_token_of_their_own(client, open_survey):
    first, second = client.get("/survey/"), client.get("/survey/")

    assert token_in(first) != token_in(second)
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_search_engines_are_sent_from_the_thanks_to_the_form(client, open_survey):
    for path in ("/survey/", "/survey/thanks/"):
        page = text_of(client.get(path))
        assert "noindex" not in page
        assert '<link rel="canonical" href="http://testserver/survey/">' in page


@pytest.mark.parametrize("path", ["/survey/", "/survey/thanks/"])
def test_the_survey_invites_nobody_to_itself(client, open_survey, path):
    assert "survey-invitation" not in text_of(client.get(path))


def test_no_cookie_is_ever_set(client, open_survey):
    client.get("/survey/")
    client.post("/survey/", answers(trust=""))
    client.post("/survey/", answers())
    client.get("/survey/thanks/")

    assert not client.cookies


def test_the_form_takes_a_fixed_number_of_queries(client, open_survey, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get("/survey/")


# Answers


def test_answers_are_stored_and_thanked_for(client, open_survey):
    response = client.post("/survey/", answers())

    stored = SurveyResponse.objects.get()
    assert (stored.trust, stored.ease, stored.effectiveness) == (4, 5, None)
    assert (stored.page, stored.comments) == ("/offices/", "I found it.")
    assert response.status_code == 303
    assert response.headers["Location"] == "/survey/thanks/?page=%2Foffices%2F"
    assert 'href="/offices/"' in text_of(client.get(response.headers["Location"]))


def test_the_form_as_it_was_served_can_be_sent(client, open_survey):
    token = token_in(client.get("/survey/"))

    assert client.post("/survey/", answers(token=token)).status_code == 303


def test_the_thanks_lead_to_no_other_site(client, open_survey):
    page = client.get("/survey/thanks/", {"page": "//other.example/"})

    assert "other.example" not in text_of(page)


def test_the_same_token_twice_stores_one_answer(client, open_survey):
    sent = answers()

    responses = [client.post("/survey/", sent), client.post("/survey/", sent)]

    assert [response.status_code for response in responses] == [303, 303]
    assert SurveyResponse.objects.count() == 1


def test_an_error_is_told_above_the_form_and_at_its_question(client, open_survey):
    response = client.post("/survey/", answers(trust=""))

    page = text_of(response)
    assert response.status_code == 422
    assert "<title>Error: Visitor survey | Example.gov</title>" in page
    assert '<a href="#id_trust_0">Choose how far you agree' in page
    assert 'id="id_trust" aria-describedby="id_trust_error"' in page
    assert 'id="id_trust_error">Choose how far you agree' in page
    assert not SurveyResponse.objects.exists()


def test_an_error_loses_nothing_of_what_was_answered(client, open_survey):
    sent = answers(trust="", comments="<b>Keep this</b>")

    response = client.post("/survey/", sent)

    page = text_of(response)
    assert 'id="id_ease_4" name="ease" value="5" checked' in page
    assert "&lt;b&gt;Keep this&lt;/b&gt;</textarea>" in page
    assert 'name="page" value="/offices/"' in page
    assert token_in(response) == sent["token"]


@pytest.mark.parametrize("issued", ["two days ago", "by somebody else", "never"])
def test_a_stale_form_can_be_sent_again_without_loss(client, open_survey, issued):
    token = {
        "two days ago": issue_submission(at=timezone.now() - timedelta(days=2)),
        "by somebody else": "forged:token",
        "never": "",
    }[issued]

    response = client.post("/survey/", answers(token=token))

    assert response.status_code == 422
    assert "send them again" in text_of(response)
    assert "I found it.</textarea>" in text_of(response)
    assert not SurveyResponse.objects.exists()
    assert client.post("/survey/", answers(token=token_in(response))).status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"comments": "a\x00b"},
        {"comments": "x" * 100_000},
        {"trust": "9" * 5000},
        {"trust": ["1", "2", "x"]},
        {"ease": "\x00"},
        {"page": "\x00" * 400, "trust": ""},
        {"token": "\x00\ufffd"},
    ],
)
def test_odd_answers_are_an_error_with_words(client, open_survey, changes):
    response = client.post("/survey/", answers(**changes))

    assert response.status_code == 422
    assert "Your answers have not been saved" in text_of(response)
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "latin-1", "no-such-encoding"])
def test_a_form_that_claims_another_encoding_is_read_as_the_pages(client, open_survey, encoding):
    body = "--x\r\nContent-Disposition: form-data; name=comments\r\n\r\n+2AA-\r\n--x--\r\n"
    content_type = f"multipart/form-data; boundary=x; charset={encoding}"

    response = client.generic("POST", "/survey/", body.encode(), content_type=content_type)

    assert response.status_code == 422
    assert "+2AA-</textarea>" in text_of(response)


def test_far_too_much_is_refused_before_it_is_read(client, open_survey, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = client.post("/survey/", answers(comments="x" * 1000))

    assert response.status_code == 413
    assert "far larger than the survey takes" in text_of(response)


def test_a_body_that_is_no_form_is_no_server_error(client, open_survey):
    response = client.post("/survey/", b"{", content_type="application/json")

    assert response.status_code == 422


# Other sites and floods


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://other.example"},
        {"origin": "http://testserver.other.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": ""},
    ],
)
def test_answers_from_another_site_are_not_stored(client, open_survey, headers):
    response = client.post("/survey/", answers(), headers=headers)

    assert response.status_code == 403
    assert "sent from another site" in text_of(response)
    assert "I found it.</textarea>" in text_of(response)
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://testserver"},
        {"origin": "https://testserver"},
    ],
)
def test_answers_from_our_own_page_are_stored(client, open_survey, headers):
    assert client.post("/survey/", answers(), headers=headers).status_code == 303


@pytest.fixture
def one_answer_from_each_address(monkeypatch):
    monkeypatch.setattr(flood_limit, "FROM_ONE_ADDRESS", Limit(most=1, seconds=600))


def test_a_flood_is_asked_to_wait_and_keeps_what_was_written(
    client, open_survey, one_answer_from_each_address
):
    client.post("/survey/", answers())

    response = client.post("/survey/", answers(comments="My second."))

    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 600
    assert "More answers arrived than we can take at once" in text_of(response)
    assert "My second.</textarea>" in text_of(response)
    assert SurveyResponse.objects.count() == 1


def test_an_error_does_not_count_towards_the_limit(
    client, open_survey, one_answer_from_each_address
):
    client.post("/survey/", answers(trust=""))

    assert client.post("/survey/", answers()).status_code == 303


# A closed survey

CLOSED = {
    "closed": {"survey_is_open": False},
    "without the clearance it needs": {"survey_requires_clearance": True},
    "past its clearance's expiry": {
        "survey_omb_control_number": "1234-5678",
        "survey_omb_expires_on": date(2020, 1, 31),
    },
}


@pytest.mark.parametrize("changes", CLOSED.values(), ids=CLOSED.keys())
def test_a_closed_survey_says_so_and_takes_nothing(client, changes):
    set_survey(**changes)

    shown, sent = client.get("/survey/"), client.post("/survey/", answers())

    assert shown.status_code == 200
    assert "The survey is closed" in text_of(shown)
    assert '<form class="usa-form' not in text_of(shown)
    assert sent.status_code == 409
    assert "closed before your answers arrived" in text_of(sent)
    assert not SurveyResponse.objects.exists()
