import csv
import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from directorates.actions.survey import record_response
from directorates.models import SurveyResponse
from directorates.queries.staff.survey_export import export_responses

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def record(**changes):
    answers = {
        "submission_id": uuid.uuid4(),
        "page": "/offices/",
        "trust": 4,
        "ease": None,
        "effectiveness": 2,
        "comments": "Clear.",
        "at": NOW,
    }
    return record_response(**answers | changes)


def export_rows():
    text = "".join(export_responses(responses=SurveyResponse.objects.all()))
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_response_is_stored_as_it_was_given():
    response, created = record()

    response.refresh_from_db()
    assert created
    assert response.submitted_at == NOW
    assert (response.trust, response.ease, response.effectiveness) == (4, None, 2)
    assert (response.page, response.comments) == ("/offices/", "Clear.")


def test_the_same_submission_twice_stores_the_first_answers_only():
    submission_id = uuid.uuid4()
    first, _ = record(submission_id=submission_id, trust=4)

    second, created = record(submission_id=submission_id, trust=1, at=NOW + timedelta(minutes=1))

    assert not created
    assert second == first
    assert SurveyResponse.objects.get().trust == 4


def test_an_answer_off_the_scale_cannot_be_stored():
    with pytest.raises(IntegrityError):
        record(trust=6)


def test_an_export_of_nothing_is_its_header():
    assert export_rows() == [
        ["Submitted at (UTC)", "Page", "Trust", "Ease", "Effectiveness", "Comments"]
    ]


def test_an_export_has_one_row_for_each_response_newest_first():
    record()
    record(at=NOW + timedelta(hours=1), trust=1, ease=5, comments='Two\nlines, "quoted"; ñ')

    assert export_rows()[1:] == [
        ["2026-11-24 13:00:00", "/offices/", "1", "5", "2", 'Two\nlines, "quoted"; ñ'],
        ["2026-11-24 12:00:00", "/offices/", "4", "", "2", "Clear."],
    ]


def test_an_export_begins_with_a_byte_order_mark():
    lines = export_responses(responses=SurveyResponse.objects.all())

    assert next(lines).encode().startswith(b'\xef\xbb\xbf"Submitted')


@pytest.mark.parametrize(
    "comments",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", '=HYPERLINK("http://x")'],
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(comments):
    record(comments=comments)

    assert export_rows()[1][-1] == f"'{comments}"


def test_an_export_reads_the_database_once_however_many_responses(django_assert_num_queries):
    for _ in range(5):
        record()

    with django_assert_num_queries(1):
        export_rows()
