"""Comparison of any two editions of a record, of the draft and the edition in force."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directorates.actions.publishing import publishing
from directorates.models import Generation, Unit
from tests.admin.pages import table_of, url, words_of
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published_agency()


def three_editions(**content):
    office = published(make_unit(name="First name", **content))
    office = published(changed(office, name="Second name"), at=NOON + DAY)
    return published(changed(office, name="Third name"), at=NOON + 2 * DAY)


def test_an_edition_is_compared_with_the_draft_at_first(client, publisher, agency):
    office = changed(three_editions(), name="Draft name")

    response = client.get(url("office_edition", office.pk, 1))

    comparison = response.context["comparison"]
    assert (comparison.before, comparison.after) == ("This version", "The draft")
    assert [(d.before, d.after) for d in comparison.differences] == [
        (("First name",), ("Draft name",))
    ]
    assert url("office_restore", office.pk, 1) in response.content.decode()


def test_the_choices_are_the_draft_what_is_in_force_and_the_other_editions(
    client, publisher, agency
):
    office = three_editions()

    response = client.get(url("office_edition", office.pk, 2), {"with": "3"})

    choices = response.context["comparison"].choices
    assert [(choice.value, choice.is_chosen) for choice in choices] == [
        ("draft", False),
        ("in-force", False),
        ("3", True),
        ("1", False),
    ]
    assert '<option value="3" selected>published version 3, from Mar 4, 2026</option>' in (
        response.content.decode()
    )


@pytest.mark.parametrize(
    ("number", "chosen", "headings", "names"),
    [
        (1, "2", ("This version", "Published version 2"), ("First name", "Second name")),
        (2, "1", ("Published version 1", "This version"), ("First name", "Second name")),
        (1, "in-force", ("This version", "In force now"), ("First name", "Third name")),
    ],
)
def test_the_earlier_side_stands_first(client, publisher, agency, number, chosen, headings, names):
    office = changed(three_editions(), name="Draft name")

    response = client.get(url("office_edition", office.pk, number), {"with": chosen})

    comparison = response.context["comparison"]
    [difference] = comparison.differences
    assert (comparison.before, comparison.after) == headings
    assert (difference.before, difference.after) == ((names[0],), (names[1],))
    assert "Draft name" not in table_of(response)


def test_the_edition_in_force_says_the_same_as_what_is_in_force(client, publisher, agency):
    office = three_editions()

    response = client.get(url("office_edition", office.pk, 3), {"with": "in-force"})

    assert "Both say the same." in words_of(response)


def test_restoring_is_offered_beside_the_draft_only(client, publisher, agency):
    office = three_editions()

    page = client.get(url("office_edition", office.pk, 1), {"with": "2"}).content.decode()

    assert url("office_restore", office.pk, 1) not in page
    assert "Compare it with the draft" in page


def test_a_withdrawn_edition_can_be_compared(client, publisher, agency):
    office = changed(published(make_unit()), name="Later")
    now = timezone.now()
    publishing.publish(records=[office], by=None, at=now, effective_from=now + timedelta(days=1))
    publishing.withdraw(editions=[office.editions.get(number=2)], by=publisher, at=timezone.now())

    response = client.get(url("office_edition", office.pk, 1), {"with": "2"})

    assert "Later" in table_of(response)
    assert ", withdrawn</option>" in response.content.decode()


@pytest.mark.parametrize("chosen", ["", "1", "4", "x", "9" * 40, "２"])
def test_what_is_not_another_edition_of_the_record_is_not_found(client, publisher, agency, chosen):
    office = three_editions()
    address = url("office_edition", office.pk, 1)

    assert client.get(address, {"with": chosen}).status_code == 404


def test_nothing_in_force_is_not_found(client, publisher, agency):
    office = published(make_unit(), at=timezone.now(), effective_from=timezone.now() + DAY)
    address = url("office_edition", office.pk, 1)

    response = client.get(address)

    assert [choice.value for choice in response.context["comparison"].choices] == ["draft"]
    assert client.get(address, {"with": "in-force"}).status_code == 404


def test_those_who_may_not_see_units_compare_nothing(client, agency):
    client.force_login(make_user(permissions=["view_figure"]))
    office = three_editions()

    for chosen in ("draft", "in-force", "2"):
        address = url("office_edition", office.pk, 1)
        assert client.get(address, {"with": chosen}).status_code == 403


def test_comparing_changes_no_row_and_is_no_post(client, publisher, agency):
    office = three_editions()
    address = url("office_edition", office.pk, 1)
    before = (Generation.objects.current(), list(Unit.objects.values()))

    for chosen in ("draft", "in-force", "2"):
        assert client.get(address, {"with": chosen}).status_code == 200
    assert client.post(address, {"with": "2"}).status_code == 405

    assert (Generation.objects.current(), list(Unit.objects.values())) == before


@pytest.mark.parametrize(("chosen", "queries"), [("draft", 16), ("in-force", 19), ("2", 19)])
def test_comparing_takes_the_same_queries_for_few_editions_and_for_many(
    client, publisher, agency, django_assert_num_queries, chosen, queries
):
    office = three_editions(responsibilities=[make_responsibility()])
    address = url("office_edition", office.pk, 1)
    client.get(address, {"with": chosen})
    with django_assert_num_queries(queries):
        client.get(address, {"with": chosen})
    office.responsibilities.add(*[make_responsibility() for _ in range(10)])
    for number in range(60):
        office = published(changed(office, name=f"Name {number}"), at=NOON + (3 + number) * DAY)

    with django_assert_num_queries(queries):
        client.get(address, {"with": chosen})
