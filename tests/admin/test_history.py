"""A record's history: its versions as a line, any two side by side, and one of them restored."""

import pytest
from django.utils import timezone

from directorates.models import Unit
from tests.admin.pages import url, words_of
from tests.factories import DAY, changed, make_agency, make_unit, make_user, published


@pytest.fixture
def office(db):
    """An office with two versions of the past and one of later, and a draft."""
    now = timezone.now()
    published(make_agency(), at=now - 9 * DAY)
    office = published(make_unit(summary="The first words."), at=now - 9 * DAY)
    office = published(
        changed(office, summary="The second words."),
        at=now - 2 * DAY,
        change_note="Says it better.",
    )
    later = changed(office, summary="The words of later.")
    office = published(later, at=now, effective_from=now + 9 * DAY)
    return changed(office, summary="Words of a draft.")


@pytest.fixture
def page(client, office):
    client.force_login(make_user())
    return url("office_history", office.pk)


def test_the_line_has_every_version_with_what_the_public_sees(client, page):
    versions = client.get(page).context["versions"]
    assert [(one.name, one.place) for one in versions] == [
        ("Draft", "draft"),
        ("Version 3", "coming"),
        ("Version 2", "public"),
        ("Version 1", "past"),
    ]
    words = words_of(client.get(page))
    assert "“Says it better.”" in words
    assert "Public now" in words


def test_the_page_opens_with_what_the_draft_changes(client, page):
    shown = client.get(page)
    comparison = shown.context["comparison"]
    assert (comparison.before, comparison.after) == ("Version 3", "Draft")
    assert [one.label for one in comparison.differences] == ["Summary"]


def test_one_walks_from_version_to_version(client, page):
    shown = client.get(page)
    seen = []
    while address := shown.context["comparison"].earlier_url:
        shown = client.get(page + address.partition("#")[0])
        seen.append((shown.context["comparison"].before, shown.context["comparison"].after))
    assert seen == [("Version 2", "Version 3"), ("Version 1", "Version 2")]
    back = client.get(page + shown.context["comparison"].later_url.partition("#")[0])
    assert back.context["comparison"].after == "Version 3"


def test_a_version_is_compared_with_the_draft_and_restored(client, office, page):
    first = client.get(f"{page}?from=1&to=2")
    assert "restore_url" in first.context and not first.context["restore_url"]
    assert "Compare version 1 with the draft" in words_of(first)

    shown = client.get(f"{page}?from=1&to=draft")
    assert "Make version 1 my draft" in words_of(shown)
    client.post(shown.context["restore_url"], {"version": shown.context["saved_version"]})

    assert Unit.objects.get(pk=office.pk).summary == "The first words."


def test_a_version_that_is_not_there_is_no_page(client, page):
    for query in ("?from=9&to=1", "?from=1&to=x", "?from=-1"):
        assert client.get(page + query).status_code == 404


def test_an_unsaved_record_without_versions_has_its_steps(client, page):
    new = make_unit(name="New here")
    shown = client.get(url("office_history", new.pk))
    assert shown.context["comparison"] is None
    assert "Every step" in words_of(shown)


def test_a_withdrawn_version_stays_in_the_line_and_out_of_the_walk(client, office, page):
    client.post(url("office_withdraw", office.pk, 3), {"comment": "Not now."})
    shown = client.get(page)
    assert [one.place for one in shown.context["versions"]].count("withdrawn") == 1
    assert shown.context["comparison"].before == "Version 2"


def test_a_reader_compares_and_restores_nothing(client, office, page):
    client.force_login(make_user(permissions=["view_unit"]))
    shown = client.get(f"{page}?from=1&to=draft")
    assert shown.status_code == 200
    assert not shown.context["restore_url"]
