from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, Unit, UnitEdition
from tests.admin.pages import form_data, shown_on, url, words_of
from tests.factories import changed, make_unit, make_user, published, published_agency

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.AUTHORS_MAY_APPROVE = False


def member_of(role, **fields):
    user = make_user(role=role, **fields)
    return user


@pytest.fixture
def writer():
    return member_of("Editor", first_name="Edith", last_name="Editor")


@pytest.fixture
def reviewer():
    return member_of("Reviewer", first_name="Rita", last_name="Reviewer")


@pytest.fixture
def agency():
    return published_agency()


@pytest.fixture
def drafts(agency):
    units = [make_unit(name="First"), make_unit(name="Second")]
    published(*units)
    return [changed(unit, name=f"{unit.name} renamed") for unit in units]


@pytest.fixture
def change_set(drafts, writer):
    return reviewing.create(title="Two names", records=drafts, by=writer, at=timezone.now())


def submitted(change_set):
    return reviewing.submit(change_set=change_set, by=change_set.author, at=timezone.now())


def make_transition(client, change_set, name, comment=""):
    data = shown_on(client.get(change_set.get_absolute_url())) | {
        "transition": name,
        "comment": comment,
    }
    return client.post(url("changeset_transition", change_set.pk), data, follow=True)


def test_an_editor_makes_a_set_of_units_with_unpublished_changes(client, writer, drafts):
    client.force_login(writer)
    page = client.get(url("changeset_add"))
    data = form_data(page, title="Two names", units=[str(unit.pk) for unit in drafts])
    response = client.post(url("changeset_add"), data, follow=True)
    change_set = ChangeSet.objects.get()
    assert (change_set.author, change_set.state) == (writer, "open")
    assert set(change_set.units.all()) == set(drafts)
    assert "First renamed" in words_of(response)


def test_only_what_changed_and_is_free_is_offered(client, writer, agency, change_set):
    client.force_login(writer)
    units = client.get(url("changeset_add")).context["adminform"].form.fields["units"].queryset
    assert not units.exists()


def test_a_reviewer_sees_every_change_and_approves(client, reviewer, change_set):
    submitted(change_set)
    client.force_login(reviewer)
    words = words_of(client.get(change_set.get_absolute_url()))
    assert "First renamed" in words
    assert "Second renamed" in words
    words = words_of(make_transition(client, change_set, "approve"))
    assert "Approved by Rita Reviewer" in words
    names = UnitEdition.objects.in_force(timezone.now()).values_list("name", flat=True)
    assert {"First renamed", "Second renamed"} < set(names)


def test_approving_twice_changes_nothing_more(client, reviewer, change_set):
    submitted(change_set)
    client.force_login(reviewer)
    shown = shown_on(client.get(change_set.get_absolute_url()))
    data = shown | {"transition": "approve", "comment": ""}
    for _ in range(2):
        client.post(url("changeset_transition", change_set.pk), data)
    assert UnitEdition.objects.filter(change_set=change_set).count() == 2


def test_a_return_needs_words_and_keeps_them(client, reviewer, change_set):
    submitted(change_set)
    client.force_login(reviewer)
    assert "Say why" in words_of(make_transition(client, change_set, "return"))
    assert "Mend the name." in words_of(
        make_transition(client, change_set, "return", "Mend the name.")
    )
    assert ChangeSet.objects.get().state == "returned"


def test_in_review_the_set_and_its_units_are_read_only(client, writer, change_set, drafts):
    client.force_login(writer)
    opened = client.get(url("office_change", drafts[0].pk))
    submitted(change_set)
    page = client.get(change_set.get_absolute_url())
    assert not page.context["has_change_permission"]
    unit_page = client.get(url("office_change", drafts[0].pk))
    assert not unit_page.context["has_change_permission"]
    assert "Read only, because it is in review" in words_of(unit_page)
    assert "of Edith Editor. Its author can take it back" in words_of(unit_page)
    version = Unit.objects.get(pk=drafts[0].pk).version
    data = form_data(opened, name="Sneaked", opened_version=str(version))
    answer = client.post(url("office_change", drafts[0].pk), data)
    assert "is in review with the change set" in words_of(answer)
    assert "Sneaked" in answer.content.decode()
    assert Unit.objects.get(pk=drafts[0].pk).name == "First renamed"


def test_the_author_is_told_that_a_second_person_must_approve(client, change_set):
    author = member_of("Publisher")
    ChangeSet.objects.update(author=author)
    change_set.refresh_from_db()
    submitted(change_set)
    client.force_login(author)
    words = words_of(client.get(change_set.get_absolute_url()))
    assert "A second person must do that" in words
    make_transition(client, change_set, "approve")
    assert ChangeSet.objects.get().state == "in-review"


@pytest.mark.parametrize("name", ["approve", "return", "withdraw"])
def test_an_editor_makes_no_reviewers_move(client, writer, change_set, name):
    client.force_login(writer)
    data = {"transition": name, "comment": "x", "version": str(change_set.version)}
    assert client.post(url("changeset_transition", change_set.pk), data).status_code == 403


@pytest.mark.parametrize("name", ["", "nonsense", "create"])
def test_an_unknown_move_is_refused(client, writer, change_set, name):
    client.force_login(writer)
    assert (
        client.post(url("changeset_transition", change_set.pk), {"transition": name}).status_code
        == 403
    )


def test_looking_moves_nothing(client, reviewer, change_set):
    submitted(change_set)
    client.force_login(reviewer)
    client.get(change_set.get_absolute_url())
    assert client.get(url("changeset_transition", change_set.pk)).status_code == 405
    assert ChangeSet.objects.get().state == "in-review"


def test_a_move_on_an_older_page_is_refused(client, reviewer, change_set):
    submitted(change_set)
    client.force_login(reviewer)
    data = {"transition": "approve", "version": "1"}
    words = words_of(client.post(url("changeset_transition", change_set.pk), data, follow=True))
    assert "after you opened this page" in words
    assert ChangeSet.objects.get().state == "in-review"


def test_two_editors_of_one_set_lose_nothing(client, writer, change_set):
    client.force_login(writer)
    opened = form_data(client.get(change_set.get_absolute_url()))
    theirs = ChangeSet.objects.get()
    theirs.title = "Theirs"
    reviewing.save(change_set=theirs, by=None, at=timezone.now())
    response = client.post(change_set.get_absolute_url(), opened | {"title": "Mine"})
    assert "Someone else saved or changed" in words_of(response)
    assert ChangeSet.objects.get().title == "Theirs"
    assert 'value="Mine"' in response.content.decode()


def test_units_are_put_in_and_taken_out_on_the_form(client, writer, change_set, drafts):
    client.force_login(writer)
    data = form_data(client.get(change_set.get_absolute_url()))
    client.post(change_set.get_absolute_url(), data | {"units": [str(drafts[1].pk)]})
    assert list(change_set.units.all()) == [drafts[1]]
    assert Unit.objects.get(pk=drafts[0].pk).has_unpublished_changes


def test_a_scheduled_set_is_withdrawn_before_its_instant(client, reviewer, change_set):
    ChangeSet.objects.update(effective_from=timezone.now() + timedelta(days=3))
    change_set.refresh_from_db()
    submitted(change_set)
    client.force_login(reviewer)
    make_transition(client, change_set, "approve")
    words = words_of(make_transition(client, change_set, "withdraw", "Not yet."))
    assert "Withdrawn by Rita Reviewer" in words
    assert not UnitEdition.objects.scheduled(timezone.now()).exists()


def test_a_publication_by_one_person_is_submitted_for_review(client, agency):
    client.force_login(member_of("Publisher"))
    unit = changed(published(make_unit(name="Before")), name="After")
    page = client.get(url("office_publish", unit.pk))
    assert 'value="Submit for review"' in page.content.decode()
    data = {"when": "now", "on_day": "", "at_time": "00:00", "change_note": "A note."}
    client.post(url("office_publish", unit.pk), data | {f"version-{unit.pk}": str(unit.version)})
    change_set = ChangeSet.objects.get()
    assert (change_set.state, change_set.public_note) == ("in-review", "A note.")
    assert unit.editions.count() == 1


def test_a_closure_by_one_person_is_submitted_for_review(client, reviewer, agency):
    client.force_login(member_of("Publisher"))
    old, new = make_unit(name="Old"), make_unit(name="New")
    child = make_unit(name="Child", parent=old)
    published(old, new, child)
    data = {"when": "now", "on_day": "", "at_time": "00:00", "change_note": ""}
    data |= {"successors": [str(new.pk)], "children_to": str(new.pk)}
    client.post(url("office_close", old.pk), data)
    change_set = ChangeSet.objects.get()
    assert change_set.title == "Close Old"
    assert set(change_set.units.all()) == {old, child}
    assert not UnitEdition.objects.in_force(timezone.now()).filter(is_closed=True).exists()
    reviewing.approve(change_set=change_set, by=reviewer, at=timezone.now())
    in_force = UnitEdition.objects.in_force(timezone.now())
    assert in_force.get(unit=old).is_closed
    assert in_force.get(unit=child).parent == new


def test_the_list_takes_the_same_queries_for_one_set_and_for_many(
    client, writer, agency, django_assert_num_queries
):
    client.force_login(writer)

    def make():
        draft = changed(published(make_unit()), name="Renamed")
        reviewing.create(title="A set", records=[draft], by=writer, at=timezone.now())

    make()
    client.get(url("changeset_changelist"))
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(url("changeset_changelist"))
    for _ in range(15):
        make()
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(url("changeset_changelist"))


QUERIES_OF_THE_LIST = 9


@pytest.mark.parametrize("role", ["Editor", "Reviewer", "Publisher", "Administrator"])
def test_each_role_exists_with_permissions(role):
    assert Group.objects.get(name=role).permissions.exists()


def test_the_form_offers_few_records_of_many_and_says_how_to_add_the_others(
    client, agency, monkeypatch
):
    monkeypatch.setattr("directorates.admin.change_sets.change_set_form.MOST_OFFERED", 2)
    client.force_login(make_user(is_superuser=True))
    held = make_unit(name="Held")
    change_set = reviewing.create(title="A set", records=[held], by=None, at=timezone.now())
    for number in range(3):
        make_unit(name=f"Free {number}")

    response = client.get(change_set.get_absolute_url())

    field = response.context["adminform"].form.fields["units"]
    names = [label.partition(", part of ")[0] for _, label in field.choices]
    assert names == ["Held", "Free 0", "Free 1"]
    assert "Only the first 2 are offered here." in field.help_text
    free = Unit.objects.get(name="Free 2")
    client.post(change_set.get_absolute_url(), form_data(response, units=[held.pk, free.pk]))
    assert set(change_set.units.all()) == {held, free}


def test_the_note_of_a_set_is_typed_in_a_box_of_several_lines(client, writer):
    client.force_login(writer)
    page = client.get(url("changeset_add")).content.decode()
    assert '<textarea name="public_note"' in page


def test_only_who_may_approve_is_told_to_approve(client, writer, reviewer, change_set, settings):
    settings.AUTHORS_MAY_APPROVE = True
    submitted(change_set)
    steps = {}
    for person in (writer, reviewer):
        client.force_login(person)
        steps[person] = client.get(change_set.get_absolute_url()).context["next_step"]
    assert steps[writer].startswith("A second person reads it")
    assert steps[reviewer].startswith("Read what changes, then approve it")


def test_saving_keeps_the_comment_that_was_typed_for_the_next_step(client, writer, change_set):
    client.force_login(writer)
    data = form_data(client.get(change_set.get_absolute_url()), comment="Please look at both.")
    page = client.post(change_set.get_absolute_url(), data, follow=True)
    assert "is saved." in words_of(page)
    assert page.context["typed_comment"] == "Please look at both."


def test_a_comment_is_asked_for_only_where_a_step_can_take_it(client, reviewer, change_set):
    submitted(change_set)
    client.force_login(member_of("Publisher"))
    assert 'name="comment"' in client.get(change_set.get_absolute_url()).content.decode()
    page = make_transition(client, change_set, "approve")
    assert "has taken effect" in words_of(page)
    assert 'name="comment"' not in page.content.decode()
