"""Days and instants on the staff pages: bounds, and changes of the clock."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms as django_forms
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from directorates.actions.refusals import Refusal
from directorates.actions.reviewing import reviewing
from directorates.admin.form_parts.instant_field import (
    ClockInput,
    DayInput,
    InstantField,
    InstantWidget,
)
from directorates.models import ChangeSet, Figure, SiteSettings, UnitEdition
from directorates.models.dates import validate_planned_day
from directorates.rules.local_time import day_of
from tests.admin.pages import form_data, save, url, words_of
from tests.clock_changes import next_change
from tests.dated_fields import BOUNDED, bounded_fields, dated_fields
from tests.factories import (
    DAY,
    changed,
    make_agency,
    make_directorate,
    make_figure,
    make_user,
    published,
)
from tests.html_forms import read_forms

pytestmark = pytest.mark.django_db

#: Dated fields that no person fills in, and their writers.
WRITTEN_BY_THE_CLOCK = {
    "account.EmailConfirmation.created": "when the row is made",
    "account.EmailConfirmation.sent": "when a message is sent",
    "admin.LogEntry.action_time": "never: the audit trail takes its place",
    "auth.User.date_joined": "when the account is made; read only in the admin",
    "auth.User.last_login": "when the person signs in; read only in the admin",
    "directorates.AuditEntry.at": "when the action is done",
    "directorates.ChangeSet.approved_at": "when it is approved",
    "directorates.ChangeSet.created_at": "when it is made",
    "directorates.ChangeSetStep.at": "when the step is made",
    "directorates.Contribution.at": "when the draft is saved",
    "directorates.Enrollment.opened_at": "when an administrator opens it",
    "directorates.Figure.saved_at": "when it is saved",
    "directorates.FigureEdition.approved_at": "when it is approved",
    "directorates.FigureEdition.effective_until": "where the next edition begins",
    "directorates.FigureEdition.withdrawn_at": "when it is withdrawn",
    "directorates.FigureEdition.withheld_at": "when it is withheld",
    "directorates.FormPresence.opened_at": "when a person opens the form",
    "directorates.FormPresence.seen_at": "each time that the open form asks",
    "directorates.MailChoice.daily_at": "when a daily mail is begun",
    "directorates.MailMessage.claimed_at": "when a process begins to send it",
    "directorates.MailMessage.ended_at": "when it was sent or given up",
    "directorates.MailMessage.next_try_at": "when it is made, or some minutes after a refusal",
    "directorates.MailOccasion.at": "when the action is done",
    "directorates.MailOccasion.spread_at": "when the timer finds it",
    "directorates.PreviewLink.expires_at": "some of sharing.DAYS after it is made",
    "directorates.PreviewLink.made_at": "when it is made",
    "directorates.PreviewLink.revoked_at": "when it is revoked",
    "directorates.Remark.at": "when it is made",
    "directorates.Remark.done_at": "when it is ticked off",
    "directorates.PreviewLinkUse.at": "when somebody looks",
    "directorates.StaffSession.expire_date": "some hours after the sign-in",
    "directorates.SurveyResponse.submitted_at": "when the answer arrives",
    "directorates.Unit.saved_at": "when it is saved",
    "directorates.UnitEdition.approved_at": "when it is approved",
    "directorates.UnitEdition.effective_until": "where the next edition begins",
    "directorates.UnitEdition.withdrawn_at": "when it is withdrawn",
    "directorates.UnitEdition.withheld_at": "when it is withheld",
    "directorates.RecordReview.at": "when the review is made",
    "directorates.TextWaiver.at": "when it is waived",
    "directorates.WithholdingStep.at": "when the step is made",
    "mfa.Authenticator.created_at": "when it is added",
    "mfa.Authenticator.last_used_at": "when it is used",
    "sessions.Session.expire_date": "some hours after the sign-in",
}


def test_every_dated_field_of_a_model_has_bounds_or_a_reason():
    without = dated_fields().keys() - bounded_fields().keys()
    assert without - set(WRITTEN_BY_THE_CLOCK) == set(), (
        "give these fields bounds of models.dates, or say what writes them"
    )
    assert set(WRITTEN_BY_THE_CLOCK) <= without, "no such field any more, or it has bounds"
    assert len(bounded_fields()) >= 6


def admin_forms():
    request = RequestFactory().get("/admin/")
    request.user = make_user(is_superuser=True)
    for model, model_admin in admin.site._registry.items():
        # The trail is read only and has no form.
        if model._meta.label != "directorates.AuditEntry":
            yield model._meta.label, model_admin.get_form(request, change=True)
            for inline in model_admin.get_inline_instances(request, model()):
                yield inline.model._meta.label, inline.get_formset(request).form


def all_subclasses(kind):
    for subclass in kind.__subclasses__():
        yield subclass
        yield from all_subclasses(subclass)


#: Dated fields of forms whose bounds are in the form's own clean method.
CLEANED_BY_THE_FORM = {("InstantForm", "on_day"), ("InstantForm", "at_time")}


def dated_form_fields():
    """Yield (form, label, field name, field) of every field for a day or a time."""
    reverse("admin:index")
    dated = (
        django_forms.DateField,
        django_forms.DateTimeField,
        django_forms.SplitDateTimeField,
        django_forms.TimeField,
    )
    # The admin removes fields from its form, and the reduced form is checked.
    made_of = {model_admin.form for model_admin in admin.site._registry.values()}
    own = [
        (form.__qualname__, form)
        for form in all_subclasses(django_forms.BaseForm)
        if form.__module__.startswith("directorates") and hasattr(form, "base_fields")
        if form not in made_of
    ]
    for label, form in [*own, *admin_forms()]:
        for name, field in form.base_fields.items():
            if isinstance(field, dated):
                yield form, label, name, field


def test_every_day_and_time_is_asked_for_by_the_same_widgets():
    kinds = {name: type(field.widget) for _, _, name, field in dated_form_fields()}
    assert set(kinds.values()) == {DayInput, ClockInput, InstantWidget}, kinds


def test_every_dated_field_of_a_form_has_bounds():
    checked = set()
    for form, label, name, field in dated_form_fields():
        checked.add(name)
        from_clean = any((kind.__name__, name) in CLEANED_BY_THE_FORM for kind in form.__mro__)
        model_field = None
        if hasattr(form, "_meta") and form._meta.model:
            model_field = form._meta.model._meta.get_field(name)
        assert (
            from_clean
            or isinstance(field, InstantField)
            or validate_planned_day in field.validators
            or isinstance(model_field, BOUNDED)
        ), f"{label}.{name} takes any date"
    assert checked == {"on_day", "at_time", "since", "until", "effective_from", "as_of",
                       "survey_omb_expires_on"}  # fmt: skip


@pytest.fixture
def agency():
    then = timezone.now() - 2 * DAY
    SiteSettings.objects.get_or_create(pk=1)
    return published(make_agency(at=then), at=then)


@pytest.fixture
def root(client):
    user = make_user(username="root", is_superuser=True)
    client.force_login(user)
    return user


def test_a_figure_takes_no_day_in_the_future(client, root, agency):
    figure = make_figure(unit=agency)
    page = url("figure_change", figure.pk)
    with timezone.override("America/New_York"):
        today = timezone.localdate()
    response = save(client, page, as_of=str(today + timedelta(days=1)))
    assert "no later than today" in words_of(response)
    assert response.context["errors"]
    response = save(client, page, as_of="0001-01-01")
    assert "Choose a day in the year 1700 or later." in words_of(response)
    assert save(client, page, as_of=str(today)).status_code == 302
    assert save(client, page, as_of="1789-04-30").status_code == 302
    assert Figure.objects.get(pk=figure.pk).as_of == date(1789, 4, 30)


def test_a_figure_with_a_day_in_the_future_is_not_published_either(agency):
    figure = make_figure(unit=agency, as_of=timezone.localdate() + timedelta(days=3))
    with pytest.raises(Refusal, match="as of: Choose a day no later than today"):
        published(figure, at=timezone.now())


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2199-01-01"])
def test_the_clearance_of_the_survey_has_bounds(client, root, agency, day):
    page = url("sitesettings_change", 1)
    [form] = [
        form
        for form in read_forms(client.get(page).content.decode(), page)
        if "survey_omb_expires_on" in form.controls
    ]
    data = form.data(survey_omb_expires_on=day, survey_omb_control_number="1234-5678")
    response = client.post(page, data)
    assert response.status_code == 200
    assert "Choose a day" in words_of(response)
    assert SiteSettings.objects.get(pk=1).survey_omb_expires_on is None


def test_the_end_of_the_calendar_in_the_settings_does_no_harm(client, agency):
    """The value is written past the validators."""
    SiteSettings.objects.filter(pk=1).update(
        survey_omb_control_number="1234-5678", survey_omb_expires_on=date.max
    )
    assert SiteSettings.objects.get(pk=1).survey_ends_at(timezone.now()) is None
    assert client.get("/").status_code == 200


def publish_data(record, day, clock, **more):
    return {
        "when": "later", "on_day": day, "at_time": clock, "change_note": "A note that was typed.",
        f"version-{record.pk}": str(record.version), **more,
    }  # fmt: skip


@pytest.fixture(params=["publish", "close"])
def scheduling_page(request, client, root, agency):
    """The address and the record of each page that asks for the instant of a change."""
    then = timezone.now() - DAY
    unit = published(make_directorate(at=then), at=then)
    if request.param == "publish":
        unit = changed(unit, summary="Another.")
    return url(f"directorate_{request.param}", unit.pk), unit


def test_a_time_that_the_clocks_skip_is_told_at_the_field(client, scheduling_page):
    page, unit = scheduling_page
    day = next_change(3)
    response = client.post(page, publish_data(unit, str(day), "02:30"))
    form = response.context["form"]
    assert form.errors["at_time"] == [
        f"On March {day.day}, {day.year} the clocks go from 2:00 to 3:00 AM; 2:30 AM does not exist."
        " Choose 3:00 AM or later."
    ]
    assert "A note that was typed." in response.content.decode()


@pytest.mark.parametrize(("hour", "utc_hour"), [("before", 5), ("after", 6)])
def test_of_an_hour_that_comes_twice_both_can_be_chosen(client, scheduling_page, hour, utc_hour):
    page, unit = scheduling_page
    day = next_change(11)
    data = publish_data(unit, str(day), "01:30")
    response = client.post(page, data)
    form = response.context["form"]
    assert "1:30 AM comes twice" in str(form.errors["hour"])
    assert list(form.fields["hour"].choices) == [
        ("before", "1:30 AM, before the clocks go back (EDT)"),
        ("after", "1:30 AM, after the clocks go back (EST)"),
    ]
    assert "A note that was typed." in response.content.decode()
    response = client.post(page, data | {"hour": hour})
    assert response.status_code == 302
    begins = UnitEdition.objects.filter(unit=unit).order_by("number").last().effective_from
    assert begins == datetime(day.year, 11, day.day, utc_hour, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", ["0001-01-01", "1699-12-31", "9999-12-31"])
def test_nothing_is_scheduled_outside_the_bounds(client, scheduling_page, day):
    page, unit = scheduling_page
    response = client.post(page, publish_data(unit, day, "00:00"))
    assert response.context["form"].errors["on_day"][0].startswith("Choose a day")


def test_something_may_take_effect_in_100_years_and_no_later(client, scheduling_page):
    page, unit = scheduling_page
    with timezone.override("America/New_York"):
        now = timezone.localtime()
    last = now.replace(year=now.year + 100)
    day = last + DAY
    response = client.post(page, publish_data(unit, f"{day:%Y-%m-%d}", "00:00"))
    assert "at most 100 years lie ahead" in str(response.context["form"].errors["on_day"])
    response = client.post(page, publish_data(unit, f"{day_of(last - DAY)}", "00:00"))
    assert response.status_code == 302


def test_a_time_that_has_passed_is_told_at_the_day(client, scheduling_page):
    page, unit = scheduling_page
    response = client.post(page, publish_data(unit, "2001-01-01", "00:00"))
    assert "has passed" in str(response.context["form"].errors["on_day"])


# Change sets


@pytest.fixture
def change_set(root, agency):
    record = changed(agency, summary="Another.")
    return reviewing.create(title="A set", records=[record], by=root, at=timezone.now())


def save_set(client, change_set, day, clock, **more):
    data = form_data(client.get(change_set.get_absolute_url()))
    data.pop("effective_from", None)
    data |= {"effective_from_0": day, "effective_from_1": clock, "title": "Typed", **more}
    return client.post(change_set.get_absolute_url(), data)


def test_a_change_set_is_told_what_the_clocks_skip(client, change_set):
    response = save_set(client, change_set, str(next_change(3)), "02:30")
    assert "2:30 AM does not exist. Choose 3:00 AM or later." in words_of(response)
    assert 'value="Typed"' in response.content.decode()


@pytest.mark.parametrize(("hour", "utc_hour"), [("before", 5), ("after", 6)])
def test_a_change_set_offers_both_hours(client, change_set, hour, utc_hour):
    day = next_change(11)
    response = save_set(client, change_set, str(day), "01:30")
    assert "1:30 AM comes twice" in words_of(response)
    assert 'name="effective_from_2"' in response.content.decode()
    assert 'value="Typed"' in response.content.decode()
    assert save_set(client, change_set, str(day), "01:30", effective_from_2=hour).status_code == 302
    change_set.refresh_from_db()
    assert change_set.effective_from == datetime(day.year, 11, day.day, utc_hour, 30, tzinfo=UTC)
    # The reopened form knows which of the two hours was chosen.
    page = client.get(change_set.get_absolute_url()).content.decode()
    [select] = re.findall(r'<select name="effective_from_2".*?</select>', page, re.DOTALL)
    assert re.findall(r'value="(\w+)" selected', select) == [hour]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2300-01-01"])
def test_a_change_set_has_bounds(client, change_set, day):
    response = save_set(client, change_set, day, "00:00")
    assert response.status_code == 200
    assert "Choose a day" in words_of(response)
    with pytest.raises(Refusal, match="Choose a time"):
        reviewing.create(
            title="X",
            by=None,
            at=timezone.now(),
            effective_from=datetime.fromisoformat(f"{day}T12:00Z"),
        )
    change_set.effective_from = datetime.fromisoformat(f"{day}T12:00Z")
    with pytest.raises(Refusal, match="Choose a time"):
        reviewing.save(change_set=change_set, by=None, at=timezone.now())


def test_a_change_set_may_take_effect_when_it_is_approved(client, change_set):
    assert save_set(client, change_set, "", "").status_code == 302
    assert ChangeSet.objects.get(pk=change_set.pk).effective_from is None
    response = save_set(client, change_set, "2027-01-01", "")
    assert "Choose the time too" in words_of(response)


def test_the_seconds_of_an_instant_survive_a_save(client, change_set):
    """The command line can set seconds."""
    instant = (timezone.now() + 90 * DAY).replace(second=17, microsecond=5)
    ChangeSet.objects.update(effective_from=instant)
    page = client.get(change_set.get_absolute_url())
    assert 'step="1"' in page.content.decode()
    [form] = [
        form
        for form in read_forms(page.content.decode(), change_set.get_absolute_url())
        if "effective_from_1" in form.controls
    ]
    client.post(change_set.get_absolute_url(), form.data(title="Typed"))
    saved = ChangeSet.objects.get()
    assert (saved.title, saved.effective_from) == ("Typed", instant)


@pytest.mark.parametrize("page", ["publish", "close", "set"])
def test_the_zone_is_named_once_beside_the_day_and_the_time(client, root, agency, change_set, page):
    unit = published(make_directorate(at=timezone.now() - DAY), at=timezone.now() - DAY)
    changed(unit, summary="Another.")
    address = change_set.get_absolute_url()
    if page != "set":
        address = url(f"directorate_{page}", unit.pk)
    words = words_of(client.get(address)).partition("Steps so far")[0]
    assert words.count("America/New_York") == 1
    assert "In the time zone America/New_York." in words


# Instants in addresses


@pytest.mark.parametrize(
    "query",
    [
        "saved_at__gte=0001-01-01T00:00:00%2B14:00",
        "saved_at__lt=9999-12-31T23:59:59-14:00",
        "saved_at__year=99999",
        "saved_at__year=0",
        "saved_at__date=0001-01-01",
        "saved_at__date=9999-12-31",
        "saved_at__year__gte=-1",
    ],
)
def test_no_date_in_the_address_of_a_list_breaks_it(client, root, agency, query):
    client.raise_request_exception = False
    for page in ("office_changelist", "unit_changelist"):
        assert client.get(f"{url(page)}?{query}", follow=True).status_code == 200
    in_sets = query.replace("saved_at", "effective_from")
    assert client.get(f"{url('changeset_changelist')}?{in_sets}", follow=True).status_code == 200
    of_answers = query.replace("saved_at", "submitted_at")
    for page in ("surveyresponse_changelist", "surveyresponse_export"):
        assert client.get(f"{url(page)}?{of_answers}", follow=True).status_code == 200
    of_users = query.replace("saved_at", "last_login")
    page = reverse("admin:auth_user_changelist")
    assert client.get(f"{page}?{of_users}", follow=True).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1700-01-01", "2100-01-01"])
def test_no_day_breaks_the_audit_trail(client, root, agency, day):
    for name in ("audit", "audit_csv", "audit_json-lines"):
        address = reverse(f"admin:{name}", query={"since": day, "until": day})
        response = client.get(address, follow=True)
        assert response.status_code == 200
        list(response.streaming_content) if response.streaming else None
