"""What the editor's button for references asks the server."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directorates.actions.publishing import closing
from directorates.queries.staff import reference_search
from tests.factories import (
    DAY,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_unit,
    make_user,
    published,
)

pytestmark = pytest.mark.django_db

THEN = timezone.now() - DAY


@pytest.fixture
def agency():
    return published(make_agency(at=THEN), at=THEN)


@pytest.fixture
def legal(agency):
    unit = make_directorate(
        name="Legal Advisor", acronym="OLA", slug="legal", role="supporting", identifier="ola", at=THEN
    )  # fmt: skip
    return published(unit, at=THEN)


@pytest.fixture
def workforce(agency):
    figure = make_figure(
        unit=agency, identifier="workforce", value=21786, counts="people", counts_one="person", at=THEN
    )  # fmt: skip
    return published(figure, at=THEN)


def search(client, words=""):
    answer = client.get("/admin/references/", {"q": words}).json()
    return [(found["kind"], found["name"], found["state"]) for found in answer["records"]]


def choices(client, **asked):
    return client.get("/admin/references/choices/", asked).json()


def words_of(groups):
    return {
        group["label"]: [option["words"] or option["problem"] for option in group["options"]]
        for group in groups
    }


def read(client, *tokens):
    return client.get("/admin/references/words/", {"token": tokens}).json()


# Search


def test_figures_units_and_counts_are_found(client, editor, agency, legal, workforce):
    assert search(client) == [
        ("figure", "21,786 people", ""),
        ("unit", "Agency of Examples (AOE)", ""),
        ("unit", "Legal Advisor (OLA)", ""),
        ("count", "Number of units of AOE", ""),
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("workforce", ["21,786 people"]),
        ("PEOPLE aoe", ["21,786 people"]),
        ("aoe", ["Agency of Examples (AOE)", "21,786 people", "Number of units of AOE"]),
        ("21,786", ["21,786 people"]),
        ("ola", ["Legal Advisor (OLA)"]),
        ("legal adv", ["Legal Advisor (OLA)"]),
        ("how many directorates", ["Number of units of AOE"]),
        ("operational directorates of AOE", ["Number of units of AOE"]),
        ("nothing like it", []),
    ],
)
def test_every_word_must_be_found(client, editor, agency, legal, workforce, words, found):
    assert [name for _, name, _ in search(client, words)] == found


def test_a_draft_is_found_by_those_who_may_see_drafts(client, agency, legal, workforce):
    make_unit(name="Kite Office", at=THEN)
    make_figure(unit=agency, value=7, counts="kites", at=THEN)
    changed(legal, name="Renamed in a draft", at=THEN)
    client.force_login(make_user(permissions=["view_unit"]))
    assert search(client, "kite") == [("unit", "Kite Office", "not published yet")]
    # Words of the draft find the unit, and its name is the public one.
    assert search(client, "renamed") == [("unit", "Legal Advisor (OLA)", "")]
    client.force_login(make_user(permissions=["view_figure"]))
    assert search(client, "kite") == [("figure", "7 kites", "not published yet")]
    assert search(client, "renamed") == []
    assert search(client, "legal") == [("unit", "Legal Advisor (OLA)", "")]


def test_a_closed_unit_says_so(client, editor, agency, legal):
    closing.close(unit=legal, successors=[agency], by=None, at=timezone.now())
    assert search(client, "ola") == [("unit", "Legal Advisor (OLA)", "closed")]
    assert "closed" in choices(client, kind="unit", identifier="ola")["problem"]


def test_units_that_look_the_same_have_their_addresses(client, editor, agency):
    for number in (1, 2):
        published(make_unit(name="Kite Office", slug=f"kites-{number}", at=THEN), at=THEN)
    answer = client.get("/admin/references/", {"q": "kite"}).json()
    assert [found["detail"] for found in answer["records"]] == [
        "Office, part of AOE, kites-1",
        "Office, part of AOE, kites-2",
    ]


def test_a_search_that_is_too_long_is_answered_in_words(client, editor, agency):
    answer = client.get("/admin/references/", {"q": "x" * 300}).json()
    assert "Search for at most 200" in answer["problem"]


@pytest.mark.parametrize("page", ["", "choices/", "words/"])
def test_who_may_see_no_records_may_ask_nothing(client, page):
    client.force_login(make_user(permissions=[]))
    assert client.get(f"/admin/references/{page}", {"token": "{unit x name}"}).status_code == 403


@pytest.mark.parametrize("words", ["", "directorate", "how many offices", "example 101"])
def test_a_search_takes_a_fixed_number_of_queries_and_has_twenty_results(words, agency):
    user = make_user(is_superuser=True)
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            found = reference_search.find(words.split(), user=user, at=timezone.now())
        counted.append(len(queries))
        for _ in range(12):
            unit = published(make_directorate(at=THEN), at=THEN)
            published(make_unit(parent=unit, at=THEN), at=THEN)
            published(make_figure(unit=unit, at=THEN), at=THEN)
    assert len(found.records) <= 20
    assert max(counted) <= 4


# Forms of words


def test_a_figure_offers_each_true_phrase_once_and_says_why_others_are_not(
    client, editor, workforce
):
    answer = choices(client, kind="figure", identifier="workforce")
    assert (answer["kind"], answer["name"]) == ("figure", "21,786 people")
    assert words_of(answer["groups"]) == {
        "As published": ["21,786 people"],
        "Exact": ["21,786 people"],
        "More than": [
            *("more than 20,000 people", "more than 21,000 people"),
            *("more than 21,700 people", "more than 21,780 people"),
        ],
        "About": [
            *("about 20,000 people", "about 22,000 people"),
            *("about 21,800 people", "about 21,790 people"),
        ],
        "Nearly": ["nearly 22,000 people", "nearly 21,800 people", "nearly 21,790 people"],
        "At least": [
            *("at least 20,000 people", "at least 21,000 people"),
            *("at least 21,700 people", "at least 21,780 people"),
        ],
    }
    assert words_of(answer["numberGroups"])["More than"][0] == "more than 20,000"
    option = answer["groups"][2]["options"][0]
    assert option["token"] == "{figure workforce more-than 1}"
    assert option["attributes"] == {"figure": "workforce", "form": "more-than", "digits": "1"}


def test_a_form_that_the_value_does_not_support_has_the_reason_and_the_nearest_phrase(
    client, editor, agency
):
    figure = make_figure(
        unit=agency, identifier="offices", qualifier="more than", value=200, counts="offices", at=THEN
    )  # fmt: skip
    published(figure, at=THEN)
    groups = words_of(choices(client, kind="figure", identifier="offices")["groups"])
    assert groups["Exact"] == [
        "The number is known only as “more than 200”. Nearest: “more than 200 offices”."
    ]


def test_the_form_that_a_text_has_is_among_the_choices_even_if_it_is_true_no_longer(
    client, editor, workforce
):
    for token in ("{figure workforce about 5}", "{figure workforce nearly 1}"):
        groups = choices(client, token=token)["groups"]
        assert [
            option for group in groups for option in group["options"] if option["token"] == token
        ]


def test_a_unit_offers_its_name_and_acronym(client, editor, agency, legal):
    published(make_unit(name="Kite Office", identifier="kites", at=THEN), at=THEN)
    assert words_of(choices(client, kind="unit", identifier="ola")["groups"]) == {
        "Words": ["Legal Advisor", "OLA", "Legal Advisor (OLA)"]
    }
    (without,) = choices(client, kind="unit", identifier="kites")["groups"]
    assert [option["problem"] for option in without["options"]] == [
        "",
        "The unit has no acronym. Use its name, or give the unit an acronym.",
    ]


def test_a_count_offers_kinds_and_roles(client, editor, agency, legal):
    published(make_directorate(role="operational", at=THEN), at=THEN)
    published(make_unit(parent=legal, at=THEN), at=THEN)
    answer = choices(client, kind="count", identifier=agency.identifier)
    assert words_of(answer["groups"]) == {
        "Directorates": ["two directorates", "one operational directorate", "one supporting directorate"],
        "Offices": ["one office"],
        "Units": ["three units", "one operational unit", "one supporting unit"],
    }  # fmt: skip


@pytest.mark.parametrize("asked", [{}, {"kind": "figure", "identifier": "none"}, {"kind": "x"}])
def test_a_record_that_is_not_there_is_not_found(client, editor, agency, asked):
    assert client.get("/admin/references/choices/", asked).status_code == 404


def test_a_draft_has_a_note(client, editor, agency):
    make_figure(unit=agency, identifier="kites", at=THEN)
    answer = choices(client, kind="figure", identifier="kites")
    assert answer["note"].startswith("It is not published yet.")


# Words


def test_references_have_their_words_and_what_they_refer_to(
    client, editor, agency, legal, workforce
):
    count = f"{{count directorate {agency.identifier} supporting}}"
    answer = read(client, "{figure workforce more-than 1}", "{unit ola name}", count, "{unit x}")
    assert {token: (one["words"], one["record"]) for token, one in answer.items()} == {
        "{figure workforce more-than 1}": ("more than 20,000 people", "the figure workforce"),
        "{unit ola name}": ("Legal Advisor", "the unit Legal Advisor"),
        count: ("one supporting directorate", "the number of supporting directorates of Agency of Examples"),
    }  # fmt: skip


def test_a_broken_reference_says_what_is_wrong(client, editor, workforce):
    answer = read(client, "{figure workforce nearly 1}", "{figure gone exact}")
    assert "too far from" in answer["{figure workforce nearly 1}"]["problem"]
    assert "no such record" in answer["{figure gone exact}"]["problem"]


def test_a_plain_text_reads_as_on_the_page(client, editor, workforce):
    asked = {"text": "{figure workforce about 1} work here. {figure workforce}"}
    answer = client.get("/admin/references/words/", asked).json()
    assert answer["words"] == "About 20,000 people work here. {figure workforce}"
    assert ["is no reference" in problem for problem in answer["problems"]] == [True]


def test_words_take_a_fixed_number_of_queries(client, editor, agency, legal, workforce):
    make_unit(identifier="kites", at=THEN)
    tokens = [
        "{unit ola name}",
        "{unit kites name}",
        "{figure workforce exact}",
        "{figure no exact}",
    ]
    # The first request also reads what later ones know.
    read(client, *tokens)
    with CaptureQueriesContext(connection) as few:
        read(client, *tokens)
    for number in range(10):
        unit = make_unit(identifier=f"unit-{number}", at=THEN)
        tokens.append(f"{{unit {unit.identifier} name}}")
    with CaptureQueriesContext(connection) as many:
        read(client, *tokens)
    assert len(many) == len(few)
