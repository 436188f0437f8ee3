from datetime import UTC, datetime, timedelta

import pytest

from directorates.forms import SurveyForm, issue_submission, local_path, read_submission

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def make_form(**changes):
    data = {"trust": "4", "token": issue_submission(at=NOW)} | changes
    return SurveyForm(data, at=NOW)


def test_trust_alone_is_a_whole_answer():
    form = make_form()

    assert form.is_valid()
    assert form.cleaned_data == {
        "trust": 4,
        "ease": None,
        "effectiveness": None,
        "comments": "",
        "page": "",
    }


def test_trust_is_asked_first_then_its_drivers_then_free_text():
    assert [field.name for field in make_form().visible_fields()] == [
        "trust",
        "ease",
        "effectiveness",
        "comments",
    ]


def test_trust_is_required():
    form = make_form(trust="")

    assert form.errors == {
        "trust": ["Choose how far you agree that your visit increased your trust."]
    }


@pytest.mark.parametrize(
    "answer", ["0", "6", "-1", "3.5", "many", "٣", "9" * 10_000, "\x00", "1\x00"]
)
@pytest.mark.parametrize("question", ["trust", "ease", "effectiveness"])
def test_an_answer_off_the_scale_is_an_error_of_its_question(question, answer):
    form = make_form(**{question: answer})

    assert form.errors == {question: ["Choose one of the five answers, from 1 to 5."]}


def test_a_line_break_counts_as_one_character():
    form = make_form(comments="a\r\n" * 999 + "ab")

    assert form.is_valid()
    assert form.cleaned_data["comments"] == "a\n" * 999 + "ab"


def test_a_text_of_2001_characters_is_an_error_that_says_how_long_it_is():
    form = make_form(comments="a" * 2001)

    assert form.errors == {"comments": ["Shorten your text to 2000 characters. It has 2001."]}


def test_a_nul_character_in_the_text_is_an_error():
    form = make_form(comments="a\x00b")

    assert form.errors == {"comments": ["Your text holds a character that cannot be saved."]}


@pytest.mark.parametrize("page", ["//other.example/", "https://other.example/", "\x00", "x" * 9999])
def test_a_page_that_is_not_of_this_site_is_left_out_without_an_error(page):
    form = make_form(page=page)

    assert form.is_valid()
    assert form.cleaned_data["page"] == ""


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/", "/"),
        ("/offices/opla/", "/offices/opla/"),
        ("/offices/?q=my+name#there", "/offices/"),
        ("/oficina/ñ/", "/oficina/ñ/"),
        ("", ""),
        ("offices/", ""),
        ("//other.example/", ""),
        ("///other.example/", ""),
        ("/\\other.example/", ""),
        ("javascript:alert(1)", ""),
        ("/a\nb", ""),
        ("/\ud800", ""),
        ("/" + "x" * 299, "/" + "x" * 299),
        ("/" + "x" * 300, ""),
    ],
)
def test_only_the_path_of_a_page_of_this_site_is_kept(text, path):
    assert local_path(text) == path


def test_a_token_names_one_submission():
    token = issue_submission(at=NOW)

    assert read_submission(token, at=NOW) == read_submission(token, at=NOW)
    assert read_submission(token, at=NOW) != read_submission(issue_submission(at=NOW), at=NOW)


@pytest.mark.parametrize("token", ["", "x", "a:b", "\x00", "é:ü", "x" * 100_000])
def test_a_token_that_we_did_not_issue_names_no_submission(token):
    assert read_submission(token, at=NOW) is None


def test_a_token_is_valid_for_one_day():
    token = issue_submission(at=NOW)

    assert read_submission(token, at=NOW + timedelta(days=1)) is not None
    assert read_submission(token, at=NOW + timedelta(days=1, seconds=1)) is None


def test_a_corrected_form_sends_the_same_token_again():
    token = issue_submission(at=NOW)

    assert make_form(trust="", token=token).token == token


def test_a_stale_form_is_an_error_and_gets_a_new_token():
    token = issue_submission(at=NOW - timedelta(days=2))

    form = make_form(token=token)

    assert form.has_error("__all__", code="stale")
    assert form.token != token
    assert read_submission(form.token, at=NOW) is not None
