import csv
import io
import uuid
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission, User

from directorates.models import SurveyResponse

pytestmark = pytest.mark.django_db

LIST = "/admin/directorates/surveyresponse/"
EXPORT = "/admin/directorates/surveyresponse/export/"


def make_response(**changes):
    values = {
        "submission_id": uuid.uuid4(),
        "submitted_at": datetime(2026, 11, 24, 12, tzinfo=UTC),
        "page": "/offices/",
        "trust": 4,
    }
    return SurveyResponse.objects.create(**values | changes)


@pytest.fixture
def staff(client):
    """A signed-in person without permissions."""
    user = User.objects.create_user("editor", is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def reader(staff):
    staff.user_permissions.add(Permission.objects.get(codename="view_surveyresponse"))
    return staff


def text_of(response):
    return response.content.decode()


def rows_of(response):
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_list_shows_answers_and_the_beginning_of_the_comment(client, reader):
    make_response(comments="word " * 100)

    page = text_of(client.get(LIST))

    assert "/offices/" in page
    assert "word word" in page
    assert "word " * 50 not in page


def test_the_list_shows_the_averages_of_what_is_filtered(client, reader):
    make_response(trust=1)
    make_response(trust=4, ease=3)
    make_response(trust=4, ease=4)

    page = text_of(client.get(LIST))
    filtered = text_of(client.get(LIST, {"trust": "1"}))

    assert "3 responses. On average" in page
    assert "trust 3.0" in page
    assert "ease 3.5" in page
    assert "effectiveness not answered" in page
    assert "1 response. On average" in filtered


def test_the_list_takes_the_same_queries_for_one_response_and_for_many(
    client, reader, django_assert_num_queries, django_assert_max_num_queries
):
    make_response()
    client.get("/admin/")  # The first page of a session also notes its beginning.
    with django_assert_max_num_queries(12) as captured:
        assert client.get(LIST).status_code == 200
    for number in range(20):
        make_response(page=f"/{number}/")

    with django_assert_num_queries(len(captured)):
        client.get(LIST)


def test_a_response_cannot_be_added_or_changed_even_by_a_superuser(admin_client):
    response = make_response()
    url = f"{LIST}{response.pk}/change/"

    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(url, {"trust": "1"}).status_code == 403
    assert '<div class="readonly">4</div>' in text_of(admin_client.get(url))
    response.refresh_from_db()
    assert response.trust == 4


def test_a_reader_cannot_delete_a_response(client, reader):
    response = make_response()

    assert client.post(f"{LIST}{response.pk}/delete/", {"post": "yes"}).status_code == 403
    assert SurveyResponse.objects.exists()


def test_the_export_holds_what_the_list_shows_under_its_filters(client, reader):
    make_response(trust=1, comments="=1+1")
    make_response(trust=4)

    link = f'href="{EXPORT}?trust=1"'
    assert link in text_of(client.get(LIST, {"trust": "1"}))
    response = client.get(EXPORT, {"trust": "1"})

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment; filename=" in response.headers["Content-Disposition"]
    assert [(row["Trust"], row["Comments"]) for row in rows_of(response)] == [("1", "'=1+1")]


def test_the_export_is_not_cut_to_one_page_of_the_list(client, reader):
    for _ in range(101):
        make_response()

    assert len(rows_of(client.get(EXPORT))) == 101


def test_selected_responses_can_be_exported(client, reader):
    chosen, _ = make_response(trust=2), make_response(trust=5)

    response = client.post(
        LIST, {"action": "export_selected", "_selected_action": [str(chosen.pk)]}
    )

    assert [row["Trust"] for row in rows_of(response)] == ["2"]


def test_staff_without_the_permission_get_no_export(client, staff):
    make_response()

    assert client.get(EXPORT).status_code == 403
    assert client.get(LIST).status_code == 403


def test_a_visitor_is_asked_to_sign_in_for_the_export(client):
    response = client.get(EXPORT)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")


def test_the_export_cannot_be_posted_to(client, reader):
    assert client.post(EXPORT).status_code == 405


@pytest.mark.parametrize("query", ["trust=many", "submitted_at__gte=x"])
def test_an_odd_filter_leads_back_to_the_list(client, reader, query):
    response = client.get(f"{EXPORT}?{query}")

    assert response.status_code == 302
    assert response.headers["Location"] == LIST


def test_the_list_runs_no_script_without_the_nonce(client, reader):
    make_response()

    page = text_of(client.get(LIST))

    assert "onclick" not in page
    assert "style=" not in page
