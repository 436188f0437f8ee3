"""The pages of the audit trail."""

import json
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from directorates.models import AuditEntry, SiteSettings, SurveyResponse, Unit
from directorates.queries.staff import audit_trail
from directorates.rules.local_time import day_of
from tests.admin.pages import form_data, save, url, words_of
from tests.factories import (
    NOON,
    changed,
    make_agency,
    make_responsibility,
    make_unit,
    make_user,
    published,
)
from tests.sample import load_sample

pytestmark = pytest.mark.django_db

TRAIL = "/admin/audit/"
EXPORTS = ["/admin/audit/export/csv/", "/admin/audit/export/json-lines/"]


@pytest.fixture
def agency(db):
    return published(make_agency(name="Agency", acronym=""))


@pytest.fixture
def auditor(client):
    user = make_user(permissions=["view_auditentry", "view_unit"])
    client.force_login(user)
    return user


def content_of(response):
    return b"".join(response.streaming_content).decode()


# Permissions


@pytest.mark.parametrize("address", [TRAIL, *EXPORTS, "/admin/directorates/auditentry/"])
def test_the_whole_trail_is_for_those_who_may_see_it(client, agency, address):
    client.force_login(make_user(permissions=["view_unit", "change_unit", "view_user"]))
    assert client.get(address).status_code == 403
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("role", "status"),
    [("Editor", 403), ("Reviewer", 403), ("Publisher", 200), ("Administrator", 200)],
)
def test_publishers_and_administrators_see_the_whole_trail(client, agency, role, status):
    user = make_user(role=role)
    client.force_login(user)
    assert client.get(TRAIL).status_code == status


def test_a_records_history_is_for_those_who_may_see_the_record(client, agency):
    client.force_login(make_user(permissions=["view_figure"]))
    assert client.get(url("agency_history", agency.pk)).status_code == 403
    client.force_login(make_user(permissions=["view_unit"]))
    assert client.get(url("agency_history", agency.pk)).status_code == 200


@pytest.mark.parametrize("address", [TRAIL, *EXPORTS])
def test_the_trail_is_only_read(client, auditor, address):
    assert client.post(address).status_code == 405


def test_no_entry_has_a_form(admin_client, agency):
    pk = AuditEntry.objects.latest("pk").pk
    for page in ("add/", f"{pk}/change/", f"{pk}/delete/"):
        assert admin_client.get(f"/admin/directorates/auditentry/{page}").status_code == 404


def test_what_a_person_may_not_see_is_not_linked(client, agency, auditor):
    user = make_user(username="walt")
    client.get(TRAIL)
    page = client.get(TRAIL).content.decode()
    assert f'href="{url("unit_change", agency.pk)}"' in page
    assert f'href="/admin/auth/user/{user.pk}/change/"' not in page


# Content


def test_a_records_history_says_who_when_and_from_what_to_what(client, editor, agency):
    save(client, url("agency_change", agency.pk), name="Renamed agency")

    response = client.get(url("agency_history", agency.pk))

    assert "Changed Edith Editor" in words_of(response)
    page = response.content.decode()
    assert "<ins>" in page and "Renamed agency" in page


def test_a_long_change_is_shown_as_the_comparison_of_editions_shows_it(client, editor, agency):
    changed(agency, overview="<h2>A heading</h2><p>A text.</p>", body="<p>More.</p>")
    page = client.get(url("agency_history", agency.pk)).content.decode()
    assert '<table class="differences">' in page
    assert "Heading 2" in page


def test_the_history_of_a_loaded_record_tells_of_its_editions(client):
    client.force_login(make_user(is_superuser=True))
    load_sample()
    unit = Unit.objects.get(kind="agency")

    page = client.get(url("agency_history", unit.pk))

    words = words_of(page)
    assert f'href="{url("agency_edition", unit.pk, 1)}"' in page.content.decode()
    assert "March 2, 2026" in words
    assert "Public now" in words
    assert "the command line" in words
    assert "was loaded from a file" in words
    made = url("agency_history", make_unit(name="Made here").pk)
    assert "was loaded from a file" not in words_of(client.get(made))


def test_a_sets_history_names_its_records(client, agency):
    client.force_login(make_user(permissions=["view_changeset", "view_unit"]))
    change_set = reviewing.create(
        title="One set", records=[changed(agency, name="Renamed")], by=None, at=NOON
    )
    words = words_of(client.get(url("changeset_history", change_set.pk)))
    assert "Put into a change set : Renamed (unit)" in words.replace("set:", "set :")


def test_a_person_is_followed_from_the_account(admin_client, agency):
    person = make_user(username="edith")
    changed(agency, name="Renamed", by=person)
    address = f"{TRAIL}?person={person.pk}"

    account = admin_client.get(f"/admin/auth/user/{person.pk}/change/").content.decode()

    assert f'href="{address}"' in account
    assert "1 entry" in words_of(admin_client.get(address))


def test_the_trail_is_filtered_and_keeps_the_filter_from_page_to_page(client, auditor, agency):
    for number in range(audit_trail.ENTRIES_A_PAGE + 1):
        changed(agency, name=f"Name {number}")
    response = client.get(TRAIL, {"action": "change", "words": "name"})
    page = response.content.decode()
    assert f"{audit_trail.ENTRIES_A_PAGE + 1} entries" in words_of(response)
    assert 'href="?action=change&amp;words=name&amp;page=2"' in page
    assert 'href="/admin/audit/export/csv/?action=change&amp;words=name"' in page


@pytest.mark.parametrize(
    "query",
    [
        {"since": "1600-01-01"},
        {"since": "yesterday"},
        {"until": "9999-12-31"},
        {"person": "99999999999999999999"},
        {"action": "conjure"},
        {"kind": "auth.permission"},
        {"words": "a\0b"},
    ],
    ids=str,
)
def test_what_cannot_be_looked_for_is_said_and_not_downloaded(client, auditor, agency, query):
    response = client.get(TRAIL, query)
    assert response.status_code == 200
    assert "Nothing was looked for" in words_of(response)
    for address in EXPORTS:
        assert client.get(address, query).headers["Location"].startswith(TRAIL)


@pytest.mark.parametrize(
    ("name", "queries"),
    # A record's history also has its editions, two of them with their content, and the file from which it came.
    [("audit", 9), ("directorates_agency_history", 17)],
)
def test_the_pages_take_as_many_queries_for_many_entries_as_for_few(
    client, auditor, agency, name, queries, django_assert_num_queries
):
    address = reverse(f"admin:{name}", args=[] if name == "audit" else [agency.pk])

    def look():
        # The session, the user, the permissions (two), the time zone and the agency's name. Then the people or
        # the record, the count and the page.
        with django_assert_num_queries(queries):
            client.get(address)

    # The first look writes the time of the visit into the session.
    client.get(address)
    changed(agency, name="Another")
    look()
    for number in range(60):
        changed(agency, name=f"Name {number}")
    look()


# As a file


def test_the_download_holds_what_the_page_shows(client, auditor, agency):
    changed(agency, name="Renamed")
    response = client.get("/admin/audit/export/json-lines/", {"words": "renamed"})
    today = day_of(timezone.now(), "America/New_York")
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="audit-trail-{today:%Y-%m-%d}.jsonl"'
    )
    (line,) = content_of(response).splitlines()
    assert json.loads(line)["action"] == "change"


@pytest.mark.parametrize("address", EXPORTS)
def test_the_downloads_days_are_the_agencys_like_the_pages(client, auditor, agency, address):
    evening = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)  # March 3, 9:30 PM in Washington
    changed(agency, name="Renamed", at=evening)
    for day, is_found in (("2026-03-03", True), ("2026-03-04", False)):
        query = {"since": day, "until": day, "action": "change"}
        assert ("Renamed" in words_of(client.get(TRAIL, query))) == is_found
        assert ("Renamed" in content_of(client.get(address, query))) == is_found


def test_a_spreadsheet_program_runs_nothing_of_the_download(client, auditor, agency):
    changed(agency, name="=1+1")
    content = content_of(client.get("/admin/audit/export/csv/", {"action": "change"}))
    assert "\"'=1+1" in content and '"=1+1' not in content


# One trail


def test_the_admin_keeps_no_second_log(admin_client, agency):
    unit = make_unit()
    save(admin_client, url("office_change", unit.pk), name="Renamed")
    admin_client.post(url("office_delete", unit.pk), {"post": "yes"})
    matter = make_responsibility()
    admin_client.post(url("responsibility_delete", matter.pk), {"post": "yes"})
    assert not Unit.objects.filter(pk=unit.pk).exists()
    assert not LogEntry.objects.exists()
    assert AuditEntry.objects.filter(action="delete").count() == 2


def test_what_is_in_review_is_not_deleted(admin_client, agency):
    unit = make_unit()
    reviewing.submit_records(records=[unit], by=None, at=NOON)
    answer = admin_client.post(url("office_delete", unit.pk), {"post": "yes"}, follow=True)
    assert "is in review with the change set" in words_of(answer)
    data = {"action": "delete_selected", "_selected_action": [unit.pk], "post": "yes"}
    page = admin_client.post(url("office_changelist"), data, follow=True)
    assert "Nothing was deleted. These are in review" in words_of(page)
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_selected_drafts_are_deleted_through_the_action(admin_client, agency):
    units = [make_unit(), make_unit()]
    data = {
        "action": "delete_selected",
        "_selected_action": [unit.pk for unit in units],
        "post": "yes",
    }
    admin_client.post(url("office_changelist"), data)
    assert AuditEntry.objects.filter(action="delete").count() == 2


def test_deleted_answers_are_noted(admin_client):
    for number in range(2):
        SurveyResponse.objects.create(
            submission_id=f"0b4bd9d2-9e0a-4f6e-9d38-2f5f7a1e4a1{number}", submitted_at=NOON, trust=5
        )
    first, second = SurveyResponse.objects.all()
    admin_client.post(url("surveyresponse_delete", first.pk), {"post": "yes"})
    data = {
        "action": "delete_selected",
        "_selected_action": [second.pk],
        "post": "yes",
    }
    admin_client.post(url("surveyresponse_changelist"), data)
    assert AuditEntry.objects.filter(action="delete").count() == 2
    assert not SurveyResponse.objects.exists()


def test_a_link_is_renamed_and_removed_with_the_settings(admin_client):
    admin_client.post(url("sitesettings_add"), form_data(admin_client.get(url("sitesettings_add"))))
    links = list(SiteSettings.objects.get().links.all())
    address = url("sitesettings_change", 1)
    data = form_data(admin_client.get(address)) | {
        "links-TOTAL_FORMS": "2",
        "links-INITIAL_FORMS": "2",
        "links-0-id": str(links[0].pk),
        "links-0-settings": "1",
        "links-0-position": "0",
        "links-0-text": "About this agency",
        "links-0-url": "/about/",
        "links-1-id": str(links[-1].pk),
        "links-1-settings": "1",
        "links-1-position": "9",
        "links-1-text": links[-1].text,
        "links-1-url": "",
        "links-1-DELETE": "on",
    }
    assert admin_client.post(address, data).status_code == 302
    (change,) = AuditEntry.objects.latest("pk").changes
    assert "About this agency: /about/" in change["after"]
    # Federal rules require the text, so the old text is shown again.
    assert "About us" in change["after"]


# Accounts


def test_an_account_is_made_changed_and_given_a_password_through_the_actions(admin_client):
    password = "correct horse battery staple"
    add = {
        "username": "new",
        "usable_password": "true",
        "password1": password,
        "password2": password,
    }
    admin_client.post("/admin/auth/user/add/", add)
    user = AuditEntry.objects.latest("pk").record_pk
    group = Group.objects.get(name="Editor")
    address = f"/admin/auth/user/{user}/change/"
    change = {
        "username": "new",
        "is_active": "on",
        "is_staff": "on",
        "groups": [group.pk],
        "date_joined_0": "2026-03-02",
        "date_joined_1": "12:00:00",
        "unit_assignments-TOTAL_FORMS": "0",
        "unit_assignments-INITIAL_FORMS": "0",
    }
    assert admin_client.post(address, change).status_code == 302
    new = {"usable_password": "true", "password1": password + "!", "password2": password + "!"}
    assert admin_client.post(f"/admin/auth/user/{user}/password/", new).status_code == 302

    entries = AuditEntry.objects.filter(record_model="auth.user", record_pk=user).order_by("pk")
    assert [(entry.action, entry.by.username) for entry in entries] == [
        ("create", "admin"),
        ("change", "admin"),
        ("set-password", "admin"),
    ]
    assert ["Editor"] in [change["after"] for change in entries[1].changes]
    browser = Client()
    assert browser.login(username="new", password=password + "!")


def test_the_own_password_is_noted(client):
    password = "correct horse battery staple"
    client.force_login(user := make_user(password=password))
    data = {"old_password": password, "new_password1": "another " + password}
    data["new_password2"] = data["new_password1"]
    assert client.post("/admin/password_change/", data).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by) == ("set-password", user)


def test_a_sign_in_is_noted_and_a_failed_one_is_not(client):
    make_user(username="edith", password="correct horse battery staple")
    login = reverse("account_login")
    client.post(login, {"login": "edith", "password": "wrong"})
    assert not AuditEntry.objects.exists()
    client.post(login, {"login": "edith", "password": "correct horse battery staple"})
    assert AuditEntry.objects.get().action == "sign-in"


def test_a_group_is_changed_and_deleted_through_the_actions(admin_client):
    group = Group.objects.create(name="A group")
    admin_client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Another name"})
    admin_client.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
    entries = AuditEntry.objects.filter(record_model="auth.group").order_by("pk")
    assert [entry.action for entry in entries] == ["change", "delete"]
    assert not Group.objects.filter(pk=group.pk).exists()


def test_the_history_of_a_record_that_is_gone_leads_to_the_front_page(admin_client, agency):
    unit = make_unit()
    pk = unit.pk
    drafting.delete(record=unit, by=None, at=NOON)
    assert admin_client.get(url("office_history", pk)).headers["Location"] == "/admin/"
