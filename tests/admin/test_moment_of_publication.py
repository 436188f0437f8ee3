"""The pages say when a change takes effect, and refuse contradictory answers."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.admin.wording import exact_moment
from directorates.models import ChangeSet, Unit, UnitEdition
from directorates.rules.local_time import day_of
from tests.admin.pages import form_data, shown_on, url, words_of
from tests.admin.test_publishing import messages_of
from tests.clock_changes import next_change
from tests.factories import (
    DAY,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)
from tests.html_forms import read_forms

pytestmark = pytest.mark.django_db

NOW = {"when": "now", "on_day": "", "at_time": "00:00", "change_note": "A note that was typed."}


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def office(agency):
    return changed(published(make_unit(name="Before")), name="After")


@pytest.fixture
def other(agency):
    return changed(published(make_unit(name="Other")), name="Other, after")


@pytest.fixture
def open_set(office):
    return reviewing.create(title="A set", records=[office], by=None, at=timezone.now())


def in_days(number):
    """Return the agency's day in some days."""
    return str(day_of(timezone.now() + number * DAY, "America/New_York"))


@pytest.fixture(params=["publish", "publish of selected", "close"])
def asking_page(request, office, other):
    """The address of each page that asks for an instant, and the data of its other fields."""
    if request.param == "close":
        return url("office_close", office.pk), {}
    versions = {f"version-{unit.pk}": str(unit.version) for unit in (office, other)}
    if request.param == "publish":
        return url("office_publish", office.pk), versions
    return f"{url('office_publish_selected')}?ids={office.pk}&ids={other.pk}", versions


def in_new_york(instant):
    with timezone.override("America/New_York"):
        return exact_moment(instant)


def number_of_rows():
    return (
        UnitEdition.objects.count(),
        ChangeSet.objects.count(),
        Unit.objects.filter(is_closed=True).count(),
    )


# Refused contradictions


@pytest.mark.parametrize(
    "typed",
    [
        {"on_day": 90},
        {"on_day": 90, "at_time": ""},
        {"on_day": 0},
        {"on_day": -1},
        {"at_time": "08:30"},
        {"on_day": 90, "at_time": "08:30"},
    ],
)
def test_now_with_a_day_or_a_time_is_refused_and_what_was_typed_stays(
    client, publisher, asking_page, settings, typed
):
    # The same form asks for a change that needs a second person.
    settings.AUTHORS_MAY_APPROVE = "on_day" in typed
    address, versions = asking_page
    typed = {k: in_days(v) if isinstance(v, int) else v for k, v in typed.items()}
    before = number_of_rows()

    response = client.post(address, NOW | versions | typed)

    assert response.status_code == 200
    words = words_of(response)
    assert "but also typed a" in words
    assert "On the day and at the time below" in words
    for value in filter(None, typed.values()):
        assert f'value="{value}"' in response.content.decode()
    assert "A note that was typed." in response.content.decode()
    assert number_of_rows() == before


@pytest.mark.parametrize("may_approve_alone", [True, False])
def test_a_closing_day_that_is_not_known_is_none_that_is_typed(
    client, publisher, office, settings, may_approve_alone
):
    settings.AUTHORS_MAY_APPROVE = may_approve_alone
    data = NOW | {"when": "later", "on_day": in_days(90), "day_is_unknown": "on"}

    response = client.post(url("office_close", office.pk), data)

    assert "that the day is not known, but also typed it" in words_of(response)
    assert f'value="{in_days(90)}"' in response.content.decode()
    assert number_of_rows() == (2, 0, 0)


def test_a_closing_day_before_the_unit_was_published_has_passed(
    client, publisher, office, settings
):
    settings.AUTHORS_MAY_APPROVE = False
    data = NOW | {"when": "later", "on_day": "2001-01-01"}

    words = words_of(client.post(url("office_close", office.pk), data))

    assert "has passed" in words
    assert "Delete it" not in words
    assert number_of_rows() == (2, 0, 0)


def test_of_an_hour_that_comes_twice_the_message_says_which(client, publisher, office):
    day = next_change(11)
    typed = {"when": "later", "on_day": str(day), "at_time": "01:30", "hour": "before"}
    messages = messages_of(client.post(url("office_close", office.pk), NOW | typed))
    assert f"November {day.day}, {day.year} at 1:30 AM (EDT, America/New_York)" in messages


def test_a_closure_together_with_others_takes_no_day_of_its_own(client, publisher, office):
    data = NOW | {"when": "set", "on_day": in_days(90)}

    response = client.post(url("office_close", office.pk), data)

    assert "but also typed a day" in words_of(response)
    assert number_of_rows() == (2, 0, 0)


@pytest.mark.parametrize("when", ["now", "later"])
@pytest.mark.parametrize("name", ["change_set", "title"])
def test_a_closure_at_a_time_of_its_own_takes_no_change_set(
    client, editor, office, open_set, when, name
):
    editor.user_permissions.add(*permission_to_change_sets())
    ChangeSet.objects.update(author=editor)
    data = NOW | {"when": when, name: str(open_set.pk)}
    data |= {"on_day": in_days(90)} if when == "later" else {}

    response = client.post(url("office_close", office.pk), data)

    assert "Choose “Together with other changes" in words_of(response)
    assert number_of_rows() == (2, 1, 0)


def permission_to_change_sets():
    return Permission.objects.filter(content_type__model="changeset")


@pytest.mark.parametrize("name", ["into_set", "close_selected"])
def test_a_title_of_a_new_set_beside_a_chosen_one_is_refused(
    client, publisher, office, other, open_set, name
):
    address = f"{url(f'office_{name}')}?ids={other.pk}"

    response = client.post(address, {"change_set": open_set.pk, "title": "A new order"})

    assert "typed a title for a new one" in words_of(response)
    assert list(open_set.units.all()) == [office]


# The announced effect


def buttons_of(response):
    """Return the texts of all buttons of the form, hidden buttons included."""
    page = response.content.decode()
    form = max(page.find('id="transitions"'), page.find("asks-when"))
    row = page[
        page.index('class="tools"' if 'id="transitions"' in page else 'class="submit-row"', form) :
    ]
    return " ".join(re.sub(r"<[^>]+>", " ", row.partition("</form>")[0]).split())


def test_the_button_says_what_it_will_do(client, publisher, office):
    assert "Publish now Schedule for the day and time above" in buttons_of(
        client.get(url("office_publish", office.pk))
    )
    closing = buttons_of(client.get(url("office_close", office.pk)))
    assert "Close the unit now Close the unit on the day and time above" in closing
    assert "Put the closure into the change set" in closing


def test_who_submits_reads_when_it_would_take_effect(client, publisher, office, settings):
    settings.AUTHORS_MAY_APPROVE = False
    for name in ("publish", "close"):
        page = client.get(url(f"office_{name}", office.pk)).content.decode()
        assert "<strong>as soon as it is approved</strong>" in page
        assert "As soon as it is approved" in page, "the choice is not called “Now”"


def test_the_message_after_submitting_says_when(client, publisher, office, settings):
    settings.AUTHORS_MAY_APPROVE = False
    versions = {f"version-{office.pk}": str(office.version)}
    response = client.post(url("office_publish", office.pk), NOW | versions)
    assert "takes effect as soon as it is approved" in messages_of(response)


def test_the_message_after_submitting_names_the_day(client, publisher, office, settings):
    settings.AUTHORS_MAY_APPROVE = False
    data = NOW | {"when": "later", "on_day": in_days(90), "at_time": "08:30"}
    response = client.post(url("office_close", office.pk), data)
    instant = in_new_york(ChangeSet.objects.get().effective_from)
    assert "8:30 AM" in instant
    assert f"takes effect on {instant}" in messages_of(response)


def test_the_message_after_closing_says_whether_the_public_sees_it(client, publisher, office):
    response = client.post(url("office_close", office.pk), NOW)
    assert "The public sees it now." in messages_of(response)


def test_the_message_after_a_scheduled_closure_names_the_day(client, publisher, office):
    data = NOW | {"when": "later", "on_day": in_days(90)}
    response = client.post(url("office_close", office.pk), data)
    instant = in_new_york(office.editions.last().effective_from)
    assert f"closes on {instant}" in messages_of(response)


# A change set


@pytest.fixture
def two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


@pytest.fixture
def reviewer(two_people):
    return make_user(role="Reviewer")


@pytest.fixture
def root_of_sets(client, two_people):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def scheduled(change_set, instant):
    ChangeSet.objects.filter(pk=change_set.pk).update(effective_from=instant)
    change_set.refresh_from_db()
    return change_set


def in_review(change_set):
    reviewing.submit(change_set=change_set, by=None, at=timezone.now())


def approve(client, change_set):
    data = shown_on(client.get(change_set.get_absolute_url())) | {"transition": "approve"}
    return client.post(url("changeset_transition", change_set.pk), data)


def test_a_set_without_an_instant_says_so_in_bold_where_it_is_submitted(
    client, publisher, open_set
):
    client.force_login(make_user(role="Editor"))
    page = client.get(open_set.get_absolute_url()).content.decode()
    assert "Empty: <strong>as soon as it is approved</strong>" in page
    assert "<strong>as soon as it is approved</strong>" in page[page.index('id="transitions"') :]


def test_a_set_without_an_instant_says_so_in_bold_where_it_is_approved(client, reviewer, open_set):
    in_review(open_set)
    client.force_login(reviewer)
    page = client.get(open_set.get_absolute_url()).content.decode()
    assert page.count("<strong>as soon as it is approved</strong>") == 2, "its field and its button"
    assert "Approve and publish now" in buttons_of(client.get(open_set.get_absolute_url()))
    response = approve(client, open_set)
    assert "Approved: “A set”. The public sees it now." in messages_of(response)
    assert UnitEdition.objects.in_force(timezone.now()).filter(name="After").exists()


def test_a_set_for_a_day_names_it_where_it_is_approved(client, reviewer, open_set):
    instant = timezone.now().replace(second=0, microsecond=0) + 90 * DAY
    in_review(scheduled(open_set, instant))
    client.force_login(reviewer)
    page = client.get(open_set.get_absolute_url())
    words = in_new_york(instant)
    without_zone = words.partition(" (")[0]
    assert f"on <strong>{words}</strong>" in page.content.decode()
    assert f"Approve for {without_zone}" in buttons_of(page)
    response = approve(client, open_set)
    assert f"The public sees it on {words}" in messages_of(response)
    assert not UnitEdition.objects.in_force(timezone.now()).filter(name="After").exists()


def test_a_set_whose_day_has_passed_is_not_offered_for_approval(client, reviewer, open_set):
    in_review(open_set)
    scheduled(open_set, timezone.now() - timedelta(minutes=5))
    client.force_login(reviewer)
    page = client.get(open_set.get_absolute_url())
    assert "has passed" in words_of(page)
    assert 'value="approve"' not in page.content.decode()
    assert "has passed" in messages_of(approve(client, open_set))
    assert ChangeSet.objects.get().state == "in-review"


def test_a_set_takes_no_time_that_has_passed(client, root_of_sets, open_set):
    page = open_set.get_absolute_url()
    data = form_data(client.get(page)) | {"title": "Typed"}
    data |= {"effective_from_0": in_days(-1), "effective_from_1": "00:00"}
    response = client.post(page, data)
    assert "has passed. Choose a later time" in words_of(response)
    assert 'value="Typed"' in response.content.decode()
    assert ChangeSet.objects.get().effective_from is None


def test_a_set_whose_day_has_passed_says_so_and_takes_other_words(client, root_of_sets, open_set):
    scheduled(open_set, timezone.now().replace(second=0, microsecond=0) - DAY)
    page = client.get(open_set.get_absolute_url())
    assert "which has passed" in words_of(page)
    form = form_of_set(page)
    client.post(form.address, form.data(title="Typed"))
    assert ChangeSet.objects.get().title == "Typed"
    client.post(
        form.address,
        form_of_set(client.get(form.address)).data(
            transition="submit", effective_from_0=in_days(90), effective_from_1="00:00"
        ),
    )
    assert ChangeSet.objects.get().state == "in-review"


def test_a_set_whose_day_has_passed_is_not_submitted(client, open_set, two_people):
    scheduled(open_set, timezone.now() - timedelta(minutes=5))
    client.force_login(make_user(role="Editor"))
    page = client.get(open_set.get_absolute_url())
    data = form_data(page) | {"transition": "submit"}
    response = client.post(url("changeset_transition", open_set.pk), shown_on(page) | data)
    assert "has passed" in messages_of(response)
    assert ChangeSet.objects.get().state == "open"


# Submitting first saves the typed text


def form_of_set(response):
    """Return the form of the button “Submit for review”, as a browser finds it."""
    [form] = [
        form
        for form in read_forms(response.content.decode(), response.wsgi_request.path)
        if ("transition", "submit") in form.buttons
    ]
    return form


@pytest.fixture
def writer(client, two_people, open_set):
    """The signed-in editor who made the set."""
    user = make_user(role="Editor")
    ChangeSet.objects.update(author=user)
    client.force_login(user)
    return user


def submit(client, change_set, **typed):
    form = form_of_set(client.get(change_set.get_absolute_url()))
    return client.post(form.address, form.data(transition="submit", **typed), follow=True)


def test_submitting_saves_what_is_typed(client, writer, open_set, other):
    response = submit(
        client,
        open_set,
        title="Typed title",
        public_note="Typed note",
        effective_from_0=in_days(90),
        effective_from_1="08:30",
        units=[str(pk) for pk in Unit.objects.filter(has_unpublished_changes=True).values_list("pk", flat=True)],
        comment="Please look.",
    )  # fmt: skip
    change_set = ChangeSet.objects.get()
    assert (change_set.state, change_set.title) == ("in-review", "Typed title")
    assert change_set.public_note == "Typed note"
    assert change_set.units.count() == 2
    assert change_set.steps.last().comment == "Please look."
    assert f"It takes effect on {in_new_york(change_set.effective_from)}" in words_of(response)
    assert "8:30 AM" in in_new_york(change_set.effective_from)


def test_nothing_is_submitted_of_a_form_that_is_refused(client, writer, open_set):
    response = submit(client, open_set, title="", effective_from_0=in_days(90), comment="Look.")
    assert response.status_code == 200
    page = response.content.decode()
    assert "Choose the time too" in words_of(response)
    assert "Look." in page
    assert f'value="{in_days(90)}"' in page
    change_set = ChangeSet.objects.get()
    assert (change_set.state, change_set.title, change_set.effective_from) == (
        "open",
        "A set",
        None,
    )


def test_what_cannot_be_submitted_is_saved_all_the_same(client, writer, open_set):
    response = submit(client, open_set, title="Typed title", units=[], comment="Look.")
    words = words_of(response)
    assert "is saved, but not submitted" in words
    assert "The change set is empty" in words
    assert "Look." in response.content.decode()
    change_set = ChangeSet.objects.get()
    assert (change_set.state, change_set.title) == ("open", "Typed title")


def test_a_set_submitted_twice_by_one_form_says_so(client, writer, open_set):
    form = form_of_set(client.get(open_set.get_absolute_url()))
    for _ in range(2):
        response = client.post(form.address, form.data(transition="submit", title="T"), follow=True)
    assert "the button was pressed twice" in words_of(response)
    assert open_set.steps.filter(name="submit").count() == 1


@pytest.mark.parametrize("key", ["x", "99999", "9" * 25])
def test_a_submission_of_no_set_breaks_nothing(client, writer, key):
    address = url("changeset_change", key)
    assert client.post(address, {"transition": "submit"}).status_code == 302


def test_other_text_after_a_submission_is_refused_and_kept(client, writer, open_set):
    form = form_of_set(client.get(open_set.get_absolute_url()))
    client.post(form.address, form.data(transition="submit", title="T"))
    response = client.post(form.address, form.data(transition="submit", title="Second thought"))
    assert "Second thought" in response.content.decode()
    assert ChangeSet.objects.get().title == "T"


def test_a_set_is_discarded_from_the_same_form(client, writer, open_set):
    response = client.get(open_set.get_absolute_url())
    data = form_of_set(response).data(transition="discard", comment="Not now.")
    assert f'formaction="{url("changeset_transition", open_set.pk)}"' in response.content.decode()
    client.post(url("changeset_transition", open_set.pk), data)
    assert ChangeSet.objects.get().state == "discarded"
    assert open_set.steps.last().comment == "Not now."


# A closure's note goes into the set


def close_together(client, unit, **data):
    return client.post(
        url("office_close", unit.pk), NOW | {"when": "set", "change_note": "Merged."} | data
    )


def test_the_note_of_a_closure_becomes_that_of_a_new_set(client, writer, other):
    close_together(client, other, title="Mergers")
    assert ChangeSet.objects.get(title="Mergers").public_note == "Merged."


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "Merged."), ("By statute.", "By statute. Merged."), ("Merged.", "Merged.")],
)
def test_the_note_of_a_closure_is_added_to_that_of_the_set(
    client, writer, open_set, other, before, after
):
    ChangeSet.objects.update(public_note=before)
    close_together(client, other, change_set=open_set.pk)
    change_set = ChangeSet.objects.get()
    assert change_set.public_note == after
    assert change_set.steps.filter(name="change").exists() == (before != after)
    assert "Merged." in change_set.public_note


def test_notes_that_are_too_long_together_are_refused(client, writer, open_set, other):
    ChangeSet.objects.update(public_note="x" * 295)
    response = close_together(client, other, change_set=open_set.pk)
    assert "has a note already" in str(response.context["form"].errors["change_note"])
    assert "Merged." in response.content.decode()
    assert not Unit.objects.filter(is_closed=True).exists()
