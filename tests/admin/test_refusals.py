"""Every refusal of the actions shows a message in the sent form, with the typed text."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from directorates.actions import responsibilities, survey
from directorates.actions.publishing import drafting
from directorates.actions.refusals import Refusal
from directorates.actions.reviewing import reviewing
from directorates.models import Figure, Responsibility, Unit
from tests.admin.pages import form_data, save, url, words_of
from tests.factories import (
    DAY,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_responsibility,
    make_unit,
    make_user,
    published,
)
from tests.html_forms import read_forms

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    then = timezone.now() - 2 * DAY
    return published(make_agency(at=then), at=then)


@pytest.fixture
def directorate(agency):
    then = timezone.now() - 2 * DAY
    return published(make_directorate(name="North", at=then), at=then)


def put_in_review(unit, **content):
    at = timezone.now() - DAY
    change_set = reviewing.create(
        title="In review",
        records=[changed(unit, at=at, **content)],
        by=make_user(username="author"),
        at=at,
    )
    return reviewing.submit(change_set=change_set, by=change_set.author, at=at)


def order_data(*units, **changes):
    data = {}
    for unit in units:
        data[f"unit-{unit.pk}-position"] = str(unit.position)
        data[f"unit-{unit.pk}-version"] = str(unit.version)
    return data | changes


def test_the_order_page_says_which_unit_is_in_review(client, publisher, agency, directorate):
    put_in_review(directorate, summary="Another.")
    directorate.refresh_from_db()
    data = order_data(agency, directorate)
    data[f"unit-{directorate.pk}-position"] = "7"
    response = client.post(url("unit_order"), data)
    assert response.status_code == 200
    assert "“North” is in review with the change set “In review”" in words_of(response)
    assert 'value="7"' in response.content.decode()
    assert Unit.objects.get(pk=directorate.pk).position != 7


@pytest.fixture
def without_share(client):
    """A signed-in editor without assigned units."""
    user = make_user(units=[], username="without-share")
    user.groups.add(Group.objects.get(name="Editor"))
    client.force_login(user)
    return user


def test_who_has_no_share_is_told_so_and_keeps_the_text(client, without_share):
    data = {"name": "New", "slug": "new", "kind": "agency", "position": "3", "parent": ""}
    response = client.post(reverse("admin:directorates_agency_add"), data)
    assert response.status_code == 200
    assert "This would put something at the top of the organization" in words_of(response)
    assert 'value="New"' in response.content.decode()
    assert not Unit.objects.filter(slug="new").exists()


def test_the_agency_is_not_closed_at_the_address_of_the_page_either(
    client, publisher, agency, directorate
):
    data = {"when": "now", "children_to": str(directorate.pk), "change_note": "We leave."}
    for page in ("agency_close", "unit_close"):
        response = client.post(url(page, agency.pk), data)
        assert response.status_code == 200
        assert "The agency cannot be closed" in words_of(response)
        assert "We leave." in response.content.decode()
    assert not Unit.objects.get(pk=agency.pk).is_closed


def test_a_save_of_what_is_in_review_by_now_keeps_the_text(client, publisher, directorate):
    page = url("directorate_change", directorate.pk)
    data = form_data(client.get(page), summary="What was typed.")
    put_in_review(directorate, summary="Another.")
    data["opened_version"] = str(Unit.objects.get(pk=directorate.pk).version)
    response = client.post(page, data)
    assert response.status_code == 200
    assert "is in review with the change set “In review”" in words_of(response)
    assert "What was typed." in response.content.decode()


def test_a_change_set_that_cannot_be_saved_keeps_the_text(client, publisher, directorate):
    publisher.groups.add(Group.objects.get(name="Publisher"))
    at = timezone.now()
    held = changed(directorate, summary="Another.")
    mine = reviewing.create(title="Mine", records=[], by=publisher, at=at)
    data = form_data(client.get(mine.get_absolute_url()), title="What was typed")
    data["units"] = [str(held.pk)]
    # The form still offers it when another person takes it.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reviewing, "add", refuse("“North” is in the change set “Theirs” already."))
        response = client.post(mine.get_absolute_url(), data)
    assert response.status_code == 200
    assert "“North” is in the change set “Theirs” already." in words_of(response)
    assert 'value="What was typed"' in response.content.decode()
    mine.refresh_from_db()
    assert mine.title == "Mine"


def refuse(words="Not so: a refusal made for a test."):
    def action(*args, **kwargs):
        raise Refusal(words)

    return action


NOT_SO = "Not so: a refusal made for a test."


def test_every_form_of_a_record_tells_a_refusal_and_keeps_the_text(
    client, directorate, monkeypatch
):
    client.force_login(make_user(is_superuser=True))
    figure, matter = make_figure(unit=directorate), make_responsibility("Permits")
    from directorates.actions import site_settings
    from directorates.actions.accounts import accounts
    from directorates.models import SiteSettings

    SiteSettings.objects.get_or_create(pk=1)
    user, group = make_user(username="typist"), Group.objects.get(name="Editor")
    for module in (drafting, responsibilities, site_settings, accounts):
        monkeypatch.setattr(module, "save", refuse())
    for page, field, typed in (
        (url("directorate_change", directorate.pk), "summary", "Typed."),
        (url("figure_change", figure.pk), "counts", "typed things"),
        (url("responsibility_change", matter.pk), "phrase", "Typed"),
        (url("sitesettings_change", 1), "heading", "Typed"),
        (reverse("admin:auth_user_change", args=[user.pk]), "first_name", "Typed"),
        (reverse("admin:auth_group_change", args=[group.pk]), "name", "Typed"),
    ):
        [form] = [
            form
            for form in read_forms(client.get(page).content.decode(), page)
            if field in form.controls
        ]
        data = form.data(**{field: typed})
        response = client.post(page, data)
        assert response.status_code == 200, page
        assert NOT_SO in words_of(response), page
        assert typed in response.content.decode(), page


@pytest.mark.parametrize("from_the_list", [True, False])
def test_a_deletion_that_is_refused_is_told(client, directorate, monkeypatch, from_the_list):
    client.force_login(make_user(is_superuser=True))
    unit, matter = make_unit(parent=directorate), make_responsibility("Permits")
    monkeypatch.setattr(drafting, "delete", refuse())
    monkeypatch.setattr(responsibilities, "delete", refuse())
    monkeypatch.setattr(survey, "delete", refuse())
    for model, record in (("office", unit), ("responsibility", matter)):
        if from_the_list:
            data = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
            response = client.post(url(f"{model}_changelist"), data, follow=True)
        else:
            response = client.post(url(f"{model}_delete", record.pk), {"post": "yes"}, follow=True)
        assert response.status_code == 200
        assert NOT_SO in words_of(response)
    assert Responsibility.objects.filter(pk=matter.pk).exists()


def test_an_account_that_did_something_is_not_deleted_and_why_is_told(client, directorate):
    client.force_login(make_user(is_superuser=True))
    author = make_user(username="author")
    changed(directorate, by=author, summary="Another.")
    data = {"action": "delete_selected", "_selected_action": [author.pk], "post": "yes"}
    with pytest.MonkeyPatch.context() as patch:
        # As if the rows that depend on the account had been read a moment before.
        patch.setattr(
            "django.contrib.admin.options.ModelAdmin.get_deleted_objects",
            lambda self, objs, request: ([], {}, set(), []),
        )
        response = client.post(reverse("admin:auth_user_changelist"), data, follow=True)
        assert response.status_code == 200
        assert "Nothing was deleted: the audit trail names author" in words_of(response)
        address = reverse("admin:auth_user_delete", args=[author.pk])
        response = client.post(address, {"post": "yes"}, follow=True)
        assert response.status_code == 200
        assert "Nothing was deleted: the audit trail names author" in words_of(response)
    assert User.objects.filter(pk=author.pk).exists()


def test_a_page_that_forgets_tells_the_refusal_all_the_same(client, publisher, directorate):
    """No page raises this. The middleware turns every uncaught refusal into a message."""
    page = reverse("admin:calendar")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("directorates.admin.calendar_page.calendar.get", refuse())
        shown = client.get(page)
        sent = client.post(page, headers={"referer": f"http://testserver{url('unit_order')}"})
    assert shown.status_code == 409
    assert NOT_SO in words_of(shown)
    assert (sent.status_code, sent["Location"]) == (302, url("unit_order"))
    assert NOT_SO in words_of(client.get(sent["Location"]))


def test_a_refusal_outside_the_admin_is_told_too(client, agency):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("directorates.views.survey.render_page", refuse())
        response = client.get(reverse("directorates:survey"))
    assert response.status_code == 409
    assert NOT_SO in words_of(response)


def test_what_was_deleted_meanwhile_is_told(directorate):
    unit, matter = make_unit(parent=directorate), make_responsibility("Permits")
    figure = make_figure(unit=directorate)
    gone = [Unit.objects.get(pk=unit.pk), Figure.objects.get(pk=figure.pk)]
    unit.delete()
    figure.delete()
    for record in gone:
        with pytest.raises(Refusal, match="was deleted"):
            drafting.save(record=record, relations={}, by=None, at=timezone.now())
        with pytest.raises(Refusal, match="was deleted"):
            drafting.delete(record=record, by=None, at=timezone.now())
    kept = Responsibility.objects.get(pk=matter.pk)
    matter.delete()
    with pytest.raises(Refusal, match="was deleted"):
        responsibilities.save(responsibility=kept, by=None, at=timezone.now())


def test_every_refusal_of_the_actions_is_one_kind():
    """One class, so one place shows all messages. A new class outside would cause a 500."""
    import inspect

    from tests.actions.every_action import MODULES

    kinds = {
        kind
        for module in MODULES.values()
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__.startswith("directorates.actions")
    }
    assert len(kinds) > 8
    assert {kind.__name__ for kind in kinds if not issubclass(kind, Refusal)} == set()


def test_every_admin_of_records_tells_refusals():
    from django.contrib import admin

    from directorates.admin.refusals import ShowsRefusals
    from directorates.models import AuditEntry

    silent = {
        model.__name__
        for model, model_admin in admin.site._registry.items()
        if not isinstance(model_admin, ShowsRefusals) and model is not AuditEntry
    }
    assert silent == set(), "let these admins tell what the actions refuse"


def test_saving_what_nobody_refuses_is_as_before(client, publisher, directorate):
    response = save(client, url("directorate_change", directorate.pk), summary="Another.")
    assert response.status_code == 302


@pytest.mark.parametrize("key", ["no key", "9" * 25, "-1", "1\0"])
def test_a_unit_that_is_none_is_told_at_its_field(client, publisher, directorate, key):
    data = {"when": "now", "children_to": key, "change_note": "A note that was typed."}
    response = client.post(url("directorate_close", directorate.pk), data)
    assert response.status_code == 200
    assert response.context["form"].errors["children_to"]
    assert "A note that was typed." in response.content.decode()
    page = url("directorate_change", directorate.pk)
    response = save(client, page, parent=key, summary="What was typed.")
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["parent"]
    assert "What was typed." in response.content.decode()
